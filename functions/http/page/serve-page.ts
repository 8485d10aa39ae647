import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failed } from '../../../shared/core/errors.ts';
import { version } from '../../../shared/core/version.ts';
import { signedInCaller } from '../callers.ts';

/** Made by `scripts/build/build.mjs`. In the built app it is beside the folder of this bundle. */
const folder = new URL('../portal/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Only our own script and style run, nothing is asked of another host, no text becomes markup
 * (`require-trusted-types-for`), and no page frames this one.
 */
const protection = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * `GET /portal` and below: the operations page. It holds nothing about the network, so it asks for no key. What it
 * shows comes from the API, as for any other client. Every address below that is no file is a view of the page.
 */
export const servePage =
  ({ AUTH_MODE }: Pick<Settings, 'AUTH_MODE'>) =>
  async ({ params, headers }: Pick<HttpRequest, 'params' | 'headers'>): Promise<HttpResponseInit> => {
    const path = params.path ?? '';
    if (path === 'session') return session(AUTH_MODE, headers);
    const isFile = /\.\w+$/.test(path);
    const name = isFile ? path : 'index.html';
    if (!pageFiles().has(name)) throw failed('NotFound', `The operations page has no file ${path}.`, path);
    const isZipped = /\bgzip\b/.test(headers.get('accept-encoding') ?? '') && pageFiles().has(`${name}.gz`);
    return {
      status: 200,
      headers: {
        ...protection,
        'Content-Type': types[name.split('.').at(-1)!] ?? 'application/octet-stream',
        // The name of a file changes with its content.
        'Cache-Control': isFile ? 'public, max-age=31536000, immutable' : 'no-cache',
        Vary: 'Accept-Encoding',
        ...(isZipped && { 'Content-Encoding': 'gzip' }),
      },
      body: pageFiles().get(isZipped ? `${name}.gz` : name)!,
    };
  };

/** How the page has to sign in, and who is signed in already. */
function session(authMode: Settings['AUTH_MODE'], headers: Pick<Headers, 'get'>): HttpResponseInit {
  const caller = authMode === 'entra' ? signedInCaller(headers) : undefined;
  return {
    status: 200,
    headers: { ...protection, 'Cache-Control': 'no-store' },
    jsonBody: {
      authMode,
      version,
      signedIn: caller ? { name: caller.name, roles: caller.roles } : null,
    },
  };
}

let files: ReadonlyMap<string, Buffer> | undefined;

/** A request can name only what is in here. */
function pageFiles(): ReadonlyMap<string, Buffer> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  files ??= new Map(names.map((name) => [name, readFileSync(new URL(name, folder))] as const));
  return files;
}
