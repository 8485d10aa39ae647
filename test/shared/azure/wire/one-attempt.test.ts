import {
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { oneAttempt } from '../../../../shared/azure/wire/one-attempt.ts';

const endpoint = 'https://management.azure.com';
const graph = `${endpoint}/providers/Microsoft.ResourceGraph/resources?api-version=1`;
const gateway = `${endpoint}/gateways/vpngw-hub`;

/** How often a request is sent when its first attempt fails like this, and whether it then succeeds. */
async function sent(method: HttpMethods, url: string, error: unknown) {
  let times = 0;
  const request = createPipelineRequest({ method, url });
  const answer = { status: 200, request } as PipelineResponse;
  const outcome = await oneAttempt
    .sendRequest(request, async () => {
      if (times++ === 0) throw error;
      return answer;
    })
    .catch((thrown: unknown) => thrown);
  return { times, succeeds: outcome === answer, timeout: request.timeout };
}

const broken = (code: string, statusCode?: number) =>
  new RestError('x', { code, ...(statusCode && { statusCode }) });

describe('one attempt', () => {
  it.each<[HttpMethods, string]>([
    ['GET', gateway],
    ['POST', graph],
    ['POST', `${gateway}/listRadiusSecrets?api-version=1`],
    ['POST', `${gateway}/LISTRADIUSSECRETS`],
  ])('%s %s is a read: it is sent once more over a new connection', async (method, url) => {
    for (const code of ['ECONNRESET', 'EPIPE', 'PARSE_ERROR'])
      expect(await sent(method, url, broken(code))).toEqual({ times: 2, succeeds: true, timeout: 30_000 });
  });

  it.each<[HttpMethods, string]>([
    ['PUT', gateway],
    ['DELETE', gateway],
    ['POST', `${gateway}/generatevpnprofile`],
    ['POST', `${gateway}/listRadiusSecrets/more`],
    ['POST', `${endpoint}/more?of=/Microsoft.ResourceGraph/resources`],
    ['PUT', graph],
  ])('%s %s is a write: it is sent once, because it may have arrived', async (method, url) => {
    expect(await sent(method, url, broken('ECONNRESET'))).toEqual({
      times: 1,
      succeeds: false,
      timeout: 60_000,
    });
  });

  it.each([
    ['an answer that says no', broken('ECONNRESET', 503)],
    ['an answer that cannot be read, but has a status', broken('PARSE_ERROR', 500)],
    ['a connection that was never made', broken('ECONNREFUSED')],
    ['a certificate that is not trusted', broken('CERT_HAS_EXPIRED')],
    ['an error without a code', new RestError('x')],
    ['an error of another kind', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
  ])('a read is not sent again after %s', async (_, error) => {
    expect(await sent('GET', gateway, error)).toMatchObject({ times: 1, succeeds: false });
  });

  it('takes no longer than its caller allows', async () => {
    const request = createPipelineRequest({ method: 'GET', url: gateway, timeout: 5 });
    await oneAttempt.sendRequest(request, async () => ({ status: 200 }) as PipelineResponse);
    expect(request.timeout).toBe(5);
  });

  it('is not sent when it was canceled before', async () => {
    const request = createPipelineRequest({ method: 'GET', url: gateway, abortSignal: AbortSignal.abort() });
    await expect(oneAttempt.sendRequest(request, () => expect.fail('it was sent'))).rejects.toMatchObject({
      name: 'AbortError',
      message: 'The request was canceled before it was sent.',
    });
  });
});
