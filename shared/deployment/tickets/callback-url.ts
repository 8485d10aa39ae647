import { isIP } from 'node:net';
import type { Problem } from '../../core/errors.ts';
import { isLoopbackAddress, isPublicAddress } from './public-addresses.ts';

/** What `CALLBACK_ALLOWED_HOSTS` says of a URL's host. */
export interface AllowedHost {
  /** Only an entry that names its port may be a loopback address. */
  readonly mayBeLoopback: boolean;
  /** The names that the query may have. */
  readonly queryNames: readonly string[];
}

/**
 * What is wrong with a ticket's `callbackUrl`, as far as this is known without resolving the host name. Undefined when
 * nothing is wrong. `allowedHosts`: entries `host` (port 443) or `host:port`, in any case, and after a `?` the names
 * that the query may have: `tickets.example.com?ticket&tenant`. A URL is stored in every history and log of its ticket,
 * and it is not known which names of a query hold a secret. So only names that the owner has listed are allowed.
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
  const allowed = allowedHost(url, allowedHosts);
  if (!allowed) {
    return problem(
      'CallbackHostNotAllowed',
      `callbackUrl goes to ${url.host}, but CALLBACK_ALLOWED_HOSTS does not list it${url.port && ` with port ${url.port}`}.`,
    );
  }
  const unlisted = [...url.searchParams.keys()].filter((name) => !allowed.queryNames.includes(name));
  if (unlisted.length > 0 || (url.search !== '' && url.searchParams.size === 0)) {
    const names = unlisted.map((name) => name.slice(0, 40)).join(', ');
    return problem(
      'CallbackQueryNotAllowed',
      `callbackUrl has a query${names && ` (${names})`}, which would be stored in clear text. Leave it out. The receiver can verify X-VpnRadius-Signature instead. If the query contains no secret, list it in CALLBACK_ALLOWED_HOSTS after the host: ${url.host}?name&other.`,
    );
  }
  const address = literalAddress(url);
  return address === undefined ? undefined : addressProblem(url, [address], allowed);
}

/** The entry that allows the URL's host and port. */
export function allowedHost(url: URL, allowedHosts: readonly string[]): AllowedHost | undefined {
  const wanted = `${url.hostname}:${url.port || 443}`.toLowerCase();
  const fits = allowedHosts
    .map((entry) => {
      const [host = '', query = ''] = entry.split('?');
      const hasPort = host.toLowerCase() === wanted;
      const isThere = hasPort || `${host.toLowerCase()}:443` === wanted;
      return { hasPort, isThere, names: query.split('&').filter((name) => name !== '') };
    })
    .filter(({ isThere }) => isThere);
  if (fits.length === 0) return undefined;
  return {
    mayBeLoopback: fits.some(({ hasPort }) => hasPort),
    queryNames: fits.flatMap(({ names }) => names),
  };
}

/**
 * What is wrong with the addresses that the host name resolves to. One forbidden address is enough to refuse the name.
 */
export function addressProblem(
  url: URL,
  addresses: readonly string[],
  allowed: AllowedHost,
): Problem | undefined {
  const fits = (address: string) =>
    isPublicAddress(address) || (allowed.mayBeLoopback && isLoopbackAddress(address));
  if (addresses.every(fits)) return undefined;
  const isLoopback = addresses.some(isLoopbackAddress);
  return {
    code: 'CallbackAddressNotAllowed',
    message: isLoopback
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
