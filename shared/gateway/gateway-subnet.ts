import { isIpv4Prefix, lastFreePrefix } from '../core/prefixes.ts';
import type { Subnet, VirtualNetwork } from './model.ts';

/** Gateways can be deployed only into a subnet with exactly this name (VPN Gateway settings, "Gateway subnet"). */
export function gatewaySubnetId(virtualNetworkId: string): string {
  return `${virtualNetworkId}/subnets/GatewaySubnet`;
}

/** The VNet of a subnet's id. */
export function virtualNetworkIdOf(subnetId: string): string {
  return subnetId.replace(/\/subnets\/[^/]+$/i, '');
}

export function existingGatewaySubnet(virtualNetwork: VirtualNetwork): Subnet | undefined {
  return virtualNetwork.subnets.find(({ name }) => name.toLowerCase() === 'gatewaysubnet');
}

/**
 * The prefix that GatewaySubnet has, otherwise the one asked for, otherwise the last free /27. Microsoft recommends a
 * /27, and an ExpressRoute gateway in the same subnet would need it. Undefined when the VNet has no room.
 */
export function gatewaySubnetPrefix(virtualNetwork: VirtualNetwork, asked?: string): string | undefined {
  const existing = existingGatewaySubnet(virtualNetwork);
  if (existing) return ipv4Prefixes(existing)[0];
  const taken = virtualNetwork.subnets.flatMap(({ addressPrefixes }) => addressPrefixes);
  return asked ?? lastFreePrefix(virtualNetwork.addressPrefixes, taken, 27);
}

export function ipv4Prefixes(subnet: Subnet): string[] {
  return subnet.addressPrefixes.filter(isIpv4Prefix);
}
