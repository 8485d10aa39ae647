import { describe, expect, it } from 'vitest';
import { compareRoutes, matchRoute, parseRoute } from '../../../../simulator/host/triggers/routes.ts';
import { cjsApp, testHost } from '../hosts.ts';

describe('a request to an HTTP function', () => {
  it('reaches the handler whole, and so does the response the caller', async () => {
    const host = await testHost();
    const response = await host.fetch('/api/echo/Alpha/to/the/end?a=1&a=2&b=%20', {
      method: 'PUT',
      headers: { 'x-in': 'of the caller' },
      body: new Uint8Array([0, 255, 10]),
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-kind')).toBe('Alpha');
    expect(response.headers.get('x-rest')).toBe('to/the/end');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.getSetCookie()).toEqual(['a=1; path=/; samesite=lax; httponly', 'b=2']);
    expect(await response.json()).toEqual({
      method: 'PUT',
      url: 'http://localhost/api/echo/Alpha/to/the/end?a=1&a=2&b=%20',
      query: { a: '1,2', b: ' ' },
      header: 'of the caller',
      body: '00ff0a',
    });
  });

  it('is answered the same through a socket', async () => {
    const host = await testHost({ port: 0 });
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${host.url}/api/echo/beta/x?q=1`, { method: 'POST', body: 'text' });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toHaveLength(2);
    expect(await response.json()).toMatchObject({
      url: `${host.url}/api/echo/beta/x?q=1`,
      body: Buffer.from('text').toString('hex'),
    });
    expect(await (await fetch(`${host.url}/api/stream`)).text()).toBe('one two three');
  });

  it('of more than 100 MB is refused on the socket', async () => {
    const host = await testHost({ port: 0 });
    const response = await fetch(`${host.url}/api/echo/beta/x`, {
      method: 'POST',
      body: new Uint8Array(104_857_601),
    });
    expect(response.status).toBe(413);
  });

  it('loses its body when it comes in chunks, as on the real host', async () => {
    const host = await testHost({ port: 0 });
    const chunks = new Blob(['one', 'two']).stream();
    const init = { method: 'POST', body: chunks, duplex: 'half' } as RequestInit;
    const response = await fetch(`${host.url}/api/echo/beta/x`, init);
    expect(await response.json()).toMatchObject({ body: '' });
  });

  it.each([
    ['GET', '/api/items/newest', 200, 'the newest'],
    ['GET', '/API/Items/seven', 200, 'item seven'],
    ['GET', '/api/items/a%2Fb', 200, 'item a%2Fb'],
    ['GET', '/api/maybe', 200, 'none'],
    ['GET', '/api/maybe/12', 200, '12'],
    ['GET', '/api/maybe/twelve', 404, ''],
    ['POST', '/api/items/seven', 404, ''],
    ['GET', '/items/seven', 404, ''],
    ['GET', '/api/nowhere', 404, ''],
    ['GET', '/api/stream', 200, 'one two three'],
    ['GET', '/api/broken', 500, ''],
    ['GET', '/api/text', 500, ''],
    ['GET', '/api/empty', 204, ''],
  ])('%s %s gets %i "%s"', async (method, path, status, text) => {
    const response = await (await testHost()).fetch(path, { method });
    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  it.each([
    ['no base64 of JSON', 'Operator', 500],
    ['half a sign-in', Buffer.from('{"auth_typ":"aad"').toString('base64'), 500],
    ['a sign-in', Buffer.from('{"auth_typ":"aad","claims":[]}').toString('base64'), 200],
    ['an empty sign-in', '', 200],
  ])('with %s in its header of the sign-in is answered as on the real host', async (_, principal, status) => {
    const headers = { 'x-ms-client-principal': principal };
    const response = await (await testHost()).fetch('/api/items/seven', { headers });
    expect([response.status, await response.text()]).toEqual([status, status === 200 ? 'item seven' : '']);
  });

  it('honours the route prefix of host.json', async () => {
    const host = await testHost({ appFile: cjsApp });
    expect(await (await host.fetch('/hello/world')).text()).toBe('Hello, world');
    expect((await host.fetch('/api/hello/world')).status).toBe(404);
  });

  it('passes the hooks of the app, which may also change what is logged', async () => {
    const logged: string[] = [];
    const host = await testHost({ onLog: ({ level, message }) => logged.push(`${level}: ${message}`) });
    const response = await host.fetch('/api/hooked');
    expect([await response.text(), response.headers.get('x-hooked')]).toEqual(['handled', 'yes']);
    await host.fetch('/api/logs');
    expect(logged).toEqual(['warning: this is ***']);
    expect(host.seen).toContain('appStart');
  });

  it('goes to `otherwise` when nothing of the app fits', async () => {
    const host = await testHost({
      otherwise: (request) => new Response(`page ${new URL(request.url).pathname}`),
    });
    expect(await (await host.fetch('/portal')).text()).toBe('page /portal');
    expect(await (await host.fetch('/api/items/newest')).text()).toBe('the newest');
  });
});

describe('keys', () => {
  const paths = ['/api/secured', '/api/governed', '/runtime/webhooks/durabletask/instances'];

  it.each(paths)('%s asks for none as long as none is configured', async (path) => {
    expect((await (await testHost()).fetch(path)).status).toBe(200);
  });

  it.each(paths)('%s takes the configured one in the query or a header, and nothing else', async (path) => {
    const host = await testHost({ functionKey: 'the+key=' });
    const statuses = await Promise.all([
      host.fetch(path),
      host.fetch(`${path}?code=the-key`),
      host.fetch(`${path}?code=${encodeURIComponent('the+key=')}`),
      host.fetch(path, { headers: { 'x-functions-key': 'the+key=' } }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 200, 200]);
    expect(await statuses[0]!.text()).toBe('');
  });

  it('are not asked of anonymous functions', async () => {
    const host = await testHost({ functionKey: 'key' });
    expect((await host.fetch('/api/items/newest')).status).toBe(200);
  });
});

describe('route templates', () => {
  it.each([
    ['a/{b}', 'A/1', { b: '1' }],
    ['a/{b?}', 'a', {}],
    ['a/{b=x}', 'a', { b: 'x' }],
    ['{*all}', 'a/b', { all: 'a/b' }],
    ['a/{*all}', 'a', {}],
    ['a/{b:length(2,3)}', 'a/1234', undefined],
    ['a/{b:range(1,5)}', 'a/5', { b: '5' }],
    ['a/{b:guid}', 'a/0f0f0f0f-1111-2222-3333-444444444444', { b: '0f0f0f0f-1111-2222-3333-444444444444' }],
    ['a/{b:int:min(3)}', 'a/2', undefined],
    ['a/{b}', 'a/1/2', undefined],
  ])('%s over %s', (template, path, expected) => {
    expect(matchRoute(parseRoute(template), path)).toEqual(expected);
  });

  it('are tried texts first, then constrained, then longer ones', () => {
    const templates = ['{a}', 'x/{b}', '{a:int}', 'x', 'x/y', 'x/{b:int}'];
    expect(
      templates
        .map((template) => parseRoute(template))
        .sort(compareRoutes)
        .map(({ template }) => template),
    ).toEqual(['x/y', 'x/{b:int}', 'x/{b}', 'x', '{a:int}', '{a}']);
  });

  it('that cannot be imitated are named', () => {
    expect(() => parseRoute('a/{b}.{c}')).toThrow('a/{b}.{c}');
    expect(() => parseRoute('a/{b:even}')).toThrow('"even" is not known');
  });
});
