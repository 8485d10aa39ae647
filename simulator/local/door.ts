import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const json = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;

/**
 * Decides which requests may come in by the port of this machine. Any web page that its user opens can send requests to
 * the port: under its own name that leads to 127.0.0.1 (DNS rebinding), or as a form or a `text/plain` body, for which
 * the browser does not ask first (CORS). So a request must name this host, must not come from another page, and must
 * send JSON with the type of JSON. A page of this same origin needs no key: browsers say where a request comes from,
 * and no page can change that. All others need the key.
 *
 * Returns the request as it continues, or the refusal.
 */
export function doorOf(key: string): (request: Request) => Request | Response {
  return (request) => {
    const { host, port, origin, pathname } = new URL(request.url);
    const names = ['127.0.0.1', 'localhost', '[::1]'].map((name) => (port ? `${name}:${port}` : name));
    if (!names.includes(host)) {
      return refuseCaller(
        403,
        'UnknownHost',
        `${host} is not this host: call it by ${names.slice(0, 2).join(' or ')}.`,
      );
    }
    const from = request.headers.get('origin');
    const site = request.headers.get('sec-fetch-site');
    const isForeign = (from !== null && from !== origin) || site === 'cross-site' || site === 'same-site';
    if (isForeign) {
      return refuseCaller(403, 'ForeignOrigin', 'Pages of other origins may not call this host.');
    }
    const type = request.headers.get('content-type');
    const bringsBody =
      Number(request.headers.get('content-length') ?? 0) > 0 || request.headers.has('transfer-encoding');
    if (bringsBody && !json.test(type ?? '')) {
      return refuseCaller(
        415,
        'UnsupportedMediaType',
        `Send the header Content-Type: application/json, not ${type ?? 'none'}.`,
      );
    }
    const isOwnPage = from === origin || site === 'same-origin';
    if (!isOwnPage || !pathname.startsWith('/api/')) return request;
    const headers = new Headers(request.headers);
    headers.set('x-functions-key', key);
    return new Request(request, { headers });
  };
}

function refuseCaller(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status });
}

/** The key of the host. It stays the same while its state folder exists, and only its user can read it. */
export function functionKeyOf(stateDir: string | undefined): string {
  const file = stateDir && join(stateDir, 'function-key');
  if (file && existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = randomBytes(24).toString('base64url');
  if (file) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
  }
  return key;
}
