import type {
  VirtualNetworkGateway,
  VirtualNetworkGatewayIPConfiguration,
  VirtualNetworkGatewaySku,
  VpnClientConfiguration,
} from '@azure/arm-network';
import { failed } from '../../core/errors.ts';
import { sameId } from '../../core/resource-id.ts';
import type { GatewayWish, PointToSite, VpnGateway } from '../../gateway/model.ts';
import { provisioningState } from './provisioning-state.ts';

/**
 * The body of a gateway PUT: `wish` over what is there. Resource Manager replaces the whole resource, so whatever others
 * configured (NAT rules, BGP, policy groups, root certificates, Entra settings, tags) is sent again.
 */
export function expandGateway(
  current: VirtualNetworkGateway | undefined,
  wish: GatewayWish,
  radiusSecret: string | Readonly<Record<string, string>>,
): VirtualNetworkGateway {
  const { virtualNetworkGatewayMigrationStatus: _, ...kept } = current ?? {};
  return {
    ...kept,
    location: current?.location ?? wish.location,
    tags: { ...current?.tags, ...wish.tags },
    gatewayType: current?.gatewayType ?? 'Vpn',
    vpnType: current?.vpnType ?? 'RouteBased',
    sku: sku(current, wish.sku),
    ...generation(current, wish.sku),
    // The name that the SDK gives to `activeActive`.
    active: wish.activeActive,
    ipConfigurations: ipConfigurations(current?.ipConfigurations ?? [], wish),
    vpnClientConfiguration: clientConfiguration(
      current?.vpnClientConfiguration,
      wish.pointToSite,
      radiusSecret,
    ),
  };
}

function sku(current: VirtualNetworkGateway | undefined, name: string): VirtualNetworkGatewaySku {
  return current?.sku?.name && sameId(current.sku.name, name) ? current.sku : { name, tier: name };
}

/** VpnGw4 and VpnGw5 exist in the second generation only; the service picks one for the others. */
function generation(
  current: VirtualNetworkGateway | undefined,
  name: string,
): Pick<VirtualNetworkGateway, 'vpnGatewayGeneration'> {
  if (current?.vpnGatewayGeneration) return { vpnGatewayGeneration: current.vpnGatewayGeneration };
  return /^VpnGw[45](?:AZ)?$/i.test(name) ? { vpnGatewayGeneration: 'Generation2' } : {};
}

/** Those that have a wished address stay as they are, names included: renaming one would replace the gateway's address. */
function ipConfigurations(
  current: readonly VirtualNetworkGatewayIPConfiguration[],
  wish: GatewayWish,
): VirtualNetworkGatewayIPConfiguration[] {
  if (wish.publicIpIds.length === 0) return [...current];
  const names = current.map(({ name }) => name);
  const free = ['default', 'activeActive', 'pointToSite'].filter((name) => !names.includes(name));
  return wish.publicIpIds.map(
    (id) =>
      current.find(({ publicIPAddress }) => publicIPAddress?.id && sameId(publicIPAddress.id, id)) ?? {
        name: free.shift() ?? `ipConfiguration${names.push(undefined)}`,
        privateIPAllocationMethod: 'Dynamic',
        subnet: { id: wish.subnetId },
        publicIPAddress: { id },
      },
  );
}

/**
 * Point-to-site as wished; certificates, Entra settings and client connections stay. `radiusServers` takes the place of
 * the older single server, which the service would keep beside it.
 */
function clientConfiguration(
  current: VpnClientConfiguration | undefined,
  wish: PointToSite,
  radiusSecret: string | Readonly<Record<string, string>>,
): VpnClientConfiguration {
  const { radiusServerAddress: _, radiusServerSecret: __, ...kept } = current ?? {};
  return {
    ...kept,
    vpnClientAddressPool: { ...current?.vpnClientAddressPool, addressPrefixes: [...wish.addressPool] },
    vpnClientProtocols: [...wish.protocols],
    vpnAuthenticationTypes: [...wish.authenticationTypes],
    radiusServers: wish.radiusServers.map(({ address, score }) => ({
      radiusServerAddress: address,
      radiusServerScore: score,
      radiusServerSecret: secretFor(address, radiusSecret),
    })),
  };
}

function secretFor(address: string, radiusSecret: string | Readonly<Record<string, string>>): string {
  const secret = typeof radiusSecret === 'string' ? radiusSecret : radiusSecret[address];
  // Whether a server that is sent without its secret keeps the one it has is not documented.
  if (!secret) throw failed('RadiusSecretMissing', `There is no shared secret for ${address}.`, address);
  return secret;
}

/** What this app wants to know of a gateway. Never its secrets, which older api-versions answer in clear. */
export function flattenGateway(model: VirtualNetworkGateway, id: string): VpnGateway {
  const configurations = model.ipConfigurations ?? [];
  const pointToSite = flattenPointToSite(model.vpnClientConfiguration);
  return {
    id: model.id ?? id,
    name: model.name ?? id.slice(id.lastIndexOf('/') + 1),
    location: model.location ?? '',
    tags: model.tags ?? {},
    provisioningState: provisioningState(model.provisioningState),
    gatewayType: model.gatewayType ?? '',
    vpnType: model.vpnType ?? '',
    sku: model.sku?.name ?? '',
    activeActive: model.active ?? false,
    subnetId: configurations[0]?.subnet?.id ?? '',
    publicIpIds: configurations.flatMap(({ publicIPAddress }) => publicIPAddress?.id ?? []),
    ...(pointToSite ? { pointToSite } : {}),
  };
}

function flattenPointToSite(model: VpnClientConfiguration | undefined): PointToSite | undefined {
  const addressPool = model?.vpnClientAddressPool?.addressPrefixes ?? [];
  if (!model || addressPool.length === 0) return undefined;
  const servers = (model.radiusServers ?? []).map(({ radiusServerAddress, radiusServerScore }) => ({
    address: radiusServerAddress,
    score: radiusServerScore ?? defaultScore,
  }));
  const single = model.radiusServerAddress
    ? [{ address: model.radiusServerAddress, score: defaultScore }]
    : [];
  return {
    addressPool,
    protocols: model.vpnClientProtocols ?? [],
    authenticationTypes: model.vpnAuthenticationTypes ?? [],
    radiusServers: servers.length > 0 ? servers : single,
  };
}

/** Scores go from 1 to 30; an only server needs none. */
const defaultScore = 30;
