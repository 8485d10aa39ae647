import { containsCidr, overlapCidr, parseCidr } from 'cidr-tools';
import { formatResourceId, type ResourceId } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import { type Core, nextGuid } from '../core.ts';
import { regionName } from '../settings.ts';
import { AzureError, copy, defined, type JsonObject, list, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';

/**
 * The common part of every resource: what PUT may set outside `properties`, and what stays from the resource before.
 */
export function resourceFrom(
  type: string,
  id: ResourceId,
  body: JsonObject,
  properties: JsonObject,
  previous: Resource | undefined,
): Resource {
  const location = text(body.location) ?? previous?.location;
  if (!location) {
    throw new AzureError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  if (previous?.location && regionName(location) !== previous.location) {
    throw new AzureError(
      409,
      'InvalidResourceLocation',
      `The resource '${previous.name}' already exists in location '${previous.location}' in resource group '${id.resourceGroup}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  }
  return defined({
    name: previous?.name ?? id.names.at(-1)!,
    id: previous?.id ?? formatResourceId(id),
    type,
    location: regionName(location),
    tags: body.tags === undefined ? undefined : copy(body.tags),
    zones: copy(body.zones),
    sku: copy(body.sku),
    kind: body.kind,
    identity: copy(body.identity),
    extendedLocation: copy(body.extendedLocation),
    properties,
  }) as Resource;
}

export const resourceGuid = (core: Core, previous: Resource | undefined): unknown =>
  previous?.properties.resourceGuid ?? nextGuid(core);

/** Name, id, etag, … in the order in which Microsoft.Network answers. */
export function envelope(resource: Resource, properties: JsonObject, more: JsonObject = {}): JsonObject {
  return defined({
    name: resource.name,
    id: resource.id,
    etag: resource.etag,
    type: resource.type,
    location: resource.location,
    tags: resource.tags,
    properties: defined(properties),
    ...more,
  });
}

export const prefixesOf = (properties: JsonObject): string[] => {
  const several = properties.addressPrefixes;
  const one = text(properties.addressPrefix);
  return Array.isArray(several) && several.length > 0 ? several.map(String) : one ? [one] : [];
};

export const isCidr = (prefix: string): boolean => {
  try {
    return parseCidr(prefix).prefixPresent;
  } catch {
    return false;
  }
};

export const prefixLength = (prefix: string): number => Number(parseCidr(prefix).prefix);
export const overlaps = (a: string[], b: string[]): boolean => overlapCidr(a, b);
export const contains = (outer: string[], inner: string[]): boolean => containsCidr(outer, inner);

/** The last address of a prefix that a host can have: a gateway uses it as its BGP peering address. */
export function lastUsable(prefix: string, fromTheEnd = 0): string {
  const last = parseCidr(prefix).end - 1n - BigInt(fromTheEnd);
  return [24n, 16n, 8n, 0n].map((shift) => (last >> shift) & 255n).join('.');
}

/** A public address that looks like one of Azure's and depends only on the resource. */
export function publicAddress(guid: string): string {
  const part = (from: number) => Number.parseInt(guid.replaceAll('-', '').slice(from, from + 2), 16);
  return `20.${part(0)}.${part(2)}.${part(4)}`;
}

/** What the services of Microsoft.Network have in common. */
export const networkDefaults: Omit<ResourceType, 'type' | 'draft' | 'view'> = {
  asynchronous: true,
  retryAfter: 10,
  etagHeader: true,
  patchesAtOnce: true,
  deletedAtOnce: false,
  createdStatus: 201,
  seed: () => undefined,
  provisioned: () => undefined,
  holds: () => [],
  beforeDelete: () => undefined,
  deletionSeconds: (core) => core.settings.durations.other,
  linked: () => [],
  reads: {},
  actions: {},
};

/** A child kept inside its parent (`ipConfigurations`, `routes`, …) as Azure shows it: with id, etag, type and state. */
export function childView(child: JsonObject, parent: Resource, properties: JsonObject): JsonObject {
  return defined({
    name: child.name,
    id: child.id,
    etag: parent.etag,
    properties: defined({ provisioningState: parent.properties.provisioningState, ...properties }),
    type: child.type,
  });
}

const withoutState = ({ provisioningState: _, ...properties }: JsonObject): JsonObject => properties;

/** Gives the named members of an array ids below their parent. */
export function withIds(parentId: string, type: string, collection: string, children: unknown): JsonObject[] {
  return list(children).map((child) => ({
    name: child.name,
    id: `${parentId}/${collection}/${text(child.name)}`,
    type: `${type}/${collection}`,
    properties: withoutState(copy(object(child.properties))),
  }));
}
