import { createHash } from 'node:crypto';

export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** `Microsoft.Network/virtualNetworks`, with `/subnets` and the like for child resources. */
  readonly type: string;
  /** The names, one for each part of the type. */
  readonly names: readonly string[];
}

const shape =
  /^\/subscriptions\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/resourceGroups\/([^/]{1,90})\/providers\/([^/]+)((?:\/[^/]+\/[^/]+)+)$/i;

/** The parts of a resource id; undefined when it is not one. Azure mixes the case of `resourceGroups`, so case does not matter. */
export function parseResourceId(id: string): ResourceId | undefined {
  const match = shape.exec(id);
  if (!match) return undefined;
  const [, subscriptionId, resourceGroup, namespace, rest] = match as unknown as string[] & { length: 5 };
  const parts = rest!.slice(1).split('/');
  return {
    subscriptionId: subscriptionId!,
    resourceGroup: resourceGroup!,
    type: [namespace!, ...parts.filter((_, index) => index % 2 === 0)].join('/'),
    names: parts.filter((_, index) => index % 2 === 1),
  };
}

export function isResourceOfType(id: string, type: string): boolean {
  return parseResourceId(id)?.type.toLowerCase() === type.toLowerCase();
}

export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The id of the resource group's resource of another type: `besides(vnetId, 'publicIPAddresses', 'pip-hub')`. */
export function besides(id: string, type: string, name: string): string {
  return `${id.slice(0, id.toLowerCase().indexOf('/providers/'))}/providers/Microsoft.Network/${type}/${name}`;
}

/** Twelve hexadecimal digits that stand for an id whatever its case: fit for names and instance ids, which allow no slash. */
export function shortHash(id: string): string {
  return createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 12);
}

/** The last name of a resource id: what people call the resource. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
