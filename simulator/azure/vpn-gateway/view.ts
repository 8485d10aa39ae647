import type { Moment } from '../arm/resource-types.ts';
import { childView, envelope } from '../network/network-shapes.ts';
import { copy, defined, type JsonObject, list, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import { migrationStatus } from './address-migration.ts';

/** From this api-version on, only the answer of listRadiusSecrets holds a RADIUS secret. */
const secretsHiddenSince = '2024-10-01';

function clientView(gateway: Resource, apiVersion: string, moment: Moment): JsonObject | undefined {
  const kept = gateway.properties.vpnClientConfiguration;
  // Recorded (2019): when it is missing, the answer to a PUT still shows the defaults, and a read shows none.
  if (!kept && moment === 'read') return undefined;
  const client = kept ? object(copy(kept)) : { vpnClientProtocols: ['OpenVPN', 'IkeV2'] };
  const isHidden = apiVersion >= secretsHiddenSince;
  const servers = list(client.radiusServers).map(({ radiusServerSecret, ...server }) =>
    isHidden || radiusServerSecret === undefined ? server : { ...server, radiusServerSecret },
  );
  const children = (collection: string) => childrenOf(gateway, client[collection], apiVersion);
  const {
    vpnClientAddressPool,
    vpnClientProtocols,
    vpnAuthenticationTypes,
    vpnClientRootCertificates: _,
    vpnClientRevokedCertificates: __,
    vngClientConnectionConfigurations: ___,
    vpnClientIpsecPolicies,
    radiusServerSecret,
    ...rest
  } = client;
  return defined({
    vpnClientAddressPool,
    vpnClientProtocols: vpnClientProtocols ?? [],
    ...(apiVersion >= '2020-11-01' ? { vpnAuthenticationTypes: vpnAuthenticationTypes ?? [] } : {}),
    vpnClientRootCertificates: children('vpnClientRootCertificates'),
    vpnClientRevokedCertificates: children('vpnClientRevokedCertificates'),
    ...(apiVersion >= '2022-05-01'
      ? { vngClientConnectionConfigurations: children('vngClientConnectionConfigurations') }
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
    ...(isHidden ? {} : { radiusServerSecret }),
    // The single address and the list are not converted into each other (recorded).
    ...(apiVersion >= '2020-05-01' ? { radiusServers: servers } : {}),
    ...(apiVersion >= '2018-06-01' ? { vpnClientIpsecPolicies: vpnClientIpsecPolicies ?? [] } : {}),
  });
}

/**
 * Children as an api-version shows them. Their type is shown only from 2019-09-01 on, as for ip configurations
 * (recorded).
 */
const childrenOf = (gateway: Resource, children: unknown, apiVersion: string): JsonObject[] =>
  list(children).map((child) => {
    const { type, ...shown } = childView(child, gateway, copy(object(child.properties)));
    return apiVersion >= '2019-09-01' && type !== undefined ? { ...shown, type } : shown;
  });

function bgpView(gateway: Resource, apiVersion: string): JsonObject | undefined {
  const bgp = object(copy(gateway.properties.bgpSettings));
  const isPending = gateway.properties.provisionedBefore !== true;
  if (apiVersion < '2020-05-01') {
    if (isPending) return undefined;
    const { bgpPeeringAddresses: _, ...rest } = bgp;
    return rest;
  }
  if (!isPending) return bgp;
  return {
    ...bgp,
    bgpPeeringAddresses: list(gateway.properties.ipConfigurations).map((configuration) => ({
      ipconfigurationId: configuration.id,
      defaultBgpIpAddresses: [],
      customBgpIpAddresses:
        list(bgp.bgpPeeringAddresses).find((one) => one.ipconfigurationId === configuration.id)
          ?.customBgpIpAddresses ?? [],
    })),
  };
}

/**
 * What an api-version shows: seen at 2017-10-01, 2019-09-01, 2020-05-01, 2022-01-01 and 2025-01-01, interpolated
 * between them.
 */
export function gatewayView(gateway: Resource, apiVersion: string, moment: Moment): JsonObject {
  const p = gateway.properties;
  const from = (version: string, members: JsonObject): JsonObject => (apiVersion >= version ? members : {});
  const properties = {
    provisioningState: p.provisioningState,
    resourceGuid: p.resourceGuid,
    ...from('2019-09-01', { packetCaptureDiagnosticState: 'None' }),
    ...from('2020-05-01', { enablePrivateIpAddress: p.enablePrivateIpAddress }),
    ...from('2022-01-01', { isMigrateToCSES: false }),
    ...from('2024-01-01', { isMigratedLegacySKU: false, blockUpgradeOfMigratedLegacyGateways: false }),
    ...(moment === 'read'
      ? from('2024-05-01', {
          virtualNetworkGatewayMigrationStatus: migrationStatus(gateway),
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
      natRules: childrenOf(gateway, p.natRules, apiVersion),
      virtualNetworkGatewayPolicyGroups: childrenOf(gateway, p.virtualNetworkGatewayPolicyGroups, apiVersion),
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
    ...from('2024-05-01', { zones: gatewayZones(gateway) }),
    ...from('2019-09-01', { vpnGatewayGeneration: p.vpnGatewayGeneration }),
    ...from('2024-01-01', {
      allowRemoteVnetTraffic: p.allowRemoteVnetTraffic,
      allowVirtualWanTraffic: p.allowVirtualWanTraffic,
    }),
    ...Object.fromEntries(rarely.map((name) => [name, copy(p[name])])),
  };
  return envelope(gateway, properties, {
    identity: copy(gateway.identity),
    extendedLocation: copy(gateway.extendedLocation),
  });
}

/** Shown only when they were set (specs: VirtualNetworkGatewayPropertiesFormat). */
const rarely = ['autoScaleConfiguration', 'resiliencyModel', 'vNetExtendedLocationResourceId'];

/** `Regional` was seen. What a zonal gateway shows is assumed: zones-zone-redundant. */
const gatewayZones = (gateway: Resource): string =>
  /AZ$/.test(text(object(gateway.properties.sku).name) ?? '') ? 'ZoneRedundant' : 'Regional';
