import { sameId } from '../core/resource-id.ts';
import type { PointToSite, VpnGateway } from './model.ts';

/**
 * How users sign in. Some gateways answer with an empty list although users can sign in: those from before
 * `vpnAuthenticationTypes`, and those that were given servers or certificates without it. Their settings then say how
 * users sign in (terraform-provider-azurerm issues 13228 and 11413).
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
 * The authentication types of a gateway that is to have RADIUS. Types that others configured are kept in two cases:
 * beside RADIUS when OpenVPN is the only protocol (VPN Gateway, "configure multiple authentication types"), and when
 * the gateway has them beside RADIUS already. In all other cases they are in the way.
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

/**
 * Whether a gateway can have these authentication types at once: any of them with only OpenVPN; Microsoft Entra ID with
 * one other type also beside IKEv2, when Entra ID uses OpenVPN and the other type uses both protocols (VPN Gateway,
 * "Configure multiple authentication types", the table of tunnel types). A ticket that asks for more than it needs must
 * obey the first rule (`authenticationTypesOf`).
 */
export function canStandTogether(types: readonly string[], protocols: readonly string[]): boolean {
  const has = (list: readonly string[], one: string) => list.some((other) => sameId(other, one));
  if (types.length < 2) return true;
  if (!has(protocols, 'OpenVPN')) return false;
  const others = protocols.filter((protocol) => !sameId(protocol, 'OpenVPN'));
  return (
    others.length === 0 ||
    (types.length === 2 && has(types, 'AAD') && others.every((protocol) => sameId(protocol, 'IkeV2')))
  );
}
