import type { PipelineResponse } from '@azure/core-rest-pipeline';

/** The ids by which Microsoft's support finds a request again. They are told with every failure. */
export function requestIdsOf({ headers }: Pick<PipelineResponse, 'headers'>): {
  readonly correlationId?: string;
  readonly requestId?: string;
} {
  const correlationId = headers.get('x-ms-correlation-request-id');
  const requestId = headers.get('x-ms-request-id');
  return { ...(correlationId && { correlationId }), ...(requestId && { requestId }) };
}
