import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { saidByService } from '../../gateway/code/read-only.ts';

type Json = { readonly [name: string]: unknown };

/**
 * Completes the PUT of a resource that others work on too. Resource Manager replaces the whole resource, and
 * an SDK sends only what its specification names. So everything that was read and is not in the body is put
 * back as it was read.
 *
 * `If-Match` carries the etag of the body that was read. Neither the specification of Microsoft.Network nor
 * its documentation names this header. It is known that the service obeys it on load balancers
 * (kubernetes-sigs/cloud-provider-azure, `EtagMismatchPattern`); it is not known whether it does so on
 * gateways. So there is a second guard: the body is read again right before the write, so that only the time
 * of one request is unguarded.
 */
export function sentOver(read: Json | undefined, etag: string | undefined): PipelinePolicy {
  return {
    name: 'sentOverPolicy',
    sendRequest(request, next) {
      if (request.method === 'PUT' && read) {
        if (etag) request.headers.set('If-Match', etag);
        request.body = JSON.stringify(completed(JSON.parse(String(request.body)), read));
      }
      return next(request);
    },
  };
}

/**
 * Not put back: what the service itself sets, and what this app replaces or leaves out on purpose, such as
 * the older single RADIUS server.
 */
const notPutBack = new Set<string>([
  ...saidByService,
  'name',
  'zones',
  'radiusServerAddress',
  'radiusServerSecret',
]);
/** Read-only under the first name, and written under the second (`vpnClientConfiguration`). */
const isOnlyRead = (name: string, below: readonly string[]) =>
  notPutBack.has(name) ||
  (name === 'vngClientConnectionConfigurations' && below.includes('virtualNetworkGatewayPolicyGroups'));

/**
 * `sent`, completed with everything that only `read` has. Lists are matched entry by entry, and no list gets
 * entries back.
 */
function completed(sent: unknown, read: unknown, below: readonly string[] = []): unknown {
  if (Array.isArray(sent)) {
    if (!Array.isArray(read)) return sent;
    return sent.map((entry) => completed(entry, sameEntry(entry, read), below));
  }
  if (!isObject(sent) || !isObject(read)) return sent;
  const kept = Object.entries(sent).map(([name, value]) => [
    name,
    completed(value, read[name], [...below, name]),
  ]);
  const lacking = Object.entries(read).filter(
    ([name, value]) => sent[name] === undefined && value !== null && !isOnlyRead(name, below),
  );
  return { ...Object.fromEntries(kept), ...Object.fromEntries(lacking) };
}

const keys = ['id', 'name', 'radiusServerAddress', 'ipconfigurationId'] as const;

/** The entry of the list that was read which matches an entry that is sent. */
function sameEntry(entry: unknown, read: readonly unknown[]): unknown {
  if (!isObject(entry)) return undefined;
  const key = keys.find((one) => typeof entry[one] === 'string');
  return key && read.find((one) => isObject(one) && folded(one[key]) === folded(entry[key]));
}

const folded = (value: unknown) => String(value).toLowerCase();

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
