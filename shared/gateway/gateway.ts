import { besides, sameId } from '../core/resource-id.ts';
import { authenticationTypes } from './authentication-types.ts';
import { gatewaySubnetId } from './gateway-subnet.ts';
import type {
  GatewayOutline,
  GatewayRequest,
  GatewayWish,
  PointToSite,
  VirtualNetwork,
  VpnGateway,
} from './model.ts';

/** The id of the gateway that a request is about: the one that is there, else one beside the VNet, `vpngw-<VNet>` unless named. */
export function gatewayIdOf(
  request: GatewayRequest,
  virtualNetwork: VirtualNetwork,
  existing?: VpnGateway,
): string {
  const wished = request.gateway.name;
  if (existing && isVpn(existing) && (!wished || sameId(wished, existing.name))) return existing.id;
  return besides(
    request.virtualNetworkId,
    'virtualNetworkGateways',
    wished ?? defaultName(virtualNetwork.name),
  );
}

/** A gateway name has 80 characters at most and does not end in a dot or hyphen. */
function defaultName(virtualNetworkName: string): string {
  return `vpngw-${virtualNetworkName}`.slice(0, 80).replace(/[.-]+$/, '');
}

export function isVpn(gateway: VpnGateway): boolean {
  return gateway.gatewayType.toLowerCase() === 'vpn';
}

/** Of the gateways in GatewaySubnet, the one that a plan is about: the VPN gateway, for an ExpressRoute gateway may sit beside it. */
export function gatewayOfSubnet(gateways: readonly VpnGateway[]): VpnGateway | undefined {
  return gateways.find(isVpn) ?? gateways[0];
}

/** The gateway that a plan writes over: the VPN gateway in this VNet's GatewaySubnet, unless the request names another. */
export function gatewayInPlace(
  request: GatewayRequest,
  virtualNetwork: VirtualNetwork,
  gateway?: VpnGateway,
): VpnGateway | undefined {
  if (!gateway || !isVpn(gateway)) return undefined;
  if (!sameId(gateway.subnetId, gatewaySubnetId(virtualNetwork.id))) return undefined;
  return sameId(request.gateway.name ?? gateway.name, gateway.name) ? gateway : undefined;
}

/** `tags` go onto a gateway that is created; those of an existing one are left alone. */
export function gatewayWish(plan: GatewayOutline, tags: Readonly<Record<string, string>> = {}): GatewayWish {
  return {
    location: plan.location,
    sku: plan.sku,
    activeActive: plan.activeActive,
    subnetId: plan.gatewaySubnetId,
    publicIpIds: plan.publicIpIds,
    pointToSite: {
      addressPool: plan.addressPool,
      protocols: plan.protocols,
      authenticationTypes: plan.authenticationTypes,
      radiusServers: [...plan.servers, ...plan.otherServers].map(({ address, score }) => ({
        address,
        score,
      })),
    },
    tags,
  };
}

/** In what the gateway differs from the wish, a sentence for each; empty when a write would change nothing that can be read. */
export function gatewayDifferences(current: VpnGateway, wish: GatewayWish): string[] {
  return [
    ...formDifferences(current, wish),
    ...pointToSiteDifferences(current.pointToSite, wish.pointToSite),
  ];
}

/** Everything but point-to-site: SKU, mode, public IP addresses, tags. The subnet and the region of a gateway cannot change. */
export function formDifferences(current: VpnGateway, wish: GatewayWish): string[] {
  const tags = Object.entries(wish.tags).filter(([name, value]) => current.tags[name] !== value);
  return [
    ...(sameId(current.sku, wish.sku) ? [] : [`SKU is ${current.sku}, wanted is ${wish.sku}`]),
    ...(current.activeActive === wish.activeActive
      ? []
      : [`the gateway is ${mode(current.activeActive)}, wanted is ${mode(wish.activeActive)}`]),
    ...setDifferences('public IP address', current.publicIpIds, wish.publicIpIds),
    ...tags.map(([name, value]) => `tag ${name} is ${current.tags[name] ?? 'not set'}, wanted is ${value}`),
  ];
}

export function pointToSiteDifferences(current: PointToSite | undefined, wish: PointToSite): string[] {
  const servers = current?.radiusServers ?? [];
  const scores = wish.radiusServers.flatMap(({ address, score }) => {
    const held = servers.find((server) => server.address === address);
    return held && held.score !== score
      ? [`RADIUS server ${address} has the score ${held.score}, wanted is ${score}`]
      : [];
  });
  const addresses = (list: PointToSite['radiusServers']) => list.map(({ address }) => address);
  return [
    ...setDifferences('address pool', current?.addressPool ?? [], wish.addressPool),
    ...setDifferences('protocol', current?.protocols ?? [], wish.protocols),
    ...setDifferences('authentication type', authenticationTypes(current), wish.authenticationTypes),
    ...setDifferences('RADIUS server', addresses(servers), addresses(wish.radiusServers)),
    ...scores,
  ];
}

/** Azure keeps neither the order of arrays nor the case of ids. */
function setDifferences(what: string, current: readonly string[], wanted: readonly string[]): string[] {
  const without = (list: readonly string[], other: readonly string[]) =>
    list.filter((entry) => !other.some((one) => sameId(one, entry)));
  return [
    ...without(wanted, current).map((entry) => `${what} ${entry} is missing`),
    ...without(current, wanted).map((entry) => `${what} ${entry} is not wanted`),
  ];
}

export function mode(activeActive: boolean): string {
  return activeActive ? 'active-active' : 'active-standby';
}
