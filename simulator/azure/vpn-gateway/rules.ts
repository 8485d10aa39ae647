/**
 * What Azure refuses of a virtual network gateway. When Azure began to refuse something on a known date, the rule
 * applies from that date on by the simulated clock. A code for which no source was found
 * has a mark.
 */
import { key } from '../arm/identifiers.ts';
import type { Call } from '../core.ts';
import { isCidr, overlaps, prefixesOf, prefixLength } from '../network/network-shapes.ts';
import { defaultRouteRefused, hasDefaultRoute, noSecurityGroup } from '../network/subnet-rules.ts';
import { regions } from '../settings.ts';
import { AzureError, badRequest, type JsonObject, list, object, text } from '../wire/messages.ts';
import { childOf, type Resource } from '../world.ts';
import { checkUserGroups } from './user-groups.ts';

interface Wish {
  call: Call;
  gateway: Resource;
  previous: Resource | undefined;
  /** The body as it was sent: a secret that was left out is not an invalid secret. */
  sent: JsonObject;
}

const p2s = (gateway: Resource): JsonObject => object(gateway.properties.vpnClientConfiguration);
const skuName = (gateway: Resource): string => text(object(gateway.properties.sku).name) ?? '';
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const pool = (gateway: Resource): string[] => prefixesOf(object(p2s(gateway).vpnClientAddressPool));
/** Pools of user groups exist beside the main pool and follow the same rules (point-to-site-user-groups-about). */
const groupPools = (gateway: Resource): string[] =>
  list(p2s(gateway).vngClientConnectionConfigurations).flatMap((configuration) =>
    prefixesOf(object(object(configuration.properties).vpnClientAddressPool)),
  );
const configurations = (gateway: Resource): JsonObject[] =>
  list(gateway.properties.ipConfigurations).map((configuration) => object(configuration.properties));
const since = (wish: Wish, date: string): boolean => wish.call.core.clock.now() >= new Date(date);

const vpnSkus = /^(Basic|Standard|HighPerformance|VpnGw[1-5](AZ)?)$/;
const expressRouteSkus = /^(Standard|HighPerformance|UltraPerformance|ErGw[1-3]AZ|ErGwScale)$/;

function skuRules(wish: Wish): void {
  const { gateway, previous } = wish;
  const sku = skuName(gateway);
  const isVpn = gateway.properties.gatewayType === 'Vpn';
  if (!(isVpn ? vpnSkus : expressRouteSkus).test(sku)) {
    // assumed: InvalidGatewaySku
    throw badRequest(
      'InvalidGatewaySku',
      `Gateway SKU ${sku} is not valid for a gateway of type ${gateway.properties.gatewayType}.`,
    );
  }
  if (!previous && isVpn && /^VpnGw[1-5]$/.test(sku) && since(wish, '2026-05-01')) {
    // Sentence as quoted in several public deployment logs of 2026. On 2026-01-06 Azure still created such a gateway
    // (recorded). By May it refused them.
    throw badRequest(
      'NonAzSkusNotAllowedForVPNGateway',
      'VpnGw1-5 non-AZ SKUs are no longer supported for VPN gateways. Only VpnGw1-5AZ SKUs can be created going forward.',
    );
  }
  if (!previous && isVpn && /^(Standard|HighPerformance)$/.test(sku) && since(wish, '2023-12-01')) {
    // assumed: LegacySkusNotAllowedForVPNGateway
    throw badRequest('LegacySkusNotAllowedForVPNGateway', `The legacy SKU ${sku} can no longer be created.`);
  }
  if (previous && isVpn && !resizable(previous, sku)) {
    // The allowed changes: https://learn.microsoft.com/azure/vpn-gateway/gateway-sku-upgrade (2026-03). The code and
    // its sentence are assumed: GatewaySkuResizeNotAllowed.
    throw badRequest(
      'GatewaySkuResizeNotAllowed',
      `Gateway ${gateway.id} can not be resized from ${skuName(previous)} to ${sku}.`,
    );
  }
}

/**
 * To a larger SKU, or to the same size with zones. Never to or from Basic, and never to a SKU that exists only in the
 * second generation.
 */
function resizable(previous: Resource, sku: string): boolean {
  const from = skuName(previous);
  if (from === sku) return true;
  const [size, wished] = [from, sku].map((name) => Number(/^VpnGw([1-5])(?:AZ)?$/.exec(name)?.[1] ?? 0));
  if (!size || !wished) return (from === 'Basic') === (sku === 'Basic');
  const isFirst = previous.properties.vpnGatewayGeneration !== 'Generation2';
  return wished >= size && (size >= 4 || wished < 4 || !isFirst) && (/AZ$/.test(sku) || !/AZ$/.test(from));
}

function immutables({ gateway, previous }: Wish): void {
  for (const member of ['gatewayType', 'vpnType']) {
    if (previous && previous.properties[member] !== gateway.properties[member]) {
      // assumed: GatewayTypeCannotBeChanged, VpnTypeCannotBeChanged
      throw badRequest(
        member === 'gatewayType' ? 'GatewayTypeCannotBeChanged' : 'VpnTypeCannotBeChanged',
        `${member} of virtual network gateway ${gateway.id} cannot be changed from ${previous.properties[member]} to ${gateway.properties[member]}.`,
      );
    }
  }
}

function placement(wish: Wish): void {
  const { call, gateway } = wish;
  const { resources } = call.core.world;
  const all = configurations(gateway);
  if (all.length === 0) {
    // assumed: GatewayMustHaveIpConfigurations
    throw badRequest(
      'GatewayMustHaveIpConfigurations',
      `Gateway ${gateway.id} must have at least one IP configuration.`,
    );
  }
  for (const configuration of all) {
    const subnetId = text(object(configuration.subnet).id) ?? '';
    const networkId = subnetId.split('/subnets/')[0] ?? '';
    const network = resources.get(networkId);
    const subnet = network && childOf(network, 'subnets', subnetId.split('/').at(-1) ?? '');
    if (!network || !subnet) {
      throw badRequest(
        'InvalidResourceReference',
        `Resource ${subnetId} referenced by resource ${gateway.id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
      );
    }
    if (key(text(subnet.name) ?? '') !== 'gatewaysubnet') {
      // assumed: VirtualNetworkGatewaySubnetNameInvalid
      throw badRequest(
        'VirtualNetworkGatewaySubnetNameInvalid',
        `Subnet ${subnetId} of gateway ${gateway.id} must be named GatewaySubnet.`,
      );
    }
    if (network.properties.provisioningState !== 'Succeeded')
      throw notProvisioned(subnetId, gateway, network);
    const properties = object(subnet.properties);
    noSecurityGroup(properties);
    const table = text(object(properties.routeTable).id);
    if (table && hasDefaultRoute(call.core, table)) throw defaultRouteRefused(table);
    oneOfAKind(wish, subnetId, network);
    noRemoteGateways(wish, network);
  }
}

/**
 * "Each virtual network can have only one gateway", its own or the peer's (azure-docs issue 79948). The code is
 * assumed: VirtualNetworkUsesRemoteGateways.
 */
function noRemoteGateways({ gateway, previous }: Wish, network: Resource): void {
  const peering = list(network.properties.virtualNetworkPeerings).find(
    (one) => object(one.properties).useRemoteGateways === true,
  );
  if (!peering || previous) return;
  throw badRequest(
    'VirtualNetworkUsesRemoteGateways',
    `Gateway ${gateway.id} cannot be created in virtual network ${network.id} because its peering ${peering.id} has the UseRemoteGateways flag set to true.`,
  );
}

/** Wrapped as in https://github.com/hashicorp/terraform-provider-azurerm/issues/30197; the status is assumed: reference-updating. */
const notProvisioned = (used: string, gateway: Resource, owner: Resource) =>
  new AzureError(429, 'RetryableError', 'A retryable error occurred.', {
    details: [
      {
        code: 'ReferencedResourceNotProvisioned',
        message: `Cannot proceed with operation because resource ${used} used by resource ${gateway.id} is not in Succeeded state. Resource is in ${owner.properties.provisioningState} state and the last operation that updated/is updating the resource is ${/\/subnets\//i.test(used) ? 'PutSubnetOperation' : 'PutPublicIPAddressOperation'}.`,
      },
    ],
  });

function oneOfAKind({ call, gateway }: Wish, subnetId: string, network: Resource): void {
  const { resources } = call.core.world;
  for (const user of resources.usersOf(subnetId)) {
    const other = resources.get(user.split('/ipConfigurations/')[0] ?? '');
    if (!other || key(other.id) === key(gateway.id)) continue;
    if (other.properties.gatewayType !== gateway.properties.gatewayType) continue;
    // The rule is documented ("Each virtual network can have only one VPN gateway"). The code is assumed:
    // VirtualNetworkAlreadyHasGatewayOfType.
    throw badRequest(
      'VirtualNetworkAlreadyHasGatewayOfType',
      `Virtual network ${network.id} can't be associated with more than one gateway of type ${gateway.properties.gatewayType}. It already has ${other.id}.`,
    );
  }
}

function publicAddresses(wish: Wish): void {
  const { call, gateway, previous } = wish;
  const { resources } = call.core.world;
  const seen = new Set<string>();
  for (const configuration of configurations(gateway)) {
    const id = text(object(configuration.publicIPAddress).id);
    if (!id) {
      if (gateway.properties.gatewayType !== 'Vpn') continue;
      // assumed: GatewayIpConfigurationMustHavePublicIp
      throw badRequest(
        'GatewayIpConfigurationMustHavePublicIp',
        `Gateway ${gateway.id} has an IP configuration without a public IP address.`,
      );
    }
    const address = resources.get(id);
    if (!address) {
      throw badRequest(
        'InvalidResourceReference',
        `Resource ${id} referenced by resource ${gateway.id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
      );
    }
    const user = resources.usersOf(id).find((by) => !key(by).startsWith(`${key(gateway.id)}/`));
    if (user || seen.has(key(id))) {
      // Code of Microsoft.Network for an address in use (recorded by azure-xplat-cli). The sentence names the user.
      throw badRequest(
        'PublicIPAddressInUse',
        `Resource ${gateway.id} is referencing public IP address ${id} that is already allocated to resource ${user ?? gateway.id}.`,
      );
    }
    seen.add(key(id));
    if (address.properties.provisioningState !== 'Succeeded') throw notProvisioned(id, gateway, address);
    const isBasic = object(address.sku).name !== 'Standard';
    if (isBasic && !previous && skuName(gateway) !== 'Basic' && since(wish, '2023-12-01')) {
      // https://github.com/Azure/alz-terraform-accelerator/issues/131, https://github.com/Azure/bicep-registry-modules/issues/1685
      throw badRequest(
        'PublicIpWithBasicSkuNotAllowedOnVPNGateways',
        'Basic IP configuration for VPN Virtual Network Gateways is not supported. Follow the link for more details : https://go.microsoft.com/fwlink/p/?linkid=2241350',
      );
    }
    const zones = strings(address.zones);
    const hasZones = regions[gateway.location ?? '']?.hasZones ?? false;
    if (
      !previous &&
      !isBasic &&
      hasZones &&
      zones.length === 0 &&
      /AZ$/.test(skuName(gateway)) &&
      since(wish, '2026-05-01')
    ) {
      // Code and sentence as quoted in several public deployment logs of 2026.
      throw badRequest(
        'VmssVpnGatewayPublicIpsMustHaveZonesConfigured',
        'Standard Public IPs associated with VPN Gateways with AZ VPN skus must have zones configured.',
      );
    }
  }
}

/** Code and sentence: https://github.com/Azure/terraform-azurerm-caf-enterprise-scale/issues/940 */
function oneKindOfAddress({ call, gateway }: Wish): void {
  if (gateway.properties.activeActive !== true) return;
  const kinds = configurations(gateway).flatMap((configuration) => {
    const address = call.core.world.resources.get(text(object(configuration.publicIPAddress).id) ?? '');
    const method = address?.properties.publicIPAllocationMethod;
    return address
      ? [JSON.stringify([object(address.sku).name, method, [...strings(address.zones)].sort()])]
      : [];
  });
  if (new Set(kinds).size < 2) return;
  throw badRequest(
    'ActiveActiveGatewayPublicIPAddressesDiffersInSkuOrZones',
    `Virtual network gateway ${gateway.id} in active active mode is using PublicIPAddresses either with different Skus or with different PublicIPAllocationMethod or from a different availability zones. Networking does not support using resources from multiple zones. Networking also does not support using both regional resources and zonal resources.`,
  );
}

function addressCount({ gateway }: Wish): void {
  if (gateway.properties.gatewayType !== 'Vpn') return;
  const count = configurations(gateway).length;
  const activeActive = gateway.properties.activeActive === true;
  const said = `Gateway ${count} has ${gateway.id} IP configurations specified for gateway.`;
  if (activeActive && pool(gateway).length > 0 && count !== 3) {
    // https://github.com/Azure/Azure-Landing-Zones/issues/506
    throw badRequest(
      'ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations',
      `${said} ActiveActive Gateway with Vpn client configuration must be created with three IP configurations.`,
    );
  }
  if (activeActive && pool(gateway).length === 0 && count !== 2) {
    // https://github.com/Azure/ALZ-Bicep/issues/768
    throw badRequest(
      'ActiveActiveGatewayMustHaveExactlyTwoIpConfigurations',
      `Gateway has ${count} IP configurations specified for gateway ${gateway.id}. ActiveActive Gateway must be created with two IP configurations.`,
    );
  }
  if (!activeActive && count !== 1) {
    // assumed: GatewayMustHaveExactlyOneIpConfiguration
    throw badRequest(
      'GatewayMustHaveExactlyOneIpConfiguration',
      `Gateway has ${count} IP configurations specified for gateway ${gateway.id}. A gateway that is not ActiveActive must be created with one IP configuration.`,
    );
  }
}

function clientPool({ call, gateway }: Wish): void {
  const prefixes = [...pool(gateway), ...groupPools(gateway)];
  if (prefixes.some((prefix) => !isCidr(prefix))) {
    // recorded: xplat_vngw_create_fail_invalid_prefixes
    throw badRequest(
      'InvalidVpnClientAddressPrefixOrCidr',
      `The VPN client configuration specified for gateway ${gateway.id} has an invalid IP or CIDR notation`,
    );
  }
  const longest = gateway.properties.activeActive === true ? 28 : 29;
  const tooLong = prefixes.find((prefix) => prefixLength(prefix) > longest);
  if (tooLong) {
    // The limit is documented (vpn-gateway-client-address-pool). The code is assumed: VpnClientAddressPoolTooSmall.
    throw badRequest(
      'VpnClientAddressPoolTooSmall',
      `VPN client address pool ${tooLong} of gateway ${gateway.id} must be /${longest} or larger.`,
    );
  }
  if (prefixes.length === 0) return;
  const subnetId = text(object(configurations(gateway)[0]?.subnet).id) ?? '';
  const network = call.core.world.resources.get(subnetId.split('/subnets/')[0] ?? '');
  const space = prefixesOf(object(network?.properties.addressSpace));
  if (overlaps(prefixes, space)) {
    // Sentence: https://github.com/MicrosoftDocs/azure-docs/issues/27351. The code is assumed:
    // VpnClientAddressPoolOverlapsWithVirtualNetwork.
    throw badRequest(
      'VpnClientAddressPoolOverlapsWithVirtualNetwork',
      `The virtual network gateway's VPN client address pool overlaps with the virtual network's address space. The overlapping address space prefixes are ${space.join(', ')} and ${prefixes.join(', ')}.`,
    );
  }
}

const printable = /^[\x20-\x7e]{1,128}$/;

function authentication(wish: Wish): void {
  const { gateway, previous, sent } = wish;
  const client = p2s(gateway);
  const servers = list(client.radiusServers);
  const hasRadius = text(client.radiusServerAddress) !== undefined || servers.length > 0;
  const protocols = strings(client.vpnClientProtocols);
  if (skuName(gateway) === 'Basic' && (hasRadius || protocols.some((protocol) => protocol !== 'SSTP'))) {
    // Documented: Basic has neither RADIUS nor IKEv2 nor OpenVPN. The code is assumed:
    // VpnClientFeatureNotSupportedOnBasicSku.
    throw badRequest(
      'VpnClientFeatureNotSupportedOnBasicSku',
      `Gateway ${gateway.id} of SKU Basic supports neither RADIUS authentication nor IKEv2 or OpenVPN.`,
    );
  }
  const hadSstp = strings(previous && p2s(previous).vpnClientProtocols).includes('SSTP');
  if (protocols.includes('SSTP') && !hadSstp && since(wish, '2026-03-31')) {
    // Documented: SSTP cannot be enabled from 2026-03-31 on. The code is assumed: SstpProtocolCannotBeEnabled.
    throw badRequest(
      'SstpProtocolCannotBeEnabled',
      `SSTP can no longer be enabled on gateway ${gateway.id}. Use IKEv2 or OpenVPN.`,
    );
  }
  if (protocols.includes('SSTP') && protocols.includes('OpenVPN')) {
    // Documented. The code is assumed: SstpAndOpenVpnCannotCoexist.
    throw badRequest(
      'SstpAndOpenVpnCannotCoexist',
      `SSTP and OpenVPN cannot both be enabled on gateway ${gateway.id}.`,
    );
  }
  const secrets = [
    sent.radiusServerSecret,
    ...list(sent.radiusServers).map((server) => server.radiusServerSecret),
  ];
  if (secrets.some((secret) => secret !== undefined && !printable.test(String(secret)))) {
    // https://github.com/Azure/azure-powershell/issues/11605
    throw badRequest(
      'VpnClientConfigurationRadiusServerSecretIsInvalid',
      `The radius server secret specified for gateway ${gateway.id} is invalid. It must be printable ASCII of 1 to 128 characters.`,
    );
  }
  const kinds = [
    hasRadius,
    list(client.vpnClientRootCertificates).length > 0,
    text(client.aadTenant) !== undefined,
  ].filter(Boolean).length;
  // Entra ID and one other type are also possible together over IKEv2 and OpenVPN
  // (vpn-gateway-vpn-multiauth-tunnel-mapping).
  const mayHaveIkeV2 =
    kinds === 2 &&
    text(client.aadTenant) !== undefined &&
    protocols.includes('OpenVPN') &&
    !protocols.includes('SSTP');
  if (
    kinds > 1 &&
    ((protocols.some((protocol) => protocol !== 'OpenVPN') && !mayHaveIkeV2) ||
      strings(client.vpnAuthenticationTypes).length < 2)
  ) {
    // Sentence from https://github.com/MicrosoftDocs/azure-docs/issues/42636. The code is assumed:
    // VpnClientConfigurationMultipleAuthenticationTypesNotAllowed.
    throw badRequest(
      'VpnClientConfigurationMultipleAuthenticationTypesNotAllowed',
      `VPN client configuration of gateway ${gateway.id} can have only one of the RadiusServer or vpnclient certificate or AAD.`,
    );
  }
}

/** Refuses what Azure refuses, in the order that is most useful for a client. */
export function checkGateway(wish: Wish): void {
  immutables(wish);
  skuRules(wish);
  placement(wish);
  publicAddresses(wish);
  oneKindOfAddress(wish);
  clientPool(wish);
  checkUserGroups(wish.gateway, wish.previous);
  addressCount(wish);
  authentication(wish);
}
