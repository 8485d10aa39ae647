import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ConnectionDropped, type WireRequest, type WireResponse } from './messages.ts';

export interface HttpsServer {
  /** `https://127.0.0.1:PORT`. `localhost` works too. */
  origin: string;
  port: number;
  /** The certificate of the authority that clients have to trust (`NODE_EXTRA_CA_CERTS`, `REQUESTS_CA_BUNDLE`). */
  caFile: string;
  close(): Promise<void>;
}

export interface HttpsOptions {
  /** 0 or nothing: any free port. */
  port?: number;
  /**
   * Where the authority's certificate is written. If not given: a new temporary directory, which is removed at the end.
   */
  directory?: string;
}

/** A block of a blob holds 4 MiB. */
const largestBody = 4 * 1024 * 1024;

/** Puts services on one HTTPS port of loopback. Private keys stay in memory. */
export async function serveHttps(
  service: { handle(request: WireRequest): Promise<WireResponse> },
  { port = 0, directory: given }: HttpsOptions = {},
): Promise<HttpsServer> {
  made ??= certificates();
  const { authority, certificate, key } = await made;
  const temporary = given === undefined ? temporaryFolder('simulated-azure-') : undefined;
  const directory = given ?? temporary!.folder;
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, `${authority.trim()}\n`);
  chmodSync(caFile, 0o644);
  const server = createServer(
    // Azure Load Balancer keeps an idle connection for four minutes (Microsoft, "TCP reset and idle timeout"). With
    // Node's five seconds, a client on a busy machine may send at the moment when the connection ends.
    { key, cert: `${certificate.trim()}\n${authority.trim()}\n`, keepAliveTimeout: 240_000 },
    (incoming, outgoing) => {
      serveSocket(service, incoming, outgoing).catch(() => outgoing.destroy());
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    origin: `https://127.0.0.1:${taken}`,
    port: taken,
    caFile,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        temporary?.remove();
      }),
  };
}

/**
 * All servers of a process have the same authority. For each further authority, clients would read all of them again.
 */
let made: ReturnType<typeof certificates> | undefined;

async function certificates() {
  const curve = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  // Its own name: when the authorities of two processes have one name, a client that trusts both tries only one.
  const name = `Simulated Azure CA ${randomBytes(8).toString('hex')}`;
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...curve,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...curve,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { authority: authority.cert, certificate: server.cert, key: server.private };
}

async function serveSocket(
  service: { handle(request: WireRequest): Promise<WireResponse> },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBody) {
      outgoing.writeHead(413, { Connection: 'close' }).end();
      return;
    }
    chunks.push(chunk);
  }
  const url = `https://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`;
  if (!URL.canParse(url)) {
    outgoing.writeHead(400).end();
    return;
  }
  const sent = Buffer.concat(chunks);
  try {
    const response = await service.handle({
      method: incoming.method ?? 'GET',
      url,
      headers: flat(incoming),
      ...(bytes > 0 && { body: sent.toString('utf8'), bytes: sent }),
    });
    const body = Buffer.from(response.bytes ?? response.body);
    outgoing.writeHead(response.status, {
      ...response.headers,
      ...(response.status === 204 ? {} : { 'Content-Length': body.length }),
    });
    outgoing.end(incoming.method === 'HEAD' ? undefined : body);
  } catch (error) {
    if (!(error instanceof ConnectionDropped)) throw error;
    incoming.socket.destroy();
  }
}

function flat(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
