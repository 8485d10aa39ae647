import { sha256 } from './sha256.ts';

export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** `Microsoft.Network/virtualNetworks`, with `/subnets` and the like for child resources. */
  readonly type: string;
  /** The names, one for each part of the type. */
  readonly names: readonly string[];
}

/**
 * Names by Azure's rules ("Naming rules and restrictions for Azure resources"), for the types that tickets, tags and
 * events name. An id becomes the path of a request, so a name must not be able to leave its segment.
 */
const networkName = /^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_])?$/i;
const namesOf: Readonly<Record<string, RegExp>> = {
  'microsoft.network/virtualnetworks': networkName,
  'microsoft.network/virtualnetworks/subnets': networkName,
  'microsoft.network/virtualnetworkgateways': networkName,
  'microsoft.network/publicipaddresses': networkName,
  'microsoft.compute/virtualmachines': /^[a-z0-9_](?:[a-z0-9._-]{0,62}[a-z0-9_])?$/i,
  'microsoft.hybridcompute/machines': /^[a-z0-9](?:[a-z0-9._-]{0,52}[a-z0-9_])?$/i,
};

/** Characters that no name of any type may hold: in the path of a request they are refused, or have another meaning. */
const anyName = /^[^/\\%?#<>&*:"'|;\s\p{C}]{1,260}$/u;
const resourceGroupName = /^[\p{L}\p{N}_.()-]{0,89}[\p{L}\p{N}_()-]$/u;
const typeName = /^[a-z][a-z0-9]*$/i;
const namespaceName = /^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)+$/i;
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The parts of a resource id, each checked by its own rule. Undefined when the text is not a resource id. Azure writes
 * `resourceGroups` in different cases, so case does not matter.
 */
export function parseResourceId(id: string): ResourceId | undefined {
  const [start, ...segments] = id.split('/');
  const [
    subscriptions,
    subscriptionId = '',
    groups,
    resourceGroup = '',
    providers,
    namespace = '',
    ...parts
  ] = segments;
  const fixed = [subscriptions, groups, providers].map((part) => part?.toLowerCase()).join(' ');
  if (start !== '' || fixed !== 'subscriptions resourcegroups providers') return undefined;
  if (!guid.test(subscriptionId) || !namespaceName.test(namespace)) return undefined;
  if (!resourceGroupName.test(resourceGroup) || resourceGroup.includes('..')) return undefined;
  const types = parts.filter((_, index) => index % 2 === 0);
  const names = parts.filter((_, index) => index % 2 === 1);
  if (names.length === 0 || types.length !== names.length) return undefined;
  if (!types.every((type) => typeName.test(type))) return undefined;
  const isNamed = names.every((name, index) => {
    const type = [namespace, ...types.slice(0, index + 1)].join('/').toLowerCase();
    return (namesOf[type] ?? anyName).test(name) && !name.includes('..') && name !== '.';
  });
  return isNamed
    ? { subscriptionId, resourceGroup, type: [namespace, ...types].join('/'), names }
    : undefined;
}

/**
 * The resource id in an address of the Azure portal, which people often copy instead of the id:
 * `https://portal.azure.com/#@tenant/resource/subscriptions/…/virtualNetworks/hub/overview`. The part after the
 * resource is one of its pages. Any other text stays as it is.
 */
export function resourceIdIn(text: string): string {
  const [, path] =
    /^https:\/\/portal\.azure\.(?:com|us|cn)\/[^#]*#(?:@[^/]+\/)?resource(\/subscriptions\/.*)$/i.exec(
      text.trim(),
    ) ?? [];
  if (path === undefined) return text;
  const id = path.split(/[?#]/)[0]!.split('/').slice(0, 9).join('/');
  return parseResourceId(id) ? id : text;
}

export function isResourceOfType(id: string, type: string): boolean {
  return parseResourceId(id)?.type.toLowerCase() === type.toLowerCase();
}

export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * The id of a resource of another type in the same resource group: `besides(vnetId, 'publicIPAddresses', 'pip-hub')`.
 */
export function besides(id: string, type: string, name: string): string {
  return `${id.slice(0, id.toLowerCase().indexOf('/providers/'))}/providers/Microsoft.Network/${type}/${name}`;
}

/**
 * Twelve hexadecimal digits made from an id, the same for every case. They fit into names and instance ids, which allow
 * no slash.
 */
export function shortHash(id: string): string {
  return sha256(id.toLowerCase()).slice(0, 12);
}

/** The last name of a resource id: people call the resource by it. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** In lower case; empty where it names none. */
export function subscriptionOf(id: string): string {
  return (
    parseResourceId(id)?.subscriptionId ??
    /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ??
    ''
  ).toLowerCase();
}
