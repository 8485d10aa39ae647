import { formatResourceId, key } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Core } from '../core.ts';
import {
  lastUsable,
  networkDefaults,
  prefixesOf,
  resourceFrom,
  resourceGuid,
  withIds,
} from '../network/network-shapes.ts';
import { allocateAddress } from '../network/public-ip-addresses.ts';
import { AzureError, copy, type JsonObject, json, list, object, text } from '../wire/messages.ts';
import { childOf, type Resource } from '../world.ts';
import { gatewayActions } from './actions.ts';
import { migrationActions, phaseEnded } from './address-migration.ts';
import { connections, connectionsOf } from './connections.ts';
import { checkGateway } from './rules.ts';
import { gatewayView } from './view.ts';

const type = 'Microsoft.Network/virtualNetworkGateways';

const readOnly = [
  'provisioningState',
  'resourceGuid',
  'ipConfigurations',
  'sku',
  'vpnClientConfiguration',
  'bgpSettings',
  'natRules',
  'virtualNetworkGatewayPolicyGroups',
];

/**
 * Children of the client configuration that get ids, etags and states from Azure (exported public templates, SDK
 * models).
 */
const clientChildren = [
  'vpnClientRootCertificates',
  'vpnClientRevokedCertificates',
  'vngClientConnectionConfigurations',
];

function gatewayProperties(
  core: Core,
  id: string,
  body: JsonObject,
  previous: Resource | undefined,
): JsonObject {
  const asked = object(body.properties);
  const others = Object.fromEntries(Object.entries(asked).filter(([name]) => !readOnly.includes(name)));
  const client = asked.vpnClientConfiguration;
  return {
    resourceGuid: resourceGuid(core, previous),
    enablePrivateIpAddress: false,
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    enableBgp: false,
    activeActive: false,
    vpnGatewayGeneration: 'Generation1',
    enableBgpRouteTranslationForNat: false,
    disableIPSecReplayProtection: false,
    allowRemoteVnetTraffic: false,
    allowVirtualWanTraffic: false,
    ...copy(others),
    natRules: withIds(id, type, 'natRules', asked.natRules),
    virtualNetworkGatewayPolicyGroups: withIds(
      id,
      type,
      'virtualNetworkGatewayPolicyGroups',
      asked.virtualNetworkGatewayPolicyGroups,
    ),
    ipConfigurations: withIds(id, type, 'ipConfigurations', asked.ipConfigurations),
    sku: { ...copy(object(asked.sku)), capacity: 2 },
    ...(client ? { vpnClientConfiguration: clientConfiguration(core, id, object(client), previous) } : {}),
    bgpSettings: bgpSettings(object(asked.bgpSettings), previous),
  };
}

/** PUT replaces the whole. A secret that was left out is cleared or kept, as the scenario says. */
function clientConfiguration(
  core: Core,
  id: string,
  asked: JsonObject,
  previous: Resource | undefined,
): JsonObject {
  const before = object(previous?.properties.vpnClientConfiguration);
  const keeps = core.settings.radiusSecretOmitted === 'keeps';
  const kept = (server: JsonObject, old: JsonObject | undefined): JsonObject => {
    const secret = server.radiusServerSecret ?? (keeps ? old?.radiusServerSecret : undefined);
    const { radiusServerSecret: _, ...rest } = server;
    return secret === undefined ? rest : { ...rest, radiusServerSecret: secret };
  };
  const servers = list(asked.radiusServers).map((server) =>
    kept(
      copy(server),
      list(before.radiusServers).find((old) => old.radiusServerAddress === server.radiusServerAddress),
    ),
  );
  const { vpnClientConnectionHealth: _, ...rest } = copy(asked);
  const single = kept(rest, before.radiusServerAddress === rest.radiusServerAddress ? before : undefined);
  return {
    ...single,
    vpnClientProtocols: protocolsOf(asked),
    ...Object.fromEntries(
      clientChildren
        .filter((collection) => asked[collection] !== undefined)
        .map((collection) => [collection, withIds(id, type, collection, asked[collection])]),
    ),
    ...(asked.radiusServers === undefined ? {} : { radiusServers: servers }),
  };
}

/**
 * Protocols that were left out are filled in: OpenVPN and IKEv2, as an answer to a PUT without any client configuration
 * shows them (recorded net_fluent_vngw_create_update). That this is the same when there is a pool is
 * assumed: protocols-left-out.
 */
const protocolsOf = (asked: JsonObject): unknown => copy(asked.vpnClientProtocols) ?? ['OpenVPN', 'IkeV2'];

/** The addresses from which each instance speaks BGP: the service's own, and those that the owner added (APIPA). */
function peeringAddresses(asked: JsonObject, before: JsonObject): JsonObject[] {
  const known = list(before.bgpPeeringAddresses);
  const wished = list(asked.bgpPeeringAddresses);
  const same = (one: JsonObject, other: JsonObject) =>
    key(text(one.ipconfigurationId) ?? '') === key(text(other.ipconfigurationId) ?? '');
  if (known.length === 0) return copy(wished);
  return known.map((address) => ({
    ...copy(address),
    customBgpIpAddresses: copy(
      wished.find((one) => same(one, address))?.customBgpIpAddresses ?? address.customBgpIpAddresses ?? [],
    ),
  }));
}

/** Zero until the gateway is provisioned (recorded), then the value that the service chose. */
function bgpSettings(asked: JsonObject, previous: Resource | undefined): JsonObject {
  const before = object(previous?.properties.bgpSettings);
  return {
    asn: asked.asn ?? before.asn ?? 0,
    ...(before.bgpPeeringAddress ? { bgpPeeringAddress: before.bgpPeeringAddress } : {}),
    peerWeight: asked.peerWeight ?? before.peerWeight ?? 0,
    bgpPeeringAddresses: peeringAddresses(asked, before),
  };
}

function provisioned(core: Core, gateway: Resource): void {
  const { properties } = gateway;
  const bgp = object(properties.bgpSettings);
  const configurations = list(properties.ipConfigurations);
  const addresses = configurations.map((configuration, index) => {
    const { subnet, publicIPAddress } = object(configuration.properties);
    const subnetId = text(object(subnet).id) ?? '';
    const network = core.world.resources.get(subnetId.split('/subnets/')[0] ?? '');
    const found = network && childOf(network, 'subnets', subnetId.split('/').at(-1) ?? '');
    const prefix = prefixesOf(object(found?.properties))[0];
    const address = core.world.resources.get(text(object(publicIPAddress).id) ?? '');
    if (address) allocateAddress(core, address);
    const kept = list(bgp.bgpPeeringAddresses).find(
      (one) => key(text(one.ipconfigurationId) ?? '') === key(text(configuration.id) ?? ''),
    );
    return {
      ipconfigurationId: configuration.id,
      defaultBgpIpAddresses: prefix ? [lastUsable(prefix, index)] : [],
      customBgpIpAddresses: copy(kept?.customBgpIpAddresses ?? []),
      tunnelIpAddresses: address ? [address.properties.ipAddress] : [],
    };
  });
  properties.bgpSettings = {
    asn: bgp.asn === 0 ? 65515 : bgp.asn,
    bgpPeeringAddress: addresses.flatMap((address) => address.defaultBgpIpAddresses).join(','),
    peerWeight: bgp.peerWeight,
    bgpPeeringAddresses: addresses,
  };
  properties.provisionedBefore = true;
  const client = object(properties.vpnClientConfiguration);
  if (client.vpnClientProtocols) client.vpnClientProtocols = inServiceOrder(client.vpnClientProtocols);
}

/**
 * The service does not keep the order of the request: ["IkeV2","SSTP"] reads ["SSTP","IkeV2"]
 * (cli_vnet_gateway_radius_ipsec).
 */
const serviceOrder = ['SSTP', 'OpenVPN', 'IkeV2'];
const inServiceOrder = (protocols: unknown): unknown =>
  Array.isArray(protocols)
    ? [...protocols].sort((a, b) => serviceOrder.indexOf(String(a)) - serviceOrder.indexOf(String(b)))
    : protocols;

/** Changes that make an update as long as a creation: recorded on VpnGw2 (1446 s) and Standard (2870 s). */
const costly = (gateway: Resource): string => {
  const { sku, activeActive, ipConfigurations } = gateway.properties;
  const addresses = list(ipConfigurations).map(
    (configuration) => object(configuration.properties).publicIPAddress,
  );
  return key(JSON.stringify([object(sku).name, activeActive, addresses]));
};

export const virtualNetworkGateways: ResourceType = {
  ...networkDefaults,
  type,
  etagHeader: false,
  patchesAtOnce: false,
  draft(call, id, body, previous) {
    const { core } = call;
    const properties = gatewayProperties(core, previous?.id ?? formatResourceId(id), body, previous);
    for (const own of ['provisionedBefore', 'profiles', 'lastProfile', 'addressMigration', 'skuBefore'])
      if (previous?.properties[own] !== undefined) properties[own] = previous.properties[own];
    const resource = resourceFrom(type, id, body, properties, previous);
    const sent = object(object(body.properties).vpnClientConfiguration);
    checkGateway({ call, gateway: resource, previous, sent });
    const { gatewayCreate, gatewayUpdate } = core.settings.durations;
    return {
      resource,
      seconds: !previous || costly(previous) !== costly(resource) ? gatewayCreate : gatewayUpdate,
    };
  },
  seed(core, resource) {
    resource.properties = gatewayProperties(core, resource.id, resource, undefined);
    provisioned(core, resource);
  },
  provisioned,
  view: gatewayView,
  deletionSeconds: (core) => core.settings.durations.gatewayDelete,
  linked(body) {
    return list(object(body.properties).ipConfigurations).flatMap((configuration) => {
      const properties = object(configuration.properties);
      const subnet = text(object(properties.subnet).id);
      const address = text(object(properties.publicIPAddress).id);
      return [
        ...(subnet
          ? [{ action: 'Microsoft.Network/virtualNetworks/subnets/join/action', scope: subnet }]
          : []),
        ...(address ? [{ action: 'Microsoft.Network/publicIPAddresses/join/action', scope: address }] : []),
      ];
    });
  },
  beforeDelete(core, gateway) {
    const [user] = connectionsOf(core, gateway.id);
    if (!user) return;
    // assumed: VirtualNetworkGatewayCannotBeDeleted
    throw new AzureError(
      400,
      'VirtualNetworkGatewayCannotBeDeleted',
      `Virtual network gateway ${gateway.id} can not be deleted since it is still used by connection ${user.id}.`,
      { details: [] },
    );
  },
  reads: {
    connections: ({ core, apiVersion }, gateway) =>
      json(200, {
        value: connectionsOf(core, gateway.id).map((connection) =>
          connections.view(connection, apiVersion, 'read', core, undefined),
        ),
      }),
  },
  actions: { ...gatewayActions, ...migrationActions },
  acted: phaseEnded,
};
