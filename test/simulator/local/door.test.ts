import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualClock } from '../../../simulator/clock.ts';
import { type Host, startHost } from '../../../simulator/host/host.ts';
import { doorOf, functionKeyOf } from '../../../simulator/local/door.ts';
import { beginning, esmApp } from '../host/hosts.ts';

const folder = mkdtempSync(join(tmpdir(), 'vpn-radius-door-'));
const key = functionKeyOf(folder);
let host: Host;
let port: number;
beforeAll(async () => {
  host = await startHost({
    appFile: esmApp,
    clock: virtualClock(beginning),
    settings: { HUB: 'TestHub', NIGHTLY: '0 0 2 * * *' },
    port: 0,
    stateDir: join(folder, 'host'),
    functionKey: key,
    door: doorOf(key),
  });
  port = Number(new URL(host.url!).port);
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

/** As a browser or a program sends it: `fetch` of Node sets neither Host nor Origin. */
function call(headers: Record<string, string>, method = 'POST', path = '/api/echo/beta/x'): Promise<number> {
  const body = method === 'POST' ? '{}' : '';
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      method,
      path,
      headers: { 'content-length': body.length, ...headers },
    });
    sent.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const withKey = { ...json, 'x-functions-key': key };

describe('by the port of this machine comes in', () => {
  it('a program with the key', async () => {
    expect(await call(withKey)).toBe(201);
    expect(await call({ ...withKey, 'content-type': 'application/cloudevents+json; charset=utf-8' })).toBe(
      201,
    );
    expect(await call({ 'x-functions-key': key }, 'GET', '/api/secured')).toBe(200);
  });

  it('a page of this origin, by whatever name it has the host', async () => {
    for (const name of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      expect(await call({ ...json, host: name, origin: `http://${name}` })).toBe(201);
      expect(await call({ host: name, 'sec-fetch-site': 'same-origin' }, 'GET', '/api/secured')).toBe(200);
    }
  });
});

describe('by the port of this machine is turned away', () => {
  it.each([
    ['a foreign page with the key', { ...withKey, origin: 'https://evil.example' }, 403],
    ['a page without an origin of its own', { ...withKey, origin: 'null' }, 403],
    ['a page of another port', { ...withKey, origin: 'http://127.0.0.1:1' }, 403],
    ['a foreign page by a name that leads here', { ...withKey, host: 'rebind.evil.example' }, 403],
    [
      'such a page that is the same origin to its browser',
      { ...json, host: 'rebind.evil.example', origin: 'http://rebind.evil.example' },
      403,
    ],
    [
      'a page of which the browser says that it is foreign',
      { ...withKey, 'sec-fetch-site': 'cross-site' },
      403,
    ],
    ['JSON as text/plain', { ...withKey, 'content-type': 'text/plain' }, 415],
    ['a form', { ...withKey, 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a body of no type', { 'x-functions-key': key }, 415],
    ['a type that only begins like JSON', { ...withKey, 'content-type': 'application/jsonp' }, 415],
  ])('%s', async (_, headers, status) => {
    expect(await call(headers as Record<string, string>)).toBe(status);
  });

  it('a program without the key, or with another', async () => {
    expect(await call({}, 'GET', '/api/secured')).toBe(401);
    expect(await call({ 'x-functions-key': 'guessed' }, 'GET', '/api/secured')).toBe(401);
    expect(await call({ 'sec-fetch-site': 'none' }, 'GET', '/api/secured')).toBe(401);
  });

  it('a page of this origin at what is no route of the app: the durable API and the admin API ask for the key', async () => {
    const page = { ...json, origin: `http://127.0.0.1:${port}` };
    expect(await call(page, 'POST', '/runtime/webhooks/durabletask/orchestrators/hello')).toBe(401);
    expect(await call(page, 'POST', '/admin/functions/hello')).toBe(401);
  });
});

it('what the host keeps can be read by its user alone', async () => {
  await host.settled();
  expect(statSync(join(folder, 'host', 'journal.jsonl')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'host')).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder)).toContain('function-key');
  expect(statSync(join(folder, 'function-key')).mode & 0o777).toBe(0o600);
  expect(functionKeyOf(folder)).toBe(key);
});
