/** A socket in front of a `Request` → `Response` function. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** Listens only on 127.0.0.1. A body of more than `maxBytes` is answered with 413 and the connection is closed. */
export async function listen(
  port: number,
  maxBytes: number,
  answer: (request: Request) => Promise<Response>,
): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, maxBytes, answer).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  maxBytes: number,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = Number(incoming.headers['content-length'] ?? 0);
  if (bytes <= maxBytes) {
    bytes = 0;
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  }
  if (bytes > maxBytes) {
    outgoing.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const method = incoming.method ?? 'GET';
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  let request: Request;
  try {
    request = new Request(`http://${incoming.headers.host ?? '127.0.0.1'}${incoming.url}`, {
      method,
      headers,
      ...(method !== 'GET' && method !== 'HEAD' && { body: Buffer.concat(chunks) }),
    });
  } catch {
    outgoing.writeHead(400).end();
    return;
  }
  const response = await answer(request);
  const cookies = response.headers.getSetCookie();
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  outgoing.writeHead(response.status);
  if (response.body && method !== 'HEAD')
    await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
  else outgoing.end();
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
