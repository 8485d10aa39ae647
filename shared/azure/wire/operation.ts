import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { Failure } from '../../core/errors.ts';
import { redacted } from '../../core/redacted.ts';
import type { Accepted } from '../../ports.ts';
import { detailsTold, found } from './errors.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { asSaid } from './said.ts';

/** The first answer to a long-running operation. */
export interface StartedOperation {
  /** Never below what Azure asks for. When Azure asks for a time, it is 10 seconds. */
  readonly retryAfterSeconds: number;
  /**
   * Where to ask for the operation's status, signed. Undefined when the operation has ended with its first
   * answer.
   */
  readonly statusUrl: string | undefined;
  /** Where the result of an action will be. */
  readonly resultUrl: string | undefined;
}

interface FirstRequest {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (response: PipelineResponse) => void;
}

/**
 * Starts a long-running operation by exactly one request. `begin…` of arm-network asks for the status once
 * before it returns, and nobody waits for that here: the signal, raised with the first answer, stops that
 * second request before it is sent.
 */
export async function startOperation(
  start: (first: FirstRequest) => Promise<unknown>,
): Promise<StartedOperation> {
  const second = new AbortController();
  let answer: PipelineResponse | undefined;
  try {
    await start({
      abortSignal: second.signal,
      onResponse(response) {
        if (response.status >= 300) return;
        answer = response;
        second.abort();
      },
    });
  } catch (error) {
    // An answer that was accepted and cannot be read says nothing of the operation.
    if (!answer || (error as Error).name !== 'AbortError') throw error;
  }
  return operationIn(answer);
}

/**
 * Starts a deletion. A resource that does not exist any more counts as deleted: Azure answers 204, or 404
 * when the parent does not exist either.
 */
export async function startDeletion(
  target: string,
  start: (first: FirstRequest) => Promise<unknown>,
): Promise<Accepted> {
  const answer = await found(target, () => startOperation(start));
  return { retryAfterSeconds: answer?.retryAfterSeconds ?? 1 };
}

export function operationIn(answer: Pick<PipelineResponse, 'headers'> | undefined): StartedOperation {
  return {
    retryAfterSeconds: (answer && retryAfterSeconds(answer.headers)) ?? 10,
    statusUrl: answer?.headers.get('azure-asyncoperation'),
    resultUrl: answer?.headers.get('location'),
  };
}

/** Microsoft.Network answers 200 also for a failed operation, with what went wrong in `error`. */
export interface OperationStatus {
  readonly status?: string;
  readonly error?: unknown;
}

/** Why an operation failed, in Azure's words and without `secrets`. Undefined for one that has not failed. */
export function operationFailure(
  { status, error }: OperationStatus,
  secrets: readonly string[],
): Pick<Failure, 'code' | 'message' | 'details'> | undefined {
  const told = asSaid(error);
  if (!told.code && status !== 'Failed' && status !== 'Canceled') return undefined;
  const code = told.code ?? `Operation${status}`;
  const otherwise = `The operation has ended as ${status}. Azure gave no reason.`;
  return { code, message: redacted(told.message ?? otherwise, secrets), ...detailsTold(told, code, secrets) };
}
