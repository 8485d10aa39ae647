import { formatResourceId, key } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Call, Core } from '../core.ts';
import { badRequest, copy, defined, type JsonObject, list, object, text } from '../wire/messages.ts';
import { childOf, type Resource } from '../world.ts';
import { envelope, isCidr, networkDefaults, resourceFrom, resourceGuid } from './network-shapes.ts';
import { checkPeerings, peeringOf, peeringView } from './peerings.ts';
import { addressSpaceOf, checkSubnets, checkUsed, subnetInUse, usersOf } from './subnet-rules.ts';

/** What only the service sets in a subnet. A client sends it back when it writes a subnet as it read it. */
const readOnly = [
  'provisioningState',
  'ipConfigurations',
  'ipConfigurationProfiles',
  'privateEndpoints',
  'resourceNavigationLinks',
  'serviceAssociationLinks',
  'purpose',
  'occupants',
];

const withoutReadOnly = (properties: JsonObject): JsonObject =>
  copy(Object.fromEntries(Object.entries(properties).filter(([name]) => !readOnly.includes(name))));

/** `occupants` do not change: no client can set which resources are in a subnet. */
function subnetOf(networkId: string, child: JsonObject, previous: JsonObject | undefined): JsonObject {
  const name = text(child.name) ?? '';
  const { occupants } = object(previous?.properties);
  return {
    name,
    id: `${networkId}/subnets/${name}`,
    properties: defined({
      delegations: [],
      ...withoutReadOnly(object(child.properties)),
      occupants: copy(occupants),
    }),
    type: 'Microsoft.Network/virtualNetworks/subnets',
  };
}

/** An exported subnet says which resources are in it. Only the resources that exist at the beginning may say so. */
const occupied = (subnet: JsonObject): JsonObject => {
  const { ipConfigurations, ...properties } = object(subnet.properties);
  return ipConfigurations === undefined
    ? subnet
    : { ...subnet, properties: { ...properties, occupants: list(ipConfigurations) } };
};

const known = [
  'addressSpace',
  'dhcpOptions',
  'subnets',
  'virtualNetworkPeerings',
  'provisioningState',
  'resourceGuid',
];

/**
 * A PUT of the whole network replaces its subnets: those that are left out are deleted. Without any list they stay,
 * from api-version 2023-11-01 on (https://github.com/Azure/bicep-types-az/issues/1687).
 */
const keepsSubnets = (asked: JsonObject, apiVersion: string): boolean =>
  asked.subnets === undefined && apiVersion >= '2023-11-01';

function networkProperties(
  core: Core,
  id: string,
  body: JsonObject,
  previous: Resource | undefined,
  apiVersion: string,
): JsonObject {
  const asked = object(body.properties);
  const before = (subnet: JsonObject) => previous && childOf(previous, 'subnets', text(subnet.name) ?? '');
  const subnets = keepsSubnets(asked, apiVersion) ? previous?.properties.subnets : asked.subnets;
  const others = Object.fromEntries(Object.entries(asked).filter(([name]) => !known.includes(name)));
  return {
    resourceGuid: resourceGuid(core, previous),
    addressSpace: copy(object(asked.addressSpace)),
    dhcpOptions: { dnsServers: [], ...copy(object(asked.dhcpOptions)) },
    ...copy(others),
    subnets: list(subnets).map((subnet) => subnetOf(id, subnet, before(subnet) ?? subnet)),
    virtualNetworkPeerings: list(asked.virtualNetworkPeerings).map((peering) => peeringOf(core, id, peering)),
  };
}

export function subnetView(
  subnet: JsonObject,
  network: Resource,
  apiVersion: string,
  core: Core,
): JsonObject {
  const { delegations, occupants: _, ...asked } = object(subnet.properties);
  const users = usersOf(core, subnet);
  return defined({
    name: subnet.name,
    id: subnet.id,
    etag: network.etag,
    properties: defined({
      provisioningState: network.properties.provisioningState,
      ...copy(asked),
      ipConfigurations: users.length > 0 ? users.map((id) => ({ id })) : undefined,
      delegations: apiVersion >= '2018-06-01' ? copy(delegations) : undefined,
      // Recorded: Enabled in 2020, Disabled at 2025-07-01. It is not known when it changed.
      ...(apiVersion >= '2019-09-01'
        ? {
            privateEndpointNetworkPolicies:
              asked.privateEndpointNetworkPolicies ?? (apiVersion < '2023-01-01' ? 'Enabled' : 'Disabled'),
            privateLinkServiceNetworkPolicies: asked.privateLinkServiceNetworkPolicies ?? 'Enabled',
          }
        : {}),
    }),
    type: apiVersion >= '2018-06-01' ? subnet.type : undefined,
  });
}

function viewNetwork(network: Resource, apiVersion: string, _moment: unknown, core: Core): JsonObject {
  const { dhcpOptions, subnets, virtualNetworkPeerings, ...others } = network.properties;
  const { provisioningState, resourceGuid: guid, addressSpace, ...rest } = others;
  const servers = object(dhcpOptions).dnsServers;
  const showsDhcp = apiVersion < '2025-01-01' || (Array.isArray(servers) && servers.length > 0);
  return envelope(network, {
    provisioningState,
    resourceGuid: guid,
    addressSpace: copy(addressSpace),
    dhcpOptions: showsDhcp ? copy(dhcpOptions) : undefined,
    ...(apiVersion >= '2025-01-01' ? { privateEndpointVNetPolicies: 'Disabled' } : {}),
    subnets: list(subnets).map((subnet) => subnetView(subnet, network, apiVersion, core)),
    virtualNetworkPeerings: list(virtualNetworkPeerings).map((peering) => peeringView(peering, network)),
    enableDdosProtection: false,
    ...(apiVersion < '2025-01-01' ? { enableVmProtection: false } : {}),
    ...copy(rest),
  });
}

export const virtualNetworks: ResourceType = {
  ...networkDefaults,
  type: 'Microsoft.Network/virtualNetworks',
  retryAfter: 3,
  // Recorded (cli_vnet): 204 at once, without an operation.
  deletedAtOnce: true,
  draft(call: Call, id, body, previous) {
    const { core } = call;
    const networkId = previous?.id ?? formatResourceId(id);
    const properties = networkProperties(core, networkId, body, previous, call.apiVersion);
    const resource = resourceFrom('Microsoft.Network/virtualNetworks', id, body, properties, previous);
    const prefixes = addressSpaceOf(resource);
    const wrong = prefixes.find((prefix) => !isCidr(prefix));
    if (wrong !== undefined || prefixes.length === 0) {
      throw badRequest(
        'InvalidAddressPrefixFormat',
        `Address prefix ${wrong ?? '<null>'} of resource ${networkId} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
      );
    }
    checkSubnets(core, resource);
    checkUsed(core, resource, previous);
    return { resource, seconds: core.settings.durations.virtualNetwork };
  },
  seed(core, resource) {
    const subnets = list(resource.properties.subnets).map(occupied);
    const given = { ...resource, properties: { ...resource.properties, subnets } };
    resource.properties = networkProperties(core, resource.id, given, undefined, '');
  },
  view: viewNetwork,
  beforeDelete(core, network) {
    for (const subnet of list(network.properties.subnets)) {
      const users = usersOf(core, subnet);
      if (users.length > 0) throw subnetInUse(text(subnet.id) ?? '', users);
    }
  },
};

/** The network with one child set or removed, as a PUT or DELETE of that child makes it. */
export function withChild(
  core: Core,
  network: Resource,
  collection: 'subnets' | 'virtualNetworkPeerings',
  name: string,
  body: JsonObject | undefined,
): Resource {
  const next = copy(network);
  const siblings = list(next.properties[collection]);
  const at = siblings.findIndex((child) => key(text(child.name) ?? '') === key(name));
  if (body) {
    const named = { ...body, name: at === -1 ? name : siblings[at]!.name };
    const child =
      collection === 'subnets'
        ? subnetOf(network.id, named, siblings[at])
        : peeringOf(core, network.id, named);
    if (at === -1) siblings.push(child);
    else siblings[at] = child;
  } else if (at !== -1) siblings.splice(at, 1);
  next.properties[collection] = siblings;
  if (collection === 'subnets') {
    checkSubnets(core, next);
    checkUsed(core, next, network);
  } else checkPeerings(core, next);
  return next;
}
