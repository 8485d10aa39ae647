import type { ServiceClient } from '@azure/core-client';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { failed } from '../../core/errors.ts';

export interface ArmRequest {
  readonly method: HttpMethods;
  /** A path with its `api-version`, or the URL of an operation as Azure gave it. */
  readonly url: string;
  readonly body?: unknown;
}

/**
 * The content of an answer. The client has already parsed JSON, and a large body is not parsed a second time.
 */
export function bodyIn<Body>(response: Pick<PipelineResponse, 'bodyAsText'>): Body {
  const { parsedBody, bodyAsText } = response as typeof response & { readonly parsedBody?: unknown };
  return (parsedBody ?? JSON.parse(bodyAsText || '{}')) as Body;
}

/**
 * Sends single requests to Resource Manager through a client that signs in. A status of 400 and above is a
 * `RestError`.
 */
export function resourceManager(client: ServiceClient, endpoint: string) {
  const { origin } = new URL(endpoint);
  return async ({ method, url, body }: ArmRequest): Promise<PipelineResponse> => {
    const request = createPipelineRequest({
      method,
      url: url.startsWith('/') ? `${endpoint}${url}` : ownAddress(url),
      headers: createHttpHeaders({
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
      }),
      // As bytes: the pipeline would convert a text once more to count its bytes, and a run command carries a
      // whole module.
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    });
    const response = await client.sendRequest(request);
    const { status: statusCode } = response;
    if (statusCode >= 400)
      throw new RestError(`Azure answered with status ${statusCode}.`, { statusCode, request, response });
    return response;
  };

  /** An operation's URL is signed, so it is sent exactly as it came. */
  function ownAddress(url: string): string {
    const address = new URL(url, `${endpoint}/`);
    if (address.origin === origin) return url;
    throw failed(
      'ForeignUrl',
      `${address.host} is not the Resource Manager of this app, so the app sends it no token.`,
    );
  }
}
