import { formatResourceId, key } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Call, Core } from '../core.ts';
import { AzureError, copy, defined, type JsonObject, list, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import { envelope, isCidr, networkDefaults, resourceFrom, resourceGuid } from './network-shapes.ts';
import { addressSpaceOf, checkSubnets, checkUsed, subnetInUse } from './subnet-rules.ts';

const refuse = (code: string, message: string) => new AzureError(400, code, message, { details: [] });

/** What the service alone says of a subnet, and what comes back when a client sends a subnet as it read it. */
const readOnly = [
  'provisioningState',
  'ipConfigurations',
  'ipConfigurationProfiles',
  'privateEndpoints',
  'resourceNavigationLinks',
  'serviceAssociationLinks',
  'purpose',
];

const withoutReadOnly = (properties: JsonObject): JsonObject =>
  copy(Object.fromEntries(Object.entries(properties).filter(([name]) => !readOnly.includes(name))));

function subnetOf(networkId: string, child: JsonObject): JsonObject {
  const name = text(child.name) ?? '';
  return {
    name,
    id: `${networkId}/subnets/${name}`,
    properties: { delegations: [], ...withoutReadOnly(object(child.properties)) },
    type: 'Microsoft.Network/virtualNetworks/subnets',
  };
}

function peeringOf(core: Core, networkId: string, child: JsonObject): JsonObject {
  const name = text(child.name) ?? '';
  const properties = object(child.properties);
  const remote = text(object(properties.remoteVirtualNetwork).id) ?? '';
  const other = core.world.resources.get(remote);
  const back = list(other?.properties.virtualNetworkPeerings).some(
    (peering) =>
      key(text(object(object(peering.properties).remoteVirtualNetwork).id) ?? '') === key(networkId),
  );
  return {
    name,
    id: `${networkId}/virtualNetworkPeerings/${name}`,
    properties: {
      peeringState: back ? 'Connected' : 'Initiated',
      peeringSyncLevel: back ? 'FullyInSync' : 'RemoteNotInSync',
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: false,
      allowGatewayTransit: false,
      useRemoteGateways: false,
      ...copy(properties),
      remoteAddressSpace: copy(object(other?.properties.addressSpace)),
    },
    type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
  };
}

const known = [
  'addressSpace',
  'dhcpOptions',
  'subnets',
  'virtualNetworkPeerings',
  'provisioningState',
  'resourceGuid',
];

function propertiesOf(core: Core, id: string, body: JsonObject, previous: Resource | undefined): JsonObject {
  const asked = object(body.properties);
  const others = Object.fromEntries(Object.entries(asked).filter(([name]) => !known.includes(name)));
  return {
    resourceGuid: resourceGuid(core, previous),
    addressSpace: copy(object(asked.addressSpace)),
    dhcpOptions: { dnsServers: [], ...copy(object(asked.dhcpOptions)) },
    ...copy(others),
    // A PUT of the whole network replaces its subnets: those left out are deleted.
    subnets: list(asked.subnets).map((subnet) => subnetOf(id, subnet)),
    virtualNetworkPeerings: list(asked.virtualNetworkPeerings).map((peering) => peeringOf(core, id, peering)),
  };
}

export function subnetView(
  subnet: JsonObject,
  network: Resource,
  apiVersion: string,
  core: Core,
): JsonObject {
  const { delegations, ...asked } = object(subnet.properties);
  const users = core.world.resources.usersOf(text(subnet.id) ?? '');
  return defined({
    name: subnet.name,
    id: subnet.id,
    etag: network.etag,
    properties: defined({
      provisioningState: network.properties.provisioningState,
      ...copy(asked),
      ipConfigurations: users.length > 0 ? users.map((id) => ({ id })) : undefined,
      delegations: apiVersion >= '2018-06-01' ? copy(delegations) : undefined,
      // Recorded: Enabled in 2020, Disabled at 2025-07-01; when it changed is not known.
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

export function peeringView(peering: JsonObject, network: Resource): JsonObject {
  return {
    ...copy(peering),
    etag: network.etag,
    properties: {
      provisioningState: network.properties.provisioningState,
      resourceGuid: network.properties.resourceGuid,
      ...copy(object(peering.properties)),
    },
  };
}

function view(network: Resource, apiVersion: string, _moment: unknown, core: Core): JsonObject {
  const { dhcpOptions, subnets, virtualNetworkPeerings, ...others } = network.properties;
  const { provisioningState, resourceGuid: guid, addressSpace, ...rest } = others;
  const servers = object(dhcpOptions).dnsServers;
  const showDhcp = apiVersion < '2025-01-01' || (Array.isArray(servers) && servers.length > 0);
  return envelope(network, {
    provisioningState,
    resourceGuid: guid,
    addressSpace: copy(addressSpace),
    dhcpOptions: showDhcp ? copy(dhcpOptions) : undefined,
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
    const properties = propertiesOf(core, networkId, body, previous);
    const resource = resourceFrom('Microsoft.Network/virtualNetworks', id, body, properties, previous);
    const prefixes = addressSpaceOf(resource);
    const wrong = prefixes.find((prefix) => !isCidr(prefix));
    if (wrong !== undefined || prefixes.length === 0) {
      throw refuse(
        'InvalidAddressPrefixFormat',
        `Address prefix ${wrong ?? '<null>'} of resource ${networkId} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
      );
    }
    checkSubnets(core, resource);
    checkUsed(core, resource, previous);
    return { resource, seconds: core.settings.durations.virtualNetwork };
  },
  seed(core, resource) {
    resource.properties = propertiesOf(core, resource.id, resource, undefined);
  },
  view,
  beforeDelete(core, network) {
    for (const subnet of list(network.properties.subnets)) {
      const users = core.world.resources.usersOf(text(subnet.id) ?? '');
      if (users.length > 0) throw subnetInUse(text(subnet.id) ?? '', users);
    }
  },
  actions: {},
};

/** The network with one child set or taken away, as a PUT or DELETE of that child makes it. */
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
    const child = collection === 'subnets' ? subnetOf(network.id, named) : peeringOf(core, network.id, named);
    if (at === -1) siblings.push(child);
    else siblings[at] = child;
  } else if (at !== -1) siblings.splice(at, 1);
  next.properties[collection] = siblings;
  if (collection === 'subnets') {
    checkSubnets(core, next);
    checkUsed(core, next, network);
  }
  return next;
}

/** A peering reads Connected on both sides once each side has one. */
export function connectPeers(core: Core, network: Resource): void {
  for (const peering of list(network.properties.virtualNetworkPeerings)) {
    const remote = text(object(object(peering.properties).remoteVirtualNetwork).id) ?? '';
    const other = core.world.resources.get(remote);
    for (const back of list(other?.properties.virtualNetworkPeerings)) {
      const properties = object(back.properties);
      if (key(text(object(properties.remoteVirtualNetwork).id) ?? '') !== key(network.id)) continue;
      for (const side of [properties, object(peering.properties)]) {
        side.peeringState = 'Connected';
        side.peeringSyncLevel = 'FullyInSync';
      }
    }
  }
}
