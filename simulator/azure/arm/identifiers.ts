import { createHash } from 'node:crypto';

export interface ResourceId {
  subscriptionId: string;
  resourceGroup: string;
  namespace: string;
  /** `virtualNetworks`, or `virtualNetworks/subnets` for a child. */
  type: string;
  /** One name for every part of the type. */
  names: string[];
}

/** Reads `/subscriptions/…/resourceGroups/…/providers/…`. Undefined when it is not the id of a resource. */
export function parseResourceId(id: string): ResourceId | undefined {
  const match =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/((?:[^/]+\/[^/]+)(?:\/[^/]+\/[^/]+)*)$/i.exec(
      id,
    );
  if (!match) return undefined;
  const parts = match[4]!.split('/');
  return {
    subscriptionId: match[1]!,
    resourceGroup: match[2]!,
    namespace: match[3]!,
    type: parts.filter((_, index) => index % 2 === 0).join('/'),
    names: parts.filter((_, index) => index % 2 === 1),
  };
}

export function formatResourceId(id: ResourceId): string {
  const types = id.type.split('/');
  const path = id.names.map((name, index) => `${types[index]}/${name}`).join('/');
  return `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroup}/providers/${id.namespace}/${path}`;
}

/** ARM compares ids without case. */
export const key = (id: string): string => id.toLowerCase();

/** A GUID that depends only on the seed and the count, so that two runs give the same ids. */
export function guid(seed: string, count: number): string {
  const hex = createHash('sha256').update(`${seed}:${count}`).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The requested number of base64url characters, derived from `text`. */
export function scramble(text: string, length: number): string {
  let out = '';
  for (let block = 0; out.length < length; block++) {
    out += createHash('sha512').update(`${text}:${block}`).digest('base64url');
  }
  return out.slice(0, length);
}
