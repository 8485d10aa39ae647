import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { requestIdsOf } from './request-ids.ts';

const collected = new AsyncLocalStorage<Set<string>>();
let atWork = 0;

/**
 * Keeps the ids by which Azure's activity log finds every write again, for the caller of
 * `withCorrelationIds`.
 */
export const correlationNoted: PipelinePolicy = {
  name: 'correlationNotedPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    const { correlationId } = requestIdsOf(response);
    const isWrite = request.method !== 'GET' && request.method !== 'HEAD';
    // Only an id is taken, because the value goes into histories and records.
    if (isWrite && correlationId && /^[\w-]{1,64}$/.test(correlationId))
      collected.getStore()?.add(correlationId);
    return response;
  },
};

/** The result of the work, and the correlation ids of everything that it has written in Azure. */
export async function withCorrelationIds<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly correlationIds: readonly string[] }> {
  const ids = new Set<string>();
  atWork++;
  try {
    const result = await collected.run(ids, work);
    return { result, correlationIds: [...ids] };
  } finally {
    // Before Node.js 24, every promise of the process carries a store that is in use.
    if (--atWork === 0) collected.disable();
  }
}
