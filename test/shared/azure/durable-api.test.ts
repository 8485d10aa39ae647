import { afterEach, expect, it, vi } from 'vitest';
import { instancePages, readTimeOfExtension } from '../../../shared/azure/durable-api.ts';

const base = 'http://localhost/runtime/webhooks/durabletask/';
const asked: { readonly url: string; readonly token: string | null }[] = [];

/** An extension that answers so, one answer after the other. */
function extension(...answers: readonly Response[]): void {
  const left = [...answers];
  vi.stubGlobal('fetch', async (url: URL, init?: { readonly headers: Record<string, string> }) => {
    asked.push({ url: url.href, token: init?.headers['x-ms-continuation-token'] ?? null });
    return left.shift()!;
  });
}

afterEach(() => {
  asked.length = 0;
  vi.unstubAllGlobals();
});

it('lists every page, also an empty one in the middle', async () => {
  const page = (ids: readonly string[], token?: string) =>
    Response.json(ids, { headers: token ? { 'x-ms-continuation-token': token } : {} });
  extension(page(['a', 'b'], 'second'), page([], 'third'), page(['c']));
  const pages: string[][] = [];
  for await (const one of instancePages<string>(base, { instanceIdPrefix: 'vpn-', top: '2' }))
    pages.push(one);
  expect(pages).toEqual([['a', 'b'], [], ['c']]);
  const url = `${base}instances?instanceIdPrefix=vpn-&top=2`;
  expect(asked).toEqual([null, 'second', 'third'].map((token) => ({ url, token })));
});

const passing = { failure: { code: 'DurableUnavailable', transient: true } };

it('takes no answer but success for a list, and says that this passes', async () => {
  extension(new Response('[]', { status: 503 }));
  await expect(instancePages(base, {}).next()).rejects.toMatchObject({
    ...passing,
    cause: { message: 'The extension answered 503 to a list of instances.' },
  });
});

it('a host that cannot be reached, or breaks off, is a failure that passes', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  await expect(instancePages(base, {}).next()).rejects.toMatchObject(passing);
  await expect(readTimeOfExtension(base)).rejects.toMatchObject(passing);
  extension(new Response('[{"instanceId":'));
  await expect(instancePages(base, {}).next()).rejects.toMatchObject(passing);
});

it.each([
  ['Tue, 01 Jan 2030 08:00:00 GMT', Date.parse('2030-01-01T08:00:00Z')],
  [undefined, Number.NaN],
])('reads the time %s', async (date, time) => {
  extension(new Response('', { status: 404, headers: date ? { date } : {} }));
  expect(await readTimeOfExtension(base)).toBe(time);
});
