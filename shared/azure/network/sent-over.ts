import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { saidByService } from '../../gateway/code/read-only.ts';

type Json = { readonly [name: string]: unknown };

/**
 * Completes the PUT of a resource that others work on too. Resource Manager replaces the whole resource, and an SDK sends
 * what its specification names and nothing else: so whatever was read and is not in the body is put back as it was read.
 *
 * `If-Match` goes with the etag of the body that was read. The specification of Microsoft.Network names no such header, nor
 * does its documentation; the service is known to heed it on load balancers (kubernetes-sigs/cloud-provider-azure,
 * `EtagMismatchPattern`), and whether it does on gateways is not known. So it comes on top: the body is also read again right
 * before the write, which leaves the time of one request.
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

/** Besides what the service says: what this app replaces or leaves out on purpose, such as the older single RADIUS server. */
const notPutBack = new Set<string>([
  ...saidByService,
  'name',
  'zones',
  'radiusServerAddress',
  'radiusServerSecret',
]);
/** Read-only below the one, and written below the other (`vpnClientConfiguration`). */
const isOnlyRead = (name: string, below: readonly string[]) =>
  notPutBack.has(name) ||
  (name === 'vngClientConnectionConfigurations' && below.includes('virtualNetworkGatewayPolicyGroups'));

/** `sent` with all that `read` has besides; lists are matched entry by entry, and none gets entries back. */
function completed(sent: unknown, read: unknown, below: readonly string[] = []): unknown {
  if (Array.isArray(sent)) {
    if (!Array.isArray(read)) return sent;
    return sent.map((entry) => completed(entry, same(entry, read), below));
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

/** The entry of a list that was read for one that is sent. */
function same(entry: unknown, read: readonly unknown[]): unknown {
  if (!isObject(entry)) return undefined;
  const key = keys.find((one) => typeof entry[one] === 'string');
  return key && read.find((one) => isObject(one) && folded(one[key]) === folded(entry[key]));
}

const folded = (value: unknown) => String(value).toLowerCase();

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
