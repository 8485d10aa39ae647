import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failed } from '../../../shared/core/errors.ts';
import { pageFiles } from './page-files.ts';
import { protection } from './protection.ts';
import { showSession } from './show-session.ts';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * `GET /portal` and below: the operations page. It holds nothing about the network, so it asks for no key. What it
 * shows comes from the API, as for any other client. Every address below that is no file is a view of the page.
 */
export const servePage =
  ({ AUTH_MODE }: Pick<Settings, 'AUTH_MODE'>) =>
  async ({ params, headers }: Pick<HttpRequest, 'params' | 'headers'>): Promise<HttpResponseInit> => {
    const path = params.path ?? '';
    if (path === 'session') return showSession(AUTH_MODE, headers);
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
