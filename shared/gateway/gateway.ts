import { besides, sameId } from '../core/resource-id.ts';
import { gatewaySubnetId } from './gateway-subnet.ts';
import type {
  GatewayForm,
  GatewayOutline,
  GatewayRequest,
  GatewayWish,
  VirtualNetwork,
  VpnGateway,
} from './model.ts';

/**
 * The id of the gateway that a request is about: the existing one, or a new one in the resource group of the VNet,
 * called `vpngw-<VNet>` when the request gives no name.
 */
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

/** A gateway name has at most 80 characters and does not end in a dot or hyphen. */
function defaultName(virtualNetworkName: string): string {
  return `vpngw-${virtualNetworkName}`.slice(0, 80).replace(/[.-]+$/, '');
}

export function isVpn(gateway: VpnGateway): boolean {
  return gateway.gatewayType.toLowerCase() === 'vpn';
}

/**
 * The gateway in GatewaySubnet that a plan is about. It is the VPN gateway: an ExpressRoute gateway may be in the same
 * subnet.
 */
export function gatewayOfSubnet(gateways: readonly VpnGateway[]): VpnGateway | undefined {
  return gateways.find(isVpn) ?? gateways[0];
}

/**
 * The gateway that a plan writes: the VPN gateway in this VNet's GatewaySubnet, unless the request names another one.
 */
export function gatewayInPlace(
  request: GatewayRequest,
  virtualNetwork: VirtualNetwork,
  gateway?: VpnGateway,
): VpnGateway | undefined {
  if (!gateway || !isVpn(gateway)) return undefined;
  if (!sameId(gateway.subnetId, gatewaySubnetId(virtualNetwork.id))) return undefined;
  return sameId(request.gateway.name ?? gateway.name, gateway.name) ? gateway : undefined;
}

/** `tags` are set on a gateway that is created. The tags of an existing one stay as they are. */
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
      ...(plan.entra && { entra: plan.entra }),
      ...(plan.endsSignIn && { endsSignIn: plan.endsSignIn }),
      radiusServers: [...plan.servers, ...plan.otherServers].map(({ address, score }) => ({
        address,
        score,
      })),
      ...(plan.groups && { groups: plan.groups }),
    },
    tags,
  };
}

/**
 * The part of a gateway that a wish is about, as it is now. It is kept with the plan, so that a later change by
 * somebody else is noticed.
 */
export function formOf({ sku, activeActive, publicIpIds, pointToSite }: VpnGateway): GatewayForm {
  return { sku, activeActive, publicIpIds, ...(pointToSite && { pointToSite }) };
}
