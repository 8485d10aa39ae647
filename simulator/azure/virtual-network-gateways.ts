import { type Call, type Core, later, timestamp } from './core.ts';
import { checkGateway } from './gateway-rules.ts';
import { formatResourceId, key, scramble } from './identifiers.ts';
import {
  envelope,
  lastUsable,
  networkDefaults,
  prefixesOf,
  resourceFrom,
  resourceGuid,
  withIds,
} from './network-shapes.ts';
import { operationUrl, refuseWhileHeld, startOperation } from './operations.ts';
import { allocateAddress } from './public-ip-addresses.ts';
import type { Moment, ResourceType } from './resource-types.ts';
import {
  AzureError,
  copy,
  defined,
  empty,
  type JsonObject,
  json,
  list,
  object,
  text,
  type WireResponse,
} from './wire.ts';
import { childOf, type Resource } from './world.ts';

const type = 'Microsoft.Network/virtualNetworkGateways';

const readOnly = [
  'provisioningState',
  'resourceGuid',
  'ipConfigurations',
  'sku',
  'vpnClientConfiguration',
  'bgpSettings',
];

function propertiesOf(core: Core, id: string, body: JsonObject, previous: Resource | undefined): JsonObject {
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
    natRules: [],
    virtualNetworkGatewayPolicyGroups: [],
    enableBgpRouteTranslationForNat: false,
    disableIPSecReplayProtection: false,
    allowRemoteVnetTraffic: false,
    allowVirtualWanTraffic: false,
    ...copy(others),
    ipConfigurations: withIds(id, type, 'ipConfigurations', asked.ipConfigurations),
    sku: { ...copy(object(asked.sku)), capacity: 2 },
    ...(client ? { vpnClientConfiguration: clientConfiguration(core, object(client), previous) } : {}),
    bgpSettings: bgpSettings(object(asked.bgpSettings), previous),
  };
}

/** PUT replaces the whole; a secret that was left out is cleared or kept, as the scenario says. */
function clientConfiguration(core: Core, asked: JsonObject, previous: Resource | undefined): JsonObject {
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
  return { ...single, ...(asked.radiusServers === undefined ? {} : { radiusServers: servers }) };
}

/** Zero until the gateway is provisioned (recorded), then what the service chose. */
function bgpSettings(asked: JsonObject, previous: Resource | undefined): JsonObject {
  const before = object(previous?.properties.bgpSettings);
  return {
    asn: asked.asn ?? before.asn ?? 0,
    ...(before.bgpPeeringAddress ? { bgpPeeringAddress: before.bgpPeeringAddress } : {}),
    peerWeight: asked.peerWeight ?? 0,
    bgpPeeringAddresses: copy(before.bgpPeeringAddresses ?? []),
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
    return {
      ipconfigurationId: configuration.id,
      defaultBgpIpAddresses: prefix ? [lastUsable(prefix, index)] : [],
      customBgpIpAddresses: [],
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

/** The service does not keep the order sent: ["IkeV2","SSTP"] reads ["SSTP","IkeV2"] (cli_vnet_gateway_radius_ipsec). */
const serviceOrder = ['SSTP', 'OpenVPN', 'IkeV2'];
const inServiceOrder = (protocols: unknown): unknown =>
  Array.isArray(protocols)
    ? [...protocols].sort((a, b) => serviceOrder.indexOf(String(a)) - serviceOrder.indexOf(String(b)))
    : protocols;

/** From this api-version on no answer but that of listRadiusSecrets holds a RADIUS secret. */
const secretsHiddenSince = '2024-10-01';

function clientView(gateway: Resource, apiVersion: string, moment: Moment): JsonObject | undefined {
  const kept = gateway.properties.vpnClientConfiguration;
  // Recorded (2019): without one the answer to a PUT still shows the defaults, and a read shows none.
  if (!kept && moment === 'read') return undefined;
  const client = kept ? object(copy(kept)) : { vpnClientProtocols: ['OpenVPN', 'IkeV2'] };
  const hide = apiVersion >= secretsHiddenSince;
  const servers = list(client.radiusServers).map(({ radiusServerSecret, ...server }) =>
    hide || radiusServerSecret === undefined ? server : { ...server, radiusServerSecret },
  );
  const { vpnClientAddressPool, vpnClientProtocols, vpnClientIpsecPolicies, radiusServerSecret, ...rest } =
    client;
  return defined({
    vpnClientAddressPool,
    vpnClientProtocols: vpnClientProtocols ?? [],
    ...(apiVersion >= '2020-11-01' ? { vpnAuthenticationTypes: client.vpnAuthenticationTypes ?? [] } : {}),
    vpnClientRootCertificates: client.vpnClientRootCertificates ?? [],
    vpnClientRevokedCertificates: client.vpnClientRevokedCertificates ?? [],
    ...(apiVersion >= '2022-05-01'
      ? { vngClientConnectionConfigurations: client.vngClientConnectionConfigurations ?? [] }
      : {}),
    ...(moment === 'read'
      ? {
          vpnClientConnectionHealth: {
            vpnClientConnectionsCount: 0,
            totalIngressBytesTransferred: 0,
            totalEgressBytesTransferred: 0,
          },
        }
      : {}),
    ...rest,
    ...(hide ? {} : { radiusServerSecret }),
    // The single address and the list are not converted into each other (recorded).
    ...(apiVersion >= '2020-05-01' ? { radiusServers: servers } : {}),
    ...(apiVersion >= '2018-06-01' ? { vpnClientIpsecPolicies: vpnClientIpsecPolicies ?? [] } : {}),
  });
}

function bgpView(gateway: Resource, apiVersion: string): JsonObject | undefined {
  const bgp = object(copy(gateway.properties.bgpSettings));
  const pending = gateway.properties.provisionedBefore !== true;
  if (apiVersion < '2020-05-01') {
    if (pending) return undefined;
    const { bgpPeeringAddresses: _, ...rest } = bgp;
    return rest;
  }
  if (!pending) return bgp;
  return {
    ...bgp,
    bgpPeeringAddresses: list(gateway.properties.ipConfigurations).map((configuration) => ({
      ipconfigurationId: configuration.id,
      defaultBgpIpAddresses: [],
      customBgpIpAddresses: [],
    })),
  };
}

/** What an api-version shows: seen at 2017-10-01, 2019-09-01, 2020-05-01, 2022-01-01 and 2025-01-01, interpolated between. */
function view(gateway: Resource, apiVersion: string, moment: Moment): JsonObject {
  const p = gateway.properties;
  const from = (version: string, members: JsonObject): JsonObject => (apiVersion >= version ? members : {});
  return envelope(gateway, {
    provisioningState: p.provisioningState,
    resourceGuid: p.resourceGuid,
    ...from('2019-09-01', { packetCaptureDiagnosticState: 'None' }),
    ...from('2020-05-01', { enablePrivateIpAddress: p.enablePrivateIpAddress }),
    ...from('2022-01-01', { isMigrateToCSES: false }),
    ...from('2024-01-01', { isMigratedLegacySKU: false, blockUpgradeOfMigratedLegacyGateways: false }),
    ...(moment === 'read'
      ? from('2024-05-01', {
          virtualNetworkGatewayMigrationStatus: { state: 'None', phase: 'None', errorMessage: '' },
        })
      : {}),
    ipConfigurations: list(p.ipConfigurations).map((configuration) =>
      defined({
        name: configuration.name,
        id: configuration.id,
        etag: gateway.etag,
        type: apiVersion >= '2019-09-01' ? configuration.type : undefined,
        properties: {
          provisioningState: p.provisioningState,
          privateIPAllocationMethod: 'Dynamic',
          ...copy(object(configuration.properties)),
        },
      }),
    ),
    ...from('2021-02-01', {
      natRules: copy(p.natRules),
      virtualNetworkGatewayPolicyGroups: copy(p.virtualNetworkGatewayPolicyGroups),
      enableBgpRouteTranslationForNat: p.enableBgpRouteTranslationForNat,
      disableIPSecReplayProtection: p.disableIPSecReplayProtection,
    }),
    sku: copy(p.sku),
    gatewayType: p.gatewayType,
    vpnType: p.vpnType,
    enableBgp: p.enableBgp,
    ...from('2024-05-01', { enableHighBandwidthVpnGateway: p.enableHighBandwidthVpnGateway ?? false }),
    activeActive: p.activeActive,
    vpnClientConfiguration: clientView(gateway, apiVersion, moment),
    bgpSettings: bgpView(gateway, apiVersion),
    gatewayDefaultSite: copy(p.gatewayDefaultSite),
    customRoutes: copy(p.customRoutes),
    enableDnsForwarding: p.enableDnsForwarding,
    adminState: p.adminState,
    // A string, not a list (cli_2026_vnet_gateway_partial).
    ...from('2024-05-01', { zones: zones(gateway) }),
    ...from('2019-09-01', { vpnGatewayGeneration: p.vpnGatewayGeneration }),
    ...from('2024-01-01', {
      allowRemoteVnetTraffic: p.allowRemoteVnetTraffic,
      allowVirtualWanTraffic: p.allowVirtualWanTraffic,
    }),
  });
}

/** `Regional` was seen; what a zonal gateway shows is assumed. */
const zones = (gateway: Resource): string =>
  /AZ$/.test(text(object(gateway.properties.sku).name) ?? '') ? 'ZoneRedundant' : 'Regional';

/** What makes an update as long as a creation: recorded on VpnGw2 (1446 s) and Standard (2870 s). */
const costly = (gateway: Resource): string => {
  const { sku, activeActive, ipConfigurations } = gateway.properties;
  const addresses = list(ipConfigurations).map(
    (configuration) => object(configuration.properties).publicIPAddress,
  );
  return key(JSON.stringify([object(sku).name, activeActive, addresses]));
};

const p2sOf = (gateway: Resource) => object(gateway.properties.vpnClientConfiguration);

function requireP2s(gateway: Resource): void {
  if (prefixesOf(object(p2sOf(gateway).vpnClientAddressPool)).length > 0) return;
  // assumed
  throw new AzureError(
    400,
    'VpnClientConfigurationNotFound',
    `Gateway ${gateway.id} has no VPN client configuration: set an address pool first.`,
    { details: [] },
  );
}

/**
 * Starts the making of a client profile. 202 with the body `null`; the answer comes at the Location as a bare JSON
 * string, the SAS URL of a zip that is good for one hour and was good five minutes before (SEMANTICS: generatevpnprofile).
 */
function generateProfile(call: Call, gateway: Resource): WireResponse {
  requireP2s(gateway);
  const { core } = call;
  const now = timestamp(core);
  const folder = scramble(`profile:${gateway.id}:${now}`, 22);
  const query = new URLSearchParams({
    sv: '2018-03-28',
    sr: 'b',
    sig: `${scramble(`sas:${folder}`, 43)}=`,
    st: later(now, -300),
    se: later(now, 3300),
    sp: 'r',
    fileExtension: '.zip',
  });
  const profile = `https://nfvprodsuppsim.blob.core.windows.net/vpnprofile-immutable/${folder}/vpnclientconfiguration.zip?${query}`;
  gateway.properties.lastProfile = profile;
  return startAction(call, gateway, 'generatevpnprofile', core.settings.durations.vpnProfile, profile);
}

function startAction(
  call: Call,
  gateway: Resource,
  name: string,
  seconds: number,
  output: unknown,
): WireResponse {
  const operation = startOperation(call, {
    kind: 'action',
    target: gateway.id,
    action: `${type}/${name}/action`,
    namespace: 'Microsoft.Network',
    location: gateway.location ?? '',
    seconds,
    output,
  });
  return json(202, null, {
    Location: operationUrl(call, operation, 'operationResults'),
    ...(call.apiVersion >= '2022-01-01'
      ? { 'Azure-AsyncOperation': operationUrl(call, operation, 'operations') }
      : {}),
    'Retry-After': '10',
  });
}

function radiusSecrets(gateway: Resource): WireResponse {
  const client = p2sOf(gateway);
  const servers = list(client.radiusServers);
  const single = text(client.radiusServerAddress);
  const all = single
    ? [{ radiusServerAddress: single, radiusServerSecret: client.radiusServerSecret }, ...servers]
    : servers;
  return json(200, {
    value: all.map((server) => ({
      radiusServerAddress: server.radiusServerAddress,
      radiusServerSecret: server.radiusServerSecret ?? '',
    })),
  });
}

export const virtualNetworkGateways: ResourceType = {
  ...networkDefaults,
  type,
  etagHeader: false,
  patchesAtOnce: false,
  draft(call, id, body, previous) {
    const { core } = call;
    const properties = propertiesOf(core, previous?.id ?? formatResourceId(id), body, previous);
    if (previous?.properties.provisionedBefore) properties.provisionedBefore = true;
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
    resource.properties = propertiesOf(core, resource.id, resource, undefined);
    provisioned(core, resource);
  },
  provisioned,
  view,
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
    const user = [...core.world.resources].find(
      (resource) =>
        resource.type === 'Microsoft.Network/connections' &&
        ['virtualNetworkGateway1', 'virtualNetworkGateway2'].some(
          (member) => key(text(object(resource.properties[member]).id) ?? '') === key(gateway.id),
        ),
    );
    if (!user) return;
    // assumed
    throw new AzureError(
      400,
      'VirtualNetworkGatewayCannotBeDeleted',
      `Virtual network gateway ${gateway.id} can not be deleted since it is still used by connection ${user.id}.`,
      { details: [] },
    );
  },
  actions: {
    generatevpnprofile: generateProfile,
    getvpnprofilepackageurl(call, gateway) {
      const last = text(gateway.properties.lastProfile);
      if (last) return startAction(call, gateway, 'getvpnprofilepackageurl', 5, last);
      // assumed
      throw new AzureError(
        400,
        'VpnProfilePackageNotFound',
        `No VPN profile package was generated for gateway ${gateway.id}.`,
      );
    },
    listradiussecrets: (_call, gateway) => radiusSecrets(gateway),
    getvpnclientconnectionhealth: (call, gateway) =>
      startAction(call, gateway, 'getVpnClientConnectionHealth', 5, { vpnClientConnections: [] }),
    reset(call, gateway) {
      refuseWhileHeld(call.core, [gateway.id]);
      const operation = startOperation(call, {
        kind: 'action',
        target: gateway.id,
        action: `${type}/reset/action`,
        namespace: 'Microsoft.Network',
        location: gateway.location ?? '',
        seconds: call.core.settings.durations.gatewayUpdate,
        locks: [gateway.id],
        output: view(gateway, call.apiVersion, 'read'),
      });
      return empty(202, {
        Location: operationUrl(call, operation, 'operationResults'),
        'Azure-AsyncOperation': operationUrl(call, operation, 'operations'),
        'Retry-After': '10',
      });
    },
  },
};
