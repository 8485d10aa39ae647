import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ConnectionDropped, json } from '../azure/wire/messages.ts';
import type { WireHandler } from './faults.ts';

export interface TicketingServerOptions {
  /** PEM. The certificate must name 127.0.0.1. */
  readonly key: string;
  readonly cert: string;
  /** Any free port when left out. */
  readonly port?: number;
  /** Serves `/api/now/…` and `/oauth_token.do`. */
  readonly serviceNow: { readonly handle: WireHandler };
  /** Serves `/rest/api/3/…`. */
  readonly jira: { readonly handle: WireHandler };
  /** Serves `/hooks/…`. */
  readonly receiver: { readonly handle: WireHandler };
}

export interface TicketingServer {
  /** `https://127.0.0.1:<port>`: the instance, the base URL and, with `/hooks/…`, the callback URL. */
  readonly url: string;
  close(): Promise<void>;
}

const longestBody = 1024 * 1024;

/** The simulated ticket systems and the receiver of callbacks on one HTTPS port of loopback. */
export async function serveTicketing(options: TicketingServerOptions): Promise<TicketingServer> {
  const routes: readonly (readonly [RegExp, WireHandler])[] = [
    [/^\/(api\/now\/|oauth_token\.do$)/, options.serviceNow.handle],
    [/^\/rest\/api\/3\//, options.jira.handle],
    [/^\/hooks\//, options.receiver.handle],
  ];
  const server = createServer({ key: options.key, cert: options.cert }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > longestBody) incoming.destroy();
      else chunks.push(chunk);
    });
    incoming.on('error', () => outgoing.destroy());
    incoming.on('end', () => {
      const path = incoming.url ?? '/';
      const route = routes.find(([pattern]) => pattern.test(path.split('?')[0]!));
      try {
        const { status, headers, body } = route
          ? route[1]({
              method: incoming.method ?? 'GET',
              url: `https://${incoming.headers.host}${path}`,
              headers: Object.fromEntries(
                Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: chunks.length > 0 ? Buffer.concat(chunks).toString('utf8') : undefined,
            })
          : json(404, { error: `The simulated ticketing has no route ${incoming.method} ${path}.` });
        outgoing.writeHead(status, headers).end(body);
      } catch (error) {
        if (error instanceof ConnectionDropped) outgoing.destroy();
        else outgoing.writeHead(500).end(`The simulated ticketing failed: ${String(error)}`);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}
