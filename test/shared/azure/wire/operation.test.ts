import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { startDeletion, startOperation } from '../../../../shared/azure/wire/operation.ts';

const target = '/subscriptions/1/gateway';
const request = createPipelineRequest({ method: 'PUT', url: 'https://management.azure.com/gateway' });
const answered = (status: number, headers: Record<string, string> = {}): PipelineResponse => ({
  request,
  status,
  headers: createHttpHeaders(headers),
});
const refused = (statusCode: number, code: string) =>
  new RestError('x', {
    statusCode,
    request,
    response: { ...answered(statusCode), bodyAsText: JSON.stringify({ error: { code } }) },
  });
const aborted = () => new DOMException('canceled', 'AbortError');

type Start = Parameters<typeof startOperation>[0];

describe('an operation that is started', () => {
  const accepted = { 'Azure-AsyncOperation': 'https://arm/status', Location: 'https://arm/result' };

  it('tells where to ask from its first answer, and sends no second request', async () => {
    const start: Start = async ({ onResponse, abortSignal }) => {
      onResponse(answered(202, { ...accepted, 'Retry-After': '15' }));
      // What `begin…` does next, and what stops there.
      if (abortSignal.aborted) throw aborted();
      expect.fail('a second request was sent');
    };
    expect(await startOperation(start)).toEqual({
      retryAfterSeconds: 15,
      statusUrl: 'https://arm/status',
      resultUrl: 'https://arm/result',
    });
  });

  it('may have ended with its first answer', async () => {
    const ended = await startOperation(async ({ onResponse }) => onResponse(answered(200)));
    expect(ended).toEqual({ retryAfterSeconds: 10, statusUrl: undefined, resultUrl: undefined });
  });

  it.each([0, 3])('is looked at again after the %i seconds that Azure asks for', async (seconds) => {
    const headers = { 'Retry-After': String(seconds) };
    const started = await startOperation(async ({ onResponse }) => onResponse(answered(299, headers)));
    expect(started.retryAfterSeconds).toBe(seconds);
  });

  it.each<[string, Start, string]>([
    [
      'it was refused',
      async ({ onResponse, abortSignal }) => {
        onResponse(answered(409));
        expect(abortSignal.aborted).toBe(false);
        throw refused(409, 'Conflict');
      },
      'RestError',
    ],
    [
      'it was sent elsewhere',
      async ({ onResponse, abortSignal }) => {
        onResponse(answered(300));
        throw abortSignal.aborted ? aborted() : refused(300, 'Moved');
      },
      'RestError',
    ],
    [
      'no answer came in time',
      async () => {
        throw aborted();
      },
      'AbortError',
    ],
    [
      'its answer cannot be read',
      async ({ onResponse }) => {
        onResponse(answered(201));
        throw new RestError('half', { code: RestError.PARSE_ERROR, statusCode: 201 });
      },
      'RestError',
    ],
  ])('is not known to be accepted when %s', async (_, start, name) => {
    await expect(startOperation(start)).rejects.toMatchObject({ name });
  });
});

describe('a deletion', () => {
  it('that is accepted is looked at when Azure says so', async () => {
    const headers = { 'Retry-After': '20' };
    const accepted = await startDeletion(target, async ({ onResponse }) =>
      onResponse(answered(202, headers)),
    );
    expect(accepted).toEqual({ retryAfterSeconds: 20 });
  });

  it('of what does not exist any more has ended', async () => {
    const gone = startDeletion(target, () => Promise.reject(refused(404, 'ResourceNotFound')));
    expect(await gone).toEqual({ retryAfterSeconds: 1 });
  });

  it('that is refused says why', async () => {
    const inUse = startDeletion(target, () => Promise.reject(refused(400, 'InUseSubnetCannotBeDeleted')));
    await expect(inUse).rejects.toMatchObject({ failure: { code: 'InUseSubnetCannotBeDeleted', target } });
  });
});
