import { sameId } from '../core/resource-id.ts';
import { authenticationTypes } from './authentication-types.ts';
import { groupDifferences } from './groups/differences.ts';
import type { GatewayWish, PointToSite, VpnGateway } from './model.ts';

/** How a gateway differs from a wish: as it is found, and as it is told after the change. */
export interface Difference {
  readonly found: string;
  readonly done: string;
  /** Set when it only gives back what is missing, and users keep what they have: a repair may do it without asking. */
  readonly givesBack?: true;
}

/** Empty when a write would change nothing that can be read. */
export function gatewayDifferences(current: VpnGateway, wish: GatewayWish): Difference[] {
  return [
    ...formDifferences(current, wish),
    ...pointToSiteDifferences(current.pointToSite, wish.pointToSite),
  ];
}

/**
 * Everything except point-to-site: SKU, mode, public IP addresses, tags. The subnet and the region of a gateway cannot
 * change.
 */
export function formDifferences(current: VpnGateway, wish: GatewayWish): Difference[] {
  const tags = Object.entries(wish.tags).filter(([name, value]) => current.tags[name] !== value);
  return [
    ...(sameId(current.sku, wish.sku)
      ? []
      : [
          {
            found: `SKU is ${current.sku}, but ${wish.sku} is wanted`,
            done: `SKU changed from ${current.sku} to ${wish.sku}`,
          },
        ]),
    ...(current.activeActive === wish.activeActive
      ? []
      : [
          {
            found: `the gateway is ${mode(current.activeActive)}, but ${mode(wish.activeActive)} is wanted`,
            done: `gateway made ${mode(wish.activeActive)}`,
          },
        ]),
    ...setDifferences('public IP address', current.publicIpIds, wish.publicIpIds),
    ...tags.map(([name, value]) => ({
      found: `tag ${name} is ${current.tags[name] ?? 'not set'}, but ${value} is wanted`,
      done: `tag ${name} set to ${value}`,
    })),
  ];
}

export function pointToSiteDifferences(current: PointToSite | undefined, wish: PointToSite): Difference[] {
  const servers = current?.radiusServers ?? [];
  const scores = wish.radiusServers.flatMap(({ address, score }) => {
    const held = servers.find((server) => server.address === address);
    return held && held.score !== score
      ? [
          {
            found: `RADIUS server ${address} has the score ${held.score}, but ${score} is wanted`,
            done: `score of RADIUS server ${address} changed from ${held.score} to ${score}`,
            givesBack: true as const,
          },
        ]
      : [];
  });
  const addresses = (list: PointToSite['radiusServers']) => list.map(({ address }) => address);
  return [
    ...setDifferences('address pool', current?.addressPool ?? [], wish.addressPool),
    ...setDifferences('protocol', current?.protocols ?? [], wish.protocols),
    ...setDifferences('authentication type', authenticationTypes(current), authenticationTypes(wish), true),
    ...setDifferences('RADIUS server', addresses(servers), addresses(wish.radiusServers), true),
    ...scores,
    ...groupDifferences(current?.groups, wish.groups),
  ];
}

/** Secrets are compared where they are read. Here only the server with another secret is named. */
export const secretDifference = (address: string): Difference => ({
  found: `the shared secret of RADIUS server ${address} is different`,
  done: `shared secret of RADIUS server ${address} replaced`,
});

/** Azure keeps neither the order of arrays nor the case of ids. */
function setDifferences(
  what: string,
  current: readonly string[],
  wanted: readonly string[],
  givesBack = false,
): Difference[] {
  const without = (list: readonly string[], other: readonly string[]) =>
    list.filter((entry) => !other.some((one) => sameId(one, entry)));
  return [
    ...without(wanted, current).map((entry) => ({
      found: `${what} ${entry} is missing`,
      done: `${what} ${entry} added`,
      ...(givesBack && { givesBack: true as const }),
    })),
    ...without(current, wanted).map((entry) => ({
      found: `${what} ${entry} is not wanted`,
      done: `${what} ${entry} removed`,
    })),
  ];
}

export function mode(activeActive: boolean): string {
  return activeActive ? 'active-active' : 'active-standby';
}
