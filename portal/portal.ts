import { readFileSync } from 'node:fs';

const pages: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
};

/** The operations page: static files beside this one, which call the API of the host that serves them. */
export function portal(request: Request): Response | undefined {
  const page = pages[new URL(request.url).pathname];
  if (!page || request.method !== 'GET') return undefined;
  const [file, type] = page;
  return new Response(readFileSync(new URL(file, import.meta.url)), {
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    },
  });
}
