import { lookup as resolveName } from 'node:dns/promises';
import { type RequestOptions, request as startRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { secondsUntilRetry } from '../core/errors.ts';

export interface HttpsRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * Throws when the request must not go to one of these addresses. Called with the addresses of the name, before
   * anything is sent.
   */
  readonly checkAddresses?: (addresses: readonly string[]) => void;
  readonly maxAnswerBytes: number;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** Cut at the limit that was asked for, with `isTruncated` set. */
  readonly body: string;
  readonly isTruncated: boolean;
}

/** Sends one request and follows no redirect. Throws `Unreachable` when there is no answer. */
export type HttpsClient = (request: HttpsRequest) => Promise<HttpsAnswer>;

/** No answer came. The words of the message hold neither the URL nor its content. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export interface HttpsClientOptions {
  readonly timeoutMilliseconds?: number;
  readonly resolve?: (hostname: string) => Promise<{ address: string; family: number }[]>;
  /** PEM of the certificate authorities to trust instead of those of Node (which NODE_EXTRA_CA_CERTS extends). */
  readonly ca?: string;
}

export function httpsClient(options: HttpsClientOptions = {}): HttpsClient {
  const { timeoutMilliseconds = 10_000, ca } = options;
  const resolve = options.resolve ?? ((hostname: string) => resolveName(hostname, { all: true }));

  return async (request) => {
    const url = new URL(request.url);
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal)) request.checkAddresses?.([literal]);

    // The name is resolved here, once, and the socket gets exactly the addresses that were checked. So a name server
    // that changes its answer in between (DNS rebinding) has no effect.
    const lookup: LookupFunction = (hostname, { all }, done) => {
      resolve(hostname)
        .then((found) => {
          request.checkAddresses?.(found.map(({ address }) => address));
          return found;
        })
        .then(
          (found) => (all ? done(null, found) : done(null, found[0]?.address ?? '', found[0]?.family)),
          (error) => done(error, ''),
        );
    };

    const deadline = AbortSignal.timeout(timeoutMilliseconds);
    try {
      return await exchange(
        url,
        {
          method: request.method,
          headers: { 'User-Agent': 'vpn-radius', ...request.headers },
          // A pooled connection would belong to an earlier look-up.
          agent: false,
          lookup,
          signal: deadline,
          ca,
        },
        request.body,
        request.maxAnswerBytes,
      );
    } catch (error) {
      throw deadline.aborted
        ? new Unreachable(`there was no answer within ${timeoutMilliseconds / 1000} seconds`)
        : unreachable(error);
    }
  };
}

function exchange(url: URL, options: RequestOptions, body: string | undefined, maxAnswerBytes: number) {
  return new Promise<HttpsAnswer>((resolve, reject) => {
    const outgoing = startRequest(url, options, (incoming) => {
      const retryAfterSeconds = secondsUntilRetry(incoming.headers['retry-after'] ?? '', Date.now());
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (isTruncated: boolean) =>
        resolve({
          status: incoming.statusCode ?? 0,
          ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
          body: Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8'),
          isTruncated,
        });
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= maxAnswerBytes) return;
        finish(true);
        incoming.destroy();
      });
      incoming.on('end', () => finish(false));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const certificateErrors =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/;

/** An error that `checkAddresses` threw passes as it is. Any other error means that the connection failed. */
function unreachable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const isOwn = error instanceof Error && 'failure' in error;
  if (isOwn) return error;
  if (code && certificateErrors.test(code))
    return new Unreachable(`its certificate is not trusted (${code})`);
  if (code === 'ENOTFOUND') return new Unreachable('its name could not be resolved (ENOTFOUND)');
  return new Unreachable(`the connection failed${code ? ` (${code})` : ''}`);
}
