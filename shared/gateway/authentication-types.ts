import { sameId } from '../core/resource-id.ts';
import type { PointToSite, VpnGateway } from './model.ts';

/**
 * How users sign in. A gateway from before `vpnAuthenticationTypes`, or one that was given servers or certificates without
 * it, answers with an empty list, and means what it has (terraform-provider-azurerm issues 13228 and 11413).
 */
export function authenticationTypes(pointToSite: PointToSite | undefined): readonly string[] {
  if (!pointToSite) return [];
  const { authenticationTypes: types, radiusServers, rootCertificates = [], entraTenant } = pointToSite;
  if (types.length > 0) return types;
  return [
    ...(radiusServers.length > 0 ? ['Radius'] : []),
    ...(rootCertificates.length > 0 ? ['Certificate'] : []),
    ...(entraTenant ? ['AAD'] : []),
  ];
}

const isRadius = (type: string) => sameId(type, 'Radius');

export function usesRadius({ pointToSite }: Pick<VpnGateway, 'pointToSite'>): boolean {
  return authenticationTypes(pointToSite).some(isRadius);
}

/**
 * The authentication types of a gateway that is to have RADIUS. Those that others configured are kept: beside RADIUS with
 * OpenVPN as the only protocol (VPN Gateway, "configure multiple authentication types"), and wherever the gateway has
 * them beside RADIUS already. Otherwise they are in the way.
 */
export function authenticationTypesOf(
  protocols: readonly string[],
  current: PointToSite | undefined,
): { readonly types: readonly string[]; readonly inTheWay: readonly string[] } {
  const held = authenticationTypes(current);
  const others = held.filter((type) => !isRadius(type));
  const unsuited = protocols.filter((protocol) => !sameId(protocol, 'OpenVPN'));
  const inUse = held.some(isRadius) ? (current?.protocols ?? []) : [];
  const isPossible = unsuited.every((protocol) => inUse.some((other) => sameId(other, protocol)));
  if (others.length > 0 && !isPossible) return { types: ['Radius'], inTheWay: others };
  return { types: held.some(isRadius) ? held : ['Radius', ...others], inTheWay: [] };
}
