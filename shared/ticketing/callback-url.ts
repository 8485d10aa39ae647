import { isIP } from 'node:net';
import type { Problem } from '../core/errors.ts';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

/** What `CALLBACK_ALLOWED_HOSTS` says of a URL's host. */
export interface AllowedHost {
  /** Only an entry that names its port may be a loopback address. */
  readonly mayBeLoopback: boolean;
}

/** A URL that carries its secret in the query would put it in every history and log through which the ticket passes. */
const secretParameters = new Set([
  'sig',
  'signature',
  'code',
  'token',
  'access_token',
  'apikey',
  'api_key',
  'secret',
  'password',
]);

/**
 * What is wrong with a ticket's `callbackUrl`, as far as it can be told without resolving the name; undefined when nothing is.
 * `allowedHosts`: entries `host` (port 443) or `host:port`, whatever their case.
 */
export function callbackProblem(callbackUrl: string, allowedHosts: readonly string[]): Problem | undefined {
  const problem = (code: string, message: string): Problem => ({
    code,
    message,
    target: 'ticket.callbackUrl',
  });
  const url = URL.canParse(callbackUrl) ? new URL(callbackUrl) : undefined;
  if (url?.protocol !== 'https:') return problem('CallbackUrlInvalid', 'callbackUrl must be an https URL.');
  if (url.username || url.password) {
    return problem('CallbackUrlHoldsSecret', 'callbackUrl must not hold a user name or password.');
  }
  const secret = [...url.searchParams.keys()].find((name) => secretParameters.has(name.toLowerCase()));
  if (secret) {
    return problem(
      'CallbackUrlHoldsSecret',
      `callbackUrl carries a secret in its query (${secret}), which would be stored in clear text. Give a URL without it; the receiver can verify X-VpnRadius-Signature instead.`,
    );
  }
  const allowed = allowedHost(url, allowedHosts);
  if (!allowed) {
    return problem(
      'CallbackHostNotAllowed',
      `callbackUrl goes to ${url.host}, which CALLBACK_ALLOWED_HOSTS does not list${url.port && ` with port ${url.port}`}.`,
    );
  }
  const address = literalAddress(url);
  return address === undefined ? undefined : addressProblem(url, [address], allowed);
}

/** The entry that allows the URL's host and port. */
export function allowedHost(url: URL, allowedHosts: readonly string[]): AllowedHost | undefined {
  const wanted = `${url.hostname}:${url.port || 443}`.toLowerCase();
  const entries = allowedHosts.map((entry) => entry.toLowerCase());
  const withPort = entries.includes(wanted);
  const withoutPort = entries.some((entry) => `${entry}:443` === wanted);
  return withPort || withoutPort ? { mayBeLoopback: withPort } : undefined;
}

/** What is wrong with the addresses that the host's name was resolved to. One that is not allowed condemns the name. */
export function addressProblem(
  url: URL,
  addresses: readonly string[],
  allowed: AllowedHost,
): Problem | undefined {
  const fits = (address: string) =>
    isPublicAddress(address) || (allowed.mayBeLoopback && isLoopbackAddress(address));
  if (addresses.every(fits)) return undefined;
  const loopback = addresses.some(isLoopbackAddress);
  return {
    code: 'CallbackAddressNotAllowed',
    message: loopback
      ? `${url.host} is a loopback address. CALLBACK_ALLOWED_HOSTS must list it with its port (${url.hostname}:${url.port || 443}) to allow that.`
      : `${url.host} is not a public address: callbacks do not go to private, link-local, multicast or reserved addresses.`,
    target: 'ticket.callbackUrl',
  };
}

function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return host;
  // RFC 6761: these names are always loopback.
  return host === 'localhost' || host.endsWith('.localhost') ? '127.0.0.1' : undefined;
}
