import { isDeepStrictEqual } from 'node:util';
import type {
  VirtualNetworkGateway,
  VirtualNetworkGatewayIPConfiguration,
  VirtualNetworkGatewaySku,
  VpnClientConfiguration,
} from '@azure/arm-network';
import { failed } from '../../core/errors.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { authenticationTypes } from '../../gateway/authentication-types.ts';
import { defaultScore } from '../../gateway/merge.ts';
import type { GatewayWish, PointToSite, VpnGateway } from '../../gateway/model.ts';
import { provisioningState } from './provisioning-state.ts';
import { expandGroups, flattenGroups } from './user-groups.ts';

/**
 * The body of a gateway PUT: the existing gateway with `wish` applied. Resource Manager replaces the whole
 * resource, so everything that others configured (NAT rules, BGP, user groups, root certificates, Entra
 * settings, tags) is sent again.
 */
export function expandGateway(
  current: VirtualNetworkGateway | undefined,
  wish: GatewayWish,
  radiusSecret: string | Readonly<Record<string, string>>,
  gatewayId: string,
): VirtualNetworkGateway {
  const { virtualNetworkGatewayMigrationStatus: _, ...kept } = current ?? {};
  const { groups } = wish.pointToSite;
  const ofGroups = groups && expandGroups(current ?? {}, gatewayId, groups);
  return {
    ...kept,
    location: current?.location ?? wish.location,
    tags: { ...current?.tags, ...wish.tags },
    gatewayType: current?.gatewayType ?? 'Vpn',
    vpnType: current?.vpnType ?? 'RouteBased',
    sku: armSku(current, wish.sku),
    ...generation(current, wish.sku),
    // The name that the SDK gives to `activeActive`.
    active: wish.activeActive,
    ipConfigurations: ipConfigurations(current?.ipConfigurations ?? [], wish),
    ...(ofGroups && { virtualNetworkGatewayPolicyGroups: ofGroups.virtualNetworkGatewayPolicyGroups }),
    vpnClientConfiguration: {
      ...clientConfiguration(current?.vpnClientConfiguration, wish.pointToSite, radiusSecret),
      ...(ofGroups && { vngClientConnectionConfigurations: ofGroups.vngClientConnectionConfigurations }),
    },
  };
}

/**
 * The body that takes point-to-site off a gateway, with its user groups, and keeps the rest (VPN Gateway:
 * "Delete a point-to-site configuration").
 */
export function withoutPointToSite(current: VirtualNetworkGateway): VirtualNetworkGateway {
  const { virtualNetworkGatewayMigrationStatus: _, vpnClientConfiguration: __, ...kept } = current;
  return kept.virtualNetworkGatewayPolicyGroups?.length
    ? { ...kept, virtualNetworkGatewayPolicyGroups: [] }
    : kept;
}

/**
 * The body that takes RADIUS off a gateway whose users sign in with Microsoft Entra ID, and keeps the rest.
 * Entra ID alone works only over OpenVPN (VPN Gateway, "Configure multiple authentication types"). With
 * certificates beside it, the gateway keeps its protocols.
 */
export function withoutRadius(current: VirtualNetworkGateway): VirtualNetworkGateway {
  const { virtualNetworkGatewayMigrationStatus: _, vpnClientConfiguration: client = {}, ...kept } = current;
  const { radiusServerAddress: __, radiusServerSecret: ___, ...others } = client;
  const types = authenticationTypes(flattenPointToSite(client)).filter((type) => !sameId(type, 'Radius'));
  return {
    ...kept,
    vpnClientConfiguration: {
      ...others,
      radiusServers: [],
      vpnAuthenticationTypes: [...types],
      ...(types.every((type) => sameId(type, 'AAD')) && { vpnClientProtocols: ['OpenVPN'] }),
    },
  };
}

/**
 * Whether two reads found the same gateway. The etag of the body changes with every write. A new etag alone
 * is not a change, because the operation that a write began changes it once more. The list of connected users
 * changes by itself.
 */
export function isUnchanged(
  before: VirtualNetworkGateway | undefined,
  now: VirtualNetworkGateway | undefined,
): boolean {
  if (before?.etag !== undefined && before.etag === now?.etag) return true;
  return isDeepStrictEqual(withoutPassing(before), withoutPassing(now));
}

const passing = new Set(['etag', 'vpnClientConnectionHealth', 'provisioningState']);

function withoutPassing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPassing);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      passing.has(name) || member === undefined ? [] : [[name, withoutPassing(member)]],
    ),
  );
}

function armSku(current: VirtualNetworkGateway | undefined, name: string): VirtualNetworkGatewaySku {
  return current?.sku?.name && sameId(current.sku.name, name) ? current.sku : { name, tier: name };
}

/**
 * VpnGw4 and VpnGw5 exist only in the second generation. For the other sizes the service chooses one, and a gateway stays
 * in its own.
 */
function generation(
  current: VirtualNetworkGateway | undefined,
  name: string,
): Pick<VirtualNetworkGateway, 'vpnGatewayGeneration'> {
  if (current?.vpnGatewayGeneration) return {};
  return /^VpnGw[45](?:AZ)?$/i.test(name) ? { vpnGatewayGeneration: 'Generation2' } : {};
}

/**
 * IP configurations that have a wished address stay as they are, with their names: a new name would replace
 * the gateway's address.
 */
function ipConfigurations(
  current: readonly VirtualNetworkGatewayIPConfiguration[],
  wish: GatewayWish,
): VirtualNetworkGatewayIPConfiguration[] {
  if (wish.publicIpIds.length === 0) return [...current];
  const names = current.map(({ name = '' }) => name);
  const free = ['default', 'activeActive', 'pointToSite'].filter(
    (name) => !names.some((one) => sameId(one, name)),
  );
  return wish.publicIpIds.map(
    (id) =>
      current.find(({ publicIPAddress }) => publicIPAddress?.id && sameId(publicIPAddress.id, id)) ?? {
        name: free.shift() ?? `ipConfiguration${names.push('')}`,
        privateIPAllocationMethod: 'Dynamic',
        subnet: { id: wish.subnetId },
        publicIPAddress: { id },
      },
  );
}

/**
 * Point-to-site as wished. Certificates, Entra settings and client connections stay. `radiusServers` takes
 * the place of the older single server, which the service would otherwise keep beside it.
 */
function clientConfiguration(
  current: VpnClientConfiguration | undefined,
  wish: PointToSite,
  radiusSecret: string | Readonly<Record<string, string>>,
): VpnClientConfiguration {
  const { radiusServerAddress: _, radiusServerSecret: __, ...kept } = current ?? {};
  return {
    ...(signInEnds(wish, 'AAD') ? withoutEntra(kept) : kept),
    ...signInSettings(current, wish),
    vpnClientAddressPool: {
      ...current?.vpnClientAddressPool,
      addressPrefixes: asHeld(current?.vpnClientAddressPool?.addressPrefixes, wish.addressPool),
    },
    vpnClientProtocols: asHeld(current?.vpnClientProtocols, wish.protocols),
    vpnAuthenticationTypes: authenticationTypesAsHeld(current, wish),
    ...armRadiusServers(current, wish, radiusSecret),
  };
}

/**
 * Whether an authentication type is removed together with its settings. The settings of the other types stay.
 */
export const signInEnds = ({ endsSignIn = [] }: PointToSite, type: string): boolean =>
  endsSignIn.some((one) => sameId(one, type));

/** Entra sign-in is added only to a gateway that has none. Certificates are left to their owners. */
function signInSettings(
  current: VpnClientConfiguration | undefined,
  wish: PointToSite,
): VpnClientConfiguration {
  const { entra } = wish;
  return {
    ...(signInEnds(wish, 'Certificate') && {
      vpnClientRootCertificates: [],
      vpnClientRevokedCertificates: [],
    }),
    ...(entra &&
      !current?.aadTenant && {
        aadTenant: entra.tenant,
        aadAudience: entra.audience,
        aadIssuer: entra.issuer,
      }),
  };
}

function withoutEntra({
  aadTenant: _,
  aadAudience: __,
  aadIssuer: ___,
  ...kept
}: VpnClientConfiguration): VpnClientConfiguration {
  return kept;
}

/** A gateway with the older single server keeps that form while this one server is the only wanted one. */
function armRadiusServers(
  current: VpnClientConfiguration | undefined,
  wish: PointToSite,
  radiusSecret: string | Readonly<Record<string, string>>,
): VpnClientConfiguration {
  const held = current?.radiusServers ?? [];
  const addresses = wish.radiusServers.map(({ address }) => address);
  const single = current?.radiusServerAddress;
  if (single && held.length === 0 && addresses.length === 1 && addresses[0] === single)
    return { radiusServerAddress: single, radiusServerSecret: secretFor(single, radiusSecret) };
  const inOrder = asHeld(
    held.map(({ radiusServerAddress }) => radiusServerAddress),
    addresses,
  );
  return {
    radiusServers: inOrder.map((address) => {
      const its = held.find(({ radiusServerAddress }) => radiusServerAddress === address);
      const { score } = wish.radiusServers.find((server) => server.address === address)!;
      const isScored = its && (its.radiusServerScore ?? defaultScore) === score;
      return {
        ...its,
        radiusServerAddress: address,
        ...(isScored ? {} : { radiusServerScore: score }),
        radiusServerSecret: secretFor(address, radiusSecret),
      };
    }),
  };
}

/** Kept values keep their order and their spelling. New values come after them. */
function asHeld(current: readonly string[] = [], wanted: readonly string[]): string[] {
  const kept = current.filter((entry) => wanted.some((one) => sameId(one, entry)));
  return [...kept, ...wanted.filter((entry) => !kept.some((one) => sameId(one, entry)))];
}

/** When an empty list already means what is wanted, it stays empty. */
function authenticationTypesAsHeld(current: VpnClientConfiguration | undefined, wish: PointToSite): string[] {
  const meant = current ? authenticationTypes(flattenPointToSite(current)) : [];
  const isSame =
    meant.length === wish.authenticationTypes.length &&
    wish.authenticationTypes.every((type) => meant.some((one) => sameId(one, type)));
  const listed = current?.vpnAuthenticationTypes ?? [];
  return isSame ? [...listed] : asHeld(listed, wish.authenticationTypes);
}

function secretFor(address: string, radiusSecret: string | Readonly<Record<string, string>>): string {
  const secret = typeof radiusSecret === 'string' ? radiusSecret : radiusSecret[address];
  // It is not documented whether a server that is sent without its secret keeps its secret.
  if (!secret) throw failed('RadiusSecretMissing', `There is no shared secret for ${address}.`, address);
  return secret;
}

/**
 * What this app wants to know of a gateway. It never includes the secrets, which older api-versions answer in
 * clear text.
 */
export function flattenGateway(model: VirtualNetworkGateway, id: string): VpnGateway {
  const configurations = model.ipConfigurations ?? [];
  const groups = flattenGroups(model);
  const pointToSite = flattenPointToSite(model.vpnClientConfiguration);
  return {
    id: model.id ?? id,
    name: model.name ?? nameOf(id),
    location: model.location ?? '',
    tags: model.tags ?? {},
    provisioningState: provisioningState(model.provisioningState),
    gatewayType: model.gatewayType ?? '',
    vpnType: model.vpnType ?? '',
    sku: model.sku?.name ?? '',
    ...(model.vpnGatewayGeneration && { generation: model.vpnGatewayGeneration }),
    activeActive: model.active ?? false,
    subnetId: configurations[0]?.subnet?.id ?? '',
    publicIpIds: configurations.flatMap(({ publicIPAddress }) => publicIPAddress?.id ?? []),
    // 0 means: not provisioned yet.
    ...(model.bgpSettings?.asn && { bgpAsn: model.bgpSettings.asn }),
    ...(pointToSite && { pointToSite: { ...pointToSite, ...(groups.length > 0 && { groups }) } }),
    ...addressMigration(model),
  };
}

function addressMigration({
  virtualNetworkGatewayMigrationStatus: status,
}: VirtualNetworkGateway): Pick<VpnGateway, 'addressMigration'> {
  const { phase = 'None', state = 'None', errorMessage } = status ?? {};
  if (phase === 'None') return {};
  return { addressMigration: { phase, state, ...(errorMessage && { errorMessage }) } };
}

function flattenPointToSite(model: VpnClientConfiguration | undefined): PointToSite | undefined {
  if (!model) return undefined;
  const addressPool = model.vpnClientAddressPool?.addressPrefixes ?? [];
  const rootCertificates = (model.vpnClientRootCertificates ?? []).map(({ name }) => name ?? '');
  const groupPools = (model.vngClientConnectionConfigurations ?? []).flatMap(
    ({ vpnClientAddressPool: pool }) => pool?.addressPrefixes ?? [],
  );
  const servers = (model.radiusServers ?? []).map(({ radiusServerAddress, radiusServerScore }) => ({
    address: radiusServerAddress,
    score: radiusServerScore ?? defaultScore,
  }));
  const single = model.radiusServerAddress
    ? [{ address: model.radiusServerAddress, score: defaultScore }]
    : [];
  const radiusServers = servers.length > 0 ? servers : single;
  const hasMembers = [addressPool, radiusServers, rootCertificates, groupPools].some(
    ({ length }) => length > 0,
  );
  if (!hasMembers && !model.aadTenant) return undefined;
  return {
    addressPool,
    protocols: model.vpnClientProtocols ?? [],
    authenticationTypes: model.vpnAuthenticationTypes ?? [],
    radiusServers,
    ...(rootCertificates.length > 0 && { rootCertificates }),
    ...(model.aadTenant && { entraTenant: model.aadTenant }),
    ...(groupPools.length > 0 && { groupPools }),
  };
}
