import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TicketAnswer } from '../../../shared/deployment/contract.ts';
import { callbacks } from '../../../shared/ticketing/callbacks.ts';
import { type HttpsClientOptions, httpsClient } from '../../../shared/ticketing/https.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { jira } from '../../../simulator/ticketing/jira.ts';
import { receiver } from '../../../simulator/ticketing/receiver.ts';
import { serveTicketing, type TicketingServer } from '../../../simulator/ticketing/server.ts';
import { serviceNow } from '../../../simulator/ticketing/servicenow.ts';
import { loopbackCertificate, secretsOf } from './loopback.ts';
import { scriptedClient } from './scripted-client.ts';

const key = 'callback signing key';
const clock = virtualClock(new Date('2026-03-02T09:00:00Z'));
const answer: TicketAnswer = {
  id: 'vpn-hub-0a1b2c3d4e5f/succeeded',
  deploymentId: 'vpn-hub-0a1b2c3d4e5f',
  virtualNetworkId:
    '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub',
  status: 'Succeeded',
  text: 'Der Tunnel für Zürich steht. ✓',
  at: '2026-03-02T08:59:58Z',
  result: { gatewayId: 'vpngw-hub' },
};

let certificate: { key: string; cert: string };
let server: TicketingServer;
let port: string;
let hook = receiver({ clock, key });

beforeAll(async () => {
  certificate = await loopbackCertificate('tickets.example.com');
  server = await serveTicketing({
    ...certificate,
    serviceNow: serviceNow({ clock, accounts: {} }),
    jira: jira({ clock, accounts: {} }),
    receiver: { handle: (request) => hook.handle(request) },
  });
  port = new URL(server.url).port;
});
afterAll(() => server.close());
beforeEach(() => {
  hook = receiver({ clock, key });
});

/** Answers at `url`. Its host may be loopback unless `allowedHosts` says otherwise. Returns the failure, if any. */
async function answered(
  url: string,
  options: { allowedHosts?: string[]; keySecret?: string | undefined; client?: HttpsClientOptions } = {},
) {
  const tickets = callbacks({
    allowedHosts: options.allowedHosts ?? [`127.0.0.1:${port}?ticket`, `tickets.example.com:${port}`],
    keySecret: 'keySecret' in options ? options.keySecret : 'callback-key',
    secrets: secretsOf({ 'callback-key': key }),
    client: httpsClient({ ca: certificate.cert, ...options.client }),
    now: () => clock.now(),
  });
  return tickets.answer({ system: 'webhook', id: 'REQ1', callbackUrl: url }, answer).then(
    () => undefined,
    (error) => error.failure ?? error,
  );
}

const loopbackUrl = () => `https://127.0.0.1:${port}/hooks/vpn?ticket=REQ1`;
const resolvesTo = (...addresses: string[]) => ({
  resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
});

describe('a callback', () => {
  it('arrives as the answer itself, signed, and once though it is repeated after a lost answer', async () => {
    hook.faults.push({ effect: 'dropAfter' });
    expect(await answered(loopbackUrl())).toMatchObject({ code: 'CallbackUnreachable', transient: true });
    clock.advance(30_000);
    expect(await answered(loopbackUrl())).toBeUndefined();

    expect(hook.deliveries).toHaveLength(1);
    const [delivery] = hook.deliveries;
    expect(JSON.parse(delivery!.body)).toEqual(answer);
    expect(delivery).toMatchObject({
      path: '/hooks/vpn',
      verified: true,
      headers: { 'content-type': 'application/json', 'x-vpnradius-delivery': answer.id },
    });
  });

  it('goes unsigned when no key is configured, and not at all when the key is missing', async () => {
    hook = receiver({ clock });
    expect(await answered(loopbackUrl(), { keySecret: undefined })).toBeUndefined();
    expect(hook.deliveries[0]?.headers).not.toHaveProperty('x-vpnradius-signature');
    expect(await answered(loopbackUrl(), { keySecret: 'gone' })).toMatchObject({
      code: 'CallbackKeyMissing',
      target: 'CALLBACK_KEY_SECRET',
    });
    expect(hook.deliveries).toHaveLength(1);
  });

  it.each([
    [302, 'CallbackRedirected', undefined, { location: 'https://127.0.0.1/elsewhere' }],
    [308, 'CallbackRedirected', undefined, {}],
    [400, 'CallbackRejected', undefined, {}],
    [401, 'CallbackRejected', undefined, {}],
    [410, 'CallbackRejected', undefined, {}],
    [408, 'CallbackUnavailable', true, {}],
    [429, 'CallbackUnavailable', true, { 'retry-after': '17' }],
    [500, 'CallbackUnavailable', true, {}],
    [503, 'CallbackUnavailable', true, { 'retry-after': '99999999' }],
  ])('that is answered with %i fails as %s', async (status, code, transient, headers) => {
    hook.faults.push({ effect: { status, headers, body: 'SECRET-IN-THE-BODY' } });
    const failure = await answered(loopbackUrl());
    expect(failure).toMatchObject({ code, target: 'ticket.callbackUrl' });
    expect(failure.transient).toBe(transient);
    if (status === 429) expect(failure.retryAfterSeconds).toBe(17);
    if (status === 503) expect(failure.retryAfterSeconds).toBe(3600);
    expect(JSON.stringify(failure)).not.toMatch(/SECRET|REQ1|hooks|elsewhere/);
    expect(hook.deliveries).toHaveLength(0);
  });

  it('reads no more than 64 KB of what is answered, and hangs up on an answer without end', async () => {
    let hungUp: Promise<unknown> | undefined;
    const endless = createServer(certificate, (_, outgoing) => {
      const block = Buffer.alloc(16_384, 'x');
      const write = () => {
        while (outgoing.write(block));
      };
      hungUp = once(outgoing, 'close');
      outgoing.on('drain', write);
      write();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const endlessHost = `127.0.0.1:${(endless.address() as AddressInfo).port}`;
    expect(await answered(`https://${endlessHost}/`, { allowedHosts: [endlessHost] })).toBeUndefined();
    await hungUp;
    endless.close();
  });

  it('does not wait for ever', async () => {
    const silent = createServer(certificate, () => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const silentPort = (silent.address() as AddressInfo).port;
    const failure = await answered(`https://127.0.0.1:${silentPort}/hooks/`, {
      allowedHosts: [`127.0.0.1:${silentPort}`],
      client: { timeoutMilliseconds: 100 },
    });
    expect(failure).toMatchObject({ code: 'CallbackUnreachable', transient: true });
    expect(failure.message).toContain('within 0.1 seconds');
    silent.closeAllConnections();
    silent.close();
  });

  it('goes to no server whose certificate is not trusted or is another’s', async () => {
    const other = await loopbackCertificate();
    const untrusted = await answered(loopbackUrl(), { client: { ca: other.cert } });
    expect(untrusted).toMatchObject({ code: 'CallbackUnreachable', transient: true });
    expect(untrusted.message).toContain('certificate');
    const misnamed = await answered(`https://other.example.com:${port}/hooks/`, {
      allowedHosts: [`other.example.com:${port}`],
      client: resolvesTo('127.0.0.1'),
    });
    expect(misnamed.message).toContain('certificate');
    expect(hook.deliveries).toHaveLength(0);
  });
});

describe('the address of a callback', () => {
  const byName = () => `https://tickets.example.com:${port}/hooks/vpn`;

  it('is the one that was checked: the name is resolved once', async () => {
    let lookups = 0;
    const rebinding = async () => [{ address: lookups++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    expect(await answered(byName(), { client: { resolve: rebinding } })).toBeUndefined();
    expect(lookups).toBe(1);
    expect(hook.deliveries).toHaveLength(1);
  });

  it.each([
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['168.63.129.16'],
    ['fd00:ec2::254'],
    ['::ffff:10.0.0.1'],
    // One address that is not allowed is enough to refuse the name, because the connection may choose any of them.
    ['127.0.0.1', '10.0.0.1'],
  ])('is refused when the name leads to %s', async (...addresses) => {
    const failure = await answered(byName(), { client: resolvesTo(...addresses) });
    expect(failure).toMatchObject({ code: 'CallbackAddressNotAllowed' });
    expect(failure.transient).toBeUndefined();
    expect(hook.deliveries).toHaveLength(0);
  });

  it('may be loopback only where the entry names its port', async () => {
    const failure = await answered('https://tickets.example.com/hooks/vpn', {
      allowedHosts: ['tickets.example.com'],
      client: resolvesTo('127.0.0.1'),
    });
    expect(failure).toMatchObject({ code: 'CallbackAddressNotAllowed' });
    expect(failure.message).toContain('tickets.example.com:443');
  });

  it('that cannot be resolved may be resolved later', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    expect(await answered(byName(), { client: { resolve } })).toMatchObject({
      code: 'CallbackUnreachable',
      transient: true,
    });
  });

  it('is checked again when the answer is sent: the setting may have changed', async () => {
    expect(await answered(byName(), { allowedHosts: [] })).toMatchObject({ code: 'CallbackHostNotAllowed' });
  });
});

describe('what a callback sends, and what its failure says', () => {
  const url = 'https://tickets.example.com/hooks/vpn';
  function post(status: number, keySecret?: string) {
    const { client, sent } = scriptedClient({ status });
    const { answer: tell } = callbacks({
      ...{ allowedHosts: ['tickets.example.com'], keySecret, client },
      secrets: secretsOf({ 'callback-key': key }),
      now: () => new Date('2026-03-02T09:00:00.999Z'),
    });
    const failure = (callbackUrl: string | undefined) =>
      tell({ system: 'webhook', id: 'REQ1', ...(callbackUrl && { callbackUrl }) }, answer).then(
        () => undefined,
        (error) => error.failure,
      );
    return { failure, sent };
  }

  it('is the answer, signed over the whole second in which it is sent', async () => {
    const { failure, sent } = post(204, 'callback-key');
    expect(await failure(url)).toBeUndefined();
    const at = Date.parse('2026-03-02T09:00:00Z') / 1000;
    const hmac = createHmac('sha256', key)
      .update(`${at}.${JSON.stringify(answer)}`)
      .digest('hex');
    expect(sent).toMatchObject([
      {
        ...{ method: 'POST', url, body: JSON.stringify(answer), maxAnswerBytes: 65_536 },
        headers: {
          'Content-Type': 'application/json',
          'X-VpnRadius-Delivery': answer.id,
          'X-VpnRadius-Timestamp': String(at),
          'X-VpnRadius-Signature': `v1=${hmac}`,
        },
      },
    ]);
  });

  it.each([
    [199, 'CallbackRejected', 'The callback to tickets.example.com was rejected with 199.'],
    [422, 'CallbackRejected', 'The callback to tickets.example.com was rejected with 422.'],
    [500, 'CallbackUnavailable', 'The callback to tickets.example.com answered 500.'],
    [
      301,
      'CallbackRedirected',
      'The callback to tickets.example.com answered with a redirect (301). Redirects are not followed: give the final URL in ticket.callbackUrl.',
    ],
  ])('names the host alone where that answers %i', async (status, code, message) => {
    expect(await post(status).failure(url)).toMatchObject({ code, message, target: 'ticket.callbackUrl' });
  });

  it('names the setting of a key that Key Vault does not have', async () => {
    const { failure, sent } = post(200, 'gone');
    expect(await failure(url)).toEqual({
      code: 'CallbackKeyMissing',
      message:
        'The callback cannot be signed: Key Vault has no secret gone, which CALLBACK_KEY_SECRET names.',
      target: 'CALLBACK_KEY_SECRET',
    });
    expect(sent).toEqual([]);
  });

  it('is nothing for a ticket that names no URL', async () => {
    const { failure, sent } = post(200);
    expect(await failure(undefined)).toEqual({
      code: 'CallbackUrlMissing',
      message: 'The ticket has no callbackUrl.',
      target: 'ticket.callbackUrl',
    });
    expect(sent).toEqual([]);
  });
});
