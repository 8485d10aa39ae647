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

/** What of a gateway a wish is about, as it is: kept with the plan, so that a later change by somebody else is noticed. */
export function formOf({ sku, activeActive, publicIpIds, pointToSite }: VpnGateway): GatewayForm {
  return { sku, activeActive, publicIpIds, ...(pointToSite && { pointToSite }) };
}
