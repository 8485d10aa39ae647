/**
 * HTTP triggers: a web request becomes the worker protocol's RpcHttp, and the result of the function becomes a
 * response.
 */
import type { AppFunction, InvocationResponse, TypedData } from '../functions-core.ts';
import type { Invocation } from '../invocation.ts';
import { hasKey } from '../keys.ts';
import { compareRoutes, matchRoute, parseRoute, type Route } from './routes.ts';

export interface HttpTrigger {
  fn: AppFunction;
  route: Route;
  authLevel: string;
}

/** Largest request body: `maxRequestBodySize` of the real host, 100 MB. */
export const maxRequestBodyBytes = 104_857_600;

export function httpTriggers(functions: Iterable<AppFunction>, routePrefix: string): HttpTrigger[] {
  const triggers = [...functions]
    .filter((fn) => fn.trigger.type === 'httpTrigger')
    .map((fn) => ({
      fn,
      route: parseRoute(
        [routePrefix, String(fn.trigger.route || fn.name)].filter(Boolean).join('/'),
        fn.trigger.methods as string[] | undefined,
      ),
      authLevel: String(fn.trigger.authLevel ?? 'anonymous').toLowerCase(),
    }));
  return triggers.sort((a, b) => compareRoutes(a.route, b.route));
}

/**
 * Answers a request. Undefined when no route fits. As on the real host, a method that the route does not have is "not
 * found" too, a missing key is 401 with an empty body, and a function that fails is 500 with an empty body. A sign-in
 * that the host cannot read is such a 500 too.
 */
export async function answerHttp(
  triggers: HttpTrigger[],
  request: Request,
  key: string | undefined,
  call: (fn: AppFunction, invocation: Omit<Invocation, 'invocationId'>) => Promise<InvocationResponse>,
): Promise<Response | undefined> {
  const path = new URL(request.url).pathname.slice(1);
  for (const { fn, route, authLevel } of triggers) {
    if (route.methods && !route.methods.includes(request.method)) continue;
    const params = matchRoute(route, path);
    if (!params) continue;
    if (authLevel !== 'anonymous' && !hasKey(request, key)) return new Response(null, { status: 401 });
    if (!canReadSignIn(request.headers.get('x-ms-client-principal')))
      return new Response(null, { status: 500 });

    // A body without Content-Length does not reach the function (azure-functions-host#4926).
    const isChunked = request.headers.has('transfer-encoding');
    const body = isChunked ? Buffer.alloc(0) : Buffer.from(await request.arrayBuffer());
    if (body.length > maxRequestBodyBytes) return new Response(null, { status: 413 });
    try {
      const http = rpcHttp(request, params, body);
      const response = await call(fn, { inputData: [{ name: fn.triggerName, data: { http } }] });
      return toResponse(response.returnValue);
    } catch {
      return new Response(null, { status: 500 });
    }
  }
  return undefined;
}

/** The host itself makes a principal of this header, before it calls the function (seen on host 4.1037). */
function canReadSignIn(principal: string | null): boolean {
  if (!principal) return true;
  try {
    JSON.parse(Buffer.from(principal, 'base64').toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** A header or query value given several times arrives as one, joined by commas. */
function rpcHttp(request: Request, params: Record<string, string>, body: Buffer): Record<string, unknown> {
  const query: Record<string, { value: string }> = {};
  for (const [name, value] of new URL(request.url).searchParams) {
    query[name] = { value: query[name] ? `${query[name].value},${value}` : value };
  }
  return {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    nullableQuery: query,
    params,
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

interface RpcCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: string;
  maxAge?: { value: number };
}

const sameSite: Record<string, string> = { lax: 'lax', strict: 'strict', explicitNone: 'none' };

function toResponse(returned: TypedData | null | undefined): Response {
  if (!returned?.http) return new Response(null, { status: 204 });
  const { statusCode, headers, cookies, body } = returned.http as {
    statusCode: string;
    headers: Record<string, string>;
    cookies: RpcCookie[];
    body?: { bytes?: Uint8Array };
  };
  const all = new Headers(headers);
  for (const cookie of cookies) all.append('set-cookie', setCookie(cookie));
  const status = Number(statusCode);
  const isEmpty = !body?.bytes?.length || [204, 205, 304].includes(status);
  return new Response(isEmpty ? null : Buffer.from(body.bytes!), { status, headers: all });
}

function setCookie(cookie: RpcCookie): string {
  const attributes = [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    cookie.expires && `expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`,
    cookie.maxAge && `max-age=${cookie.maxAge.value}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    cookie.path && `path=${cookie.path.value}`,
    cookie.secure?.value && 'secure',
    cookie.sameSite && sameSite[cookie.sameSite] && `samesite=${sameSite[cookie.sameSite]}`,
    cookie.httpOnly?.value && 'httponly',
  ];
  return attributes.filter(Boolean).join('; ');
}
