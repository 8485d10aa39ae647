import { isRestError, type PipelinePolicy, type PipelineRequest } from '@azure/core-rest-pipeline';

/** A gateway PUT has taken 23 seconds to be accepted. */
const timeouts = { read: 30_000, write: 60_000 };

/**
 * One request is one attempt. Only a read whose connection broke is sent once more, at once: pooled connections go stale.
 * A write is not: whether it arrived is found out by reading.
 */
export const oneAttempt: PipelinePolicy = {
  name: 'oneAttemptPolicy',
  async sendRequest(request, next) {
    if (request.abortSignal?.aborted)
      throw new DOMException('The request was called off before it was sent.', 'AbortError');
    const isRead = reads(request);
    request.timeout ||= isRead ? timeouts.read : timeouts.write;
    try {
      return await next(request);
    } catch (error) {
      if (!isRead || !isRestError(error) || error.statusCode !== undefined || !stale.has(error.code ?? ''))
        throw error;
      return await next(request);
    }
  },
};

/** Of POST, these two only read; without a status, `PARSE_ERROR` is an answer whose body broke off. */
const reads = ({ method, url }: PipelineRequest) =>
  method === 'GET' ||
  (method === 'POST' &&
    /\/(?:listRadiusSecrets|Microsoft\.ResourceGraph\/resources)$/i.test(new URL(url).pathname));
const stale = new Set(['ECONNRESET', 'EPIPE', 'PARSE_ERROR']);
