import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HttpsClientOptions, type HttpsRequest, httpsClient } from '../../../shared/ticketing/https.ts';
import { loopbackCertificate } from './loopback.ts';

let certificate: { key: string; cert: string };
let server: Server;
let port: number;
let answer: { status: number; headers?: Record<string, string>; body?: string; breaks?: boolean };
let came: { method: string; headers: Record<string, unknown>; body: string; from: number | undefined }[];

beforeAll(async () => {
  certificate = await loopbackCertificate('tickets.example.com', 'localhost');
  server = createServer(certificate, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', headers, socket } = incoming;
      came.push({ method, headers, body: Buffer.concat(chunks).toString(), from: socket.remotePort });
      outgoing.writeHead(answer.status, answer.headers);
      if (answer.breaks) outgoing.write('half', () => outgoing.destroy());
      else outgoing.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answer = { status: 200, body: 'ok' };
  came = [];
});

const byName = async () => [{ address: '127.0.0.1', family: 4 }];
const ask = (request: Partial<HttpsRequest> = {}, options: HttpsClientOptions = {}) =>
  httpsClient({ ca: certificate.cert, resolve: byName, ...options })({
    ...{ method: 'GET', url: `https://tickets.example.com:${port}/`, headers: {}, maxAnswerBytes: 1000 },
    ...request,
  });
const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it was answered'),
    ({ name, message }) => `${name}: ${message}`,
  );

describe('a request', () => {
  it('says who asks, and how many bytes it has', async () => {
    const body = 'Zürich ✓';
    await ask({ method: 'POST', body, headers: { 'X-More': 'yes' } });
    expect(came).toMatchObject([
      {
        method: 'POST',
        body,
        headers: { 'user-agent': 'vpn-radius', 'x-more': 'yes', 'content-length': '11' },
      },
    ]);
    expect(came[0]!.headers).not.toHaveProperty('transfer-encoding');
    await ask();
    expect(came[1]).toMatchObject({ method: 'GET', body: '' });
    expect(came[1]!.headers).not.toHaveProperty('content-length');
  });

  it('has a connection of its own, which was checked for it', async () => {
    await ask();
    await ask();
    expect(new Set(came.map(({ from }) => from)).size).toBe(2);
  });

  it('finds a name by itself where nobody says how', async () => {
    const checked: string[][] = [];
    const client = httpsClient({ ca: certificate.cert });
    await client({
      ...{ method: 'GET', url: `https://localhost:${port}/`, headers: {}, maxAnswerBytes: 10 },
      checkAddresses: (addresses) => void checked.push([...addresses]),
    });
    expect(came).toHaveLength(1);
    expect(checked).toEqual([expect.arrayContaining(['127.0.0.1'])]);
  });

  it.each([
    ['https://10.0.0.1/', ['10.0.0.1']],
    ['https://[fd00::1]:8443/', ['fd00::1']],
  ])('to %s is checked by its address before anything is sent', async (url, addresses) => {
    const refusal = Object.assign(new Error('not there'), { failure: {} });
    const checked: (readonly string[])[] = [];
    const checkAddresses = (its: readonly string[]) => {
      checked.push(its);
      throw refusal;
    };
    await expect(ask({ url, checkAddresses })).rejects.toBe(refusal);
    expect(checked).toEqual([addresses]);
  });

  it('to a name is not sent where one of its addresses is refused', async () => {
    const refusal = Object.assign(new Error('not there'), { failure: {} });
    const checkAddresses = () => {
      throw refusal;
    };
    await expect(ask({ checkAddresses })).rejects.toBe(refusal);
    expect(came).toEqual([]);
  });
});

describe('an answer', () => {
  it('is told with its status, its wait and its text', async () => {
    answer = { status: 429, headers: { 'retry-after': '17' }, body: 'später' };
    expect(await ask()).toEqual({ status: 429, retryAfterSeconds: 17, body: 'später', isTruncated: false });
    answer = { status: 200, headers: { 'retry-after': 'soon' }, body: '' };
    expect(await ask()).toEqual({ status: 200, body: '', isTruncated: false });
  });

  it.each([
    [4, 'abcd', false],
    [3, 'abc', true],
  ])('of four bytes, of which %i may come', async (maxAnswerBytes, body, isTruncated) => {
    answer = { status: 200, body: 'abcd' };
    expect(await ask({ maxAnswerBytes })).toEqual({ status: 200, body, isTruncated });
  });
});

describe('no answer', () => {
  it('comes where the connection breaks in the middle of it', async () => {
    answer = { status: 200, breaks: true, headers: { 'content-length': '100' } };
    expect(await messageOf(ask())).toBe('Unreachable: the connection failed (ECONNRESET)');
  });

  it('comes where nobody listens', async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const closed = createServer(certificate);
    await new Promise<void>((listening) => closed.listen(0, '127.0.0.1', listening));
    const { port: freed } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    const url = `https://tickets.example.com:${freed}/`;
    expect(await messageOf(ask({ url }, { resolve }))).toBe(
      'Unreachable: the connection failed (ECONNREFUSED)',
    );
  });

  it('comes where the name has no address', async () => {
    const unknown = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
    const resolve = () => Promise.reject(unknown);
    expect(await messageOf(ask({}, { resolve }))).toBe(
      'Unreachable: its name could not be resolved (ENOTFOUND)',
    );
    const strange = () => Promise.reject(new Error('SECRET in words of somebody else'));
    expect(await messageOf(ask({}, { resolve: strange }))).toBe('Unreachable: the connection failed');
  });

  it('comes from a server whose certificate nobody trusts, or that is another one', async () => {
    const { cert } = await loopbackCertificate();
    expect(await messageOf(ask({}, { ca: cert }))).toMatch(
      /^Unreachable: its certificate is not trusted \((DEPTH_ZERO_)?(SELF_SIGNED_|UNABLE_TO_|CERT_)/,
    );
    const url = `https://other.example.com:${port}/`;
    expect(await messageOf(ask({ url }))).toBe(
      'Unreachable: its certificate is not trusted (ERR_TLS_CERT_ALTNAME_INVALID)',
    );
    expect(came).toEqual([]);
  });
});
