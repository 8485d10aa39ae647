import type { Call } from '../core.ts';
import { AzureError } from '../wire/messages.ts';
import type { Resource } from '../world.ts';

/** `"guid"` and `W/"guid"` name the same version: a header without `W/` is understood too. */
const plainTag = (etag: string): string => etag.replace(/^W\//, '');

/**
 * `If-Match` and `If-None-Match` of a write, compared with the etag of the resource's body. Code, details and sentence
 * are those that the Azure cloud provider of Kubernetes parses (kubernetes-sigs/cloud-provider-azure, etag mismatch).
 * Seen on networks, addresses and other types with an ETag header. On gateways and connections, which have no ETag
 * header, it is assumed: if-match-on-gateways.
 */
export function checkPreconditions(call: Call, id: string, existing: Resource | undefined): void {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.request.headers;
  const current = existing?.etag ?? '';
  const fails =
    (ifMatch !== undefined &&
      (!existing || (ifMatch.trim() !== '*' && plainTag(ifMatch.trim()) !== plainTag(current)))) ||
    (ifNoneMatch?.trim() === '*' && existing !== undefined);
  if (!fails) return;
  throw new AzureError(412, 'PreconditionFailed', 'Precondition failed.', {
    details: [
      {
        code: 'PreconditionFailedEtagMismatch',
        message: `Etag provided in if-match header ${ifMatch ?? ifNoneMatch} does not match etag ${current} of resource ${id} in NRP data store.`,
      },
    ],
  });
}
