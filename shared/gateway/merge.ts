import { sameId } from '../core/resource-id.ts';
import { authenticationTypesOf } from './authentication-types.ts';
import { wishedGroups } from './groups/wished-groups.ts';
import type { GatewayRequest, GatewayWish, RadiusServer, VpnGateway } from './model.ts';
import { publicIpIds } from './public-ip.ts';

/**
 * What a gateway gets when the request does not say it. Used for a new gateway, and for what an existing gateway does
 * not have.
 */
export interface NewGateway {
  readonly id: string;
  readonly location: string;
  readonly subnetId: string;
  readonly sku: string;
  readonly addressPool: readonly string[];
  readonly protocols: readonly string[];
  readonly radiusServers: readonly RadiusServer[];
}

/** The protocol of a new gateway when the request names none: Windows has it built in. */
export const defaultProtocols: readonly string[] = ['IkeV2'];

/** Scores go from 1 to 30. A single server needs none (VPN Gateway, RADIUS servers). */
export const defaultScore = 30;

/**
 * The gateway that a request asks for. What the request names is taken. What it does not name stays as the gateway has
 * it. Defaults are used for what does not exist yet. Tickets, tags, rotation and repair all use this function.
 */
export function mergedGateway(
  request: Omit<GatewayRequest, 'virtualNetworkId'>,
  existing: VpnGateway | undefined,
  defaults: NewGateway,
): GatewayWish {
  const current = existing?.pointToSite;
  const { addressPool: pool, protocols: named, groups: namedGroups } = request.pointToSite;
  const activeActive = request.gateway.activeActive ?? existing?.activeActive ?? false;
  const protocols = mergedList(named, current?.protocols, defaults.protocols);
  const { groups } = wishedGroups(namedGroups, undefined, current?.groups);
  return {
    location: existing?.location ?? defaults.location,
    sku: mergedName(request.gateway.sku, existing?.sku) ?? defaults.sku,
    activeActive,
    subnetId: existing?.subnetId || defaults.subnetId,
    publicIpIds: publicIpIds(existing?.id ?? defaults.id, activeActive, existing),
    pointToSite: {
      addressPool: mergedList(pool === 'auto' ? undefined : pool, current?.addressPool, defaults.addressPool),
      protocols,
      authenticationTypes: authenticationTypesOf(protocols, current).types,
      radiusServers: mergedServers(request.radius.servers, current?.radiusServers, defaults.radiusServers),
      ...(groups && { groups }),
    },
    tags: {},
  };
}

/** The same values in another order or case are not a change, and keep Azure's spelling. */
function mergedList(
  named: readonly string[] | undefined,
  current: readonly string[] = [],
  otherwise: readonly string[],
): readonly string[] {
  if (!named) return current.length > 0 ? current : otherwise;
  const isSame =
    named.length === current.length && named.every((one) => current.some((other) => sameId(one, other)));
  return isSame ? current : named;
}

function mergedName(named: string | undefined, current: string | undefined): string | undefined {
  return named && current && sameId(named, current) ? current : (named ?? current);
}

/** A server that is named without a score keeps the score that it has. */
function mergedServers(
  named: GatewayRequest['radius']['servers'],
  current: readonly RadiusServer[] = [],
  otherwise: readonly RadiusServer[],
): readonly RadiusServer[] {
  if (!named) return current.length > 0 ? current : otherwise;
  return named.map(({ address, score }) => ({
    address,
    score: score ?? current.find((held) => held.address === address)?.score ?? defaultScore,
  }));
}
