import { isRestError, type PipelinePolicy, type PipelineRequest } from '@azure/core-rest-pipeline';

/** A gateway PUT has taken 23 seconds to be accepted. */
const timeouts = { read: 30_000, write: 60_000 };

/**
 * One request is one attempt. Only a read whose connection broke is sent once more, at once, because pooled
 * connections can be stale. A write is not sent again: a read finds out whether it arrived.
 */
export const oneAttempt: PipelinePolicy = {
  name: 'oneAttemptPolicy',
  async sendRequest(request, next) {
    if (request.abortSignal?.aborted)
      throw new DOMException('The request was canceled before it was sent.', 'AbortError');
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

/** These two POSTs only read. `PARSE_ERROR` without a status is an answer whose body broke off. */
const reads = ({ method, url }: PipelineRequest) =>
  method === 'GET' ||
  (method === 'POST' &&
    /\/(?:listRadiusSecrets|Microsoft\.ResourceGraph\/resources)$/i.test(new URL(url).pathname));
const stale = new Set(['ECONNRESET', 'EPIPE', 'PARSE_ERROR']);
