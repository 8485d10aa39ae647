import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Stage, stage } from '../../flows/stage/stage.ts';

let story: Stage;
beforeAll(async () => {
  story = await stage();
});

const read = (path: string, headers = {}) => story.host.fetch(`/api/portal${path}`, { headers });
const document = async () => (await read('')).text();
const filesIn = (html: string) =>
  [...html.matchAll(/(?:src|href)="\/api\/portal(\/[^"]+)"/g)].map(([, path]) => path!);

describe('GET /api/portal', () => {
  it('runs nothing but its own script, is framed by nobody and sends nothing to anybody else', async () => {
    const answer = await read('');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const policy = answer.headers.get('content-security-policy')!.split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(policy.join()).not.toContain('unsafe');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const html = await answer.text();
    expect(html).not.toMatch(/https?:|<script>|<style|style=| on\w+=/);
  });

  it('every view has an address of its own, which gives the same document', async () => {
    const html = await document();
    for (const path of ['/', '/compliance', '/deployments/vpn-20300101t000000000z-1'])
      expect(await (await read(path)).text(), path).toBe(html);
  });

  it('serves its files for ever and compressed, 60 kB of them at most', async () => {
    const files = filesIn(await document());
    expect(files).toHaveLength(3);
    let bytes = 0;
    for (const file of files) {
      const plain = await read(file);
      expect(plain.headers.get('cache-control')).toContain('immutable');
      const zipped = await read(file, { 'accept-encoding': 'br, gzip' });
      expect(zipped.headers.get('content-encoding')).toBe('gzip');
      const body = Buffer.from(await zipped.arrayBuffer());
      expect(gunzipSync(body).equals(Buffer.from(await plain.arrayBuffer()))).toBe(true);
      bytes += body.length;
    }
    expect(bytes).toBeLessThan(60_000);
  });

  it('makes text of whatever it is given: nothing in its source makes markup', () => {
    const folder = new URL('../../../portal/', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/.test(name),
    );
    expect(sources.length).toBeGreaterThan(50);
    const makesMarkup =
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|javascript:/;
    const found = sources.filter((name) => makesMarkup.test(readFileSync(new URL(name, folder), 'utf8')));
    expect(found).toEqual([]);
  });

  it('gives no other file of the app', async () => {
    for (const path of ['/../functions/app.js', '/%2e%2e%2fapp.js', '/app.js', '/.env.local', '/page.js.map'])
      expect((await read(path)).status, path).not.toBe(200);
  });
});
