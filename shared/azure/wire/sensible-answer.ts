import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { senselessAnswer, VpnRadiusError } from '../../core/errors.ts';
import { jsonIn } from '../../core/json-parts.ts';
import { requestIdsOf } from './request-ids.ts';

/**
 * A 200 that does not hold what was asked for is no answer: an empty body, half a body, the page of a proxy.
 * Read as an answer, it would mean "there is none", and a write would then remove what others configured.
 */
export const sensibleAnswer: PipelinePolicy = {
  name: 'sensibleAnswerPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    if (!asksForJson(request, response)) return response;
    const { pathname } = new URL(request.url);
    const wrong = !/\/api\/events$/i.test(pathname) && whatIsWrong(request.method, pathname, response);
    if (wrong) throw unexpectedAnswer(pathname, wrong, response);
    return response;
  },
};

/** The error for an answer that makes no sense. `wrong` completes "a body that …". Asking again may help. */
export function unexpectedAnswer(
  target: string,
  wrong: string,
  response?: Pick<PipelineResponse, 'headers'>,
): VpnRadiusError {
  return new VpnRadiusError({
    ...senselessAnswer('Azure', wrong, target),
    ...(response && requestIdsOf(response)),
  });
}

/** Blobs, and events that are published, get an answer that is not JSON, or an empty one. */
function asksForJson({ method, headers }: PipelineRequest, { status }: PipelineResponse): boolean {
  return (
    (status === 200 || status === 201) && method !== 'DELETE' && /\bjson\b/i.test(headers.get('accept') ?? '')
  );
}

function whatIsWrong(method: string, pathname: string, response: PipelineResponse): string | undefined {
  const body = wholeBody(response);
  if (body === undefined) return response.bodyAsText ? 'is not JSON' : 'is empty';
  const needed = neededIn(method, pathname);
  // The URL of a client profile is plain text, not an object.
  if (needed === undefined && method !== 'PUT') return undefined;
  if (typeof body !== 'object' || body === null) return 'is not an object';
  const value = needed && (body as Readonly<Record<string, unknown>>)[needed];
  if (needed === undefined || typeof value === 'string' || Array.isArray(value)) return undefined;
  return `lacks "${needed}"`;
}

/**
 * When the client has read the body already, that is used: the bodies of a whole fleet are not parsed twice.
 */
function wholeBody(response: PipelineResponse): unknown {
  const { parsedBody, bodyAsText } = response as PipelineResponse & { readonly parsedBody?: unknown };
  const body = parsedBody ?? jsonIn(bodyAsText);
  // A client returns a list without the object around it.
  return Array.isArray(body) ? { value: body } : body;
}

/** What every answer to a request of this kind holds. Undefined where the kinds of answers differ. */
function neededIn(method: string, pathname: string): string | undefined {
  if (/\/operations\/[^/]+$/i.test(pathname)) return 'status';
  if (/\/listRadiusSecrets$/i.test(pathname)) return 'value';
  if (/\/Microsoft\.ResourceGraph\/resources$/i.test(pathname)) return 'data';
  if (/^\/secrets(\/[^/]+\/versions)?\/?$/i.test(pathname)) return 'value';
  if (/^\/secrets\/[^/]+(\/[^/]*)?$/i.test(pathname)) return 'id';
  if (method !== 'GET') return undefined;
  const below = /\/providers\/[^/]+\/(.+)$/i.exec(pathname)?.[1]?.split('/');
  if (!below || /^locations$/i.test(below[0]!)) return undefined;
  if (below.length % 2 === 0) return 'id';
  return /^instanceView$/i.test(below.at(-1)!) ? undefined : 'value';
}
