import { type Finding, problem, warning } from '../core/finding.ts';
import { firstFreePrefix, isPrivateAddress, overlaps, prefixLength } from '../core/prefixes.ts';
import type { TakenPrefixes, VirtualNetwork } from './model.ts';

/** What the addresses of VPN clients must not overlap. */
export interface Surroundings {
  readonly virtualNetwork: VirtualNetwork;
  readonly gatewaySubnetPrefix?: string | undefined;
  readonly onPremises: readonly TakenPrefixes[];
  readonly takenPools: readonly TakenPrefixes[];
  readonly radiusAddresses: readonly string[];
  /** The pools that the gateway itself gives to user groups. */
  readonly groupPools?: readonly string[];
}

export interface PoolWish {
  readonly asked: 'auto' | readonly string[];
  readonly supernet: string;
  /** The pool that the gateway has. `auto` keeps it, because a change disconnects clients. */
  readonly current: readonly string[];
  readonly activeActive: boolean;
  /** The field of the request that names the pool, when it is not the main pool. */
  readonly path?: string;
}

/**
 * The pool that was asked for. With `auto`, it is the pool that the gateway has, or the first free /24 of the supernet.
 * Empty when none is free.
 */
export function chosenAddressPool(wish: PoolWish, around: Surroundings): readonly string[] {
  if (wish.asked !== 'auto') return wish.asked;
  if (wish.current.length > 0) return wish.current;
  const free = firstFreePrefix(
    wish.supernet,
    neighbours(around).flatMap(({ prefixes }) => prefixes),
    24,
  );
  return free ? [free] : [];
}

/** With `auto` and no pool yet: where another /24 may be taken from, if somebody else claims the chosen one first. */
export function poolChoice(
  wish: PoolWish,
  around: Surroundings,
): { supernet: string; avoid: string[] } | undefined {
  if (wish.asked !== 'auto' || wish.current.length > 0) return undefined;
  return choiceIn(wish.supernet, around);
}

/** A /24 anywhere in `supernet` that does not overlap the surroundings. */
export function choiceIn(supernet: string, around: Surroundings): { supernet: string; avoid: string[] } {
  const near = neighbours(around).flatMap(({ prefixes }) => prefixes);
  return { supernet, avoid: [...new Set(near)].filter((prefix) => overlaps(prefix, supernet)) };
}

/**
 * Rules of VPN Gateway ("Client address pool"): the pool does not overlap the VNet or the clients' own network. It is
 * /29 or larger, with active-active /28 or larger.
 */
export function* addressPoolFindings(wish: PoolWish, around: Surroundings): Generator<Finding> {
  const pool = chosenAddressPool(wish, around);
  const { path = 'pointToSite.addressPool' } = wish;
  if (pool.length === 0) yield noRoom(wish.supernet, path);
  const isAuto = wish.asked === 'auto';
  const isKept = isAuto || hasSamePrefixes(wish.asked, wish.current);
  for (const [index, prefix] of pool.entries()) {
    const target = isAuto ? path : `${path}[${index}]`;
    yield* ownFindings(prefix, wish.activeActive, target);
    const earlier = pool.slice(0, index).find((other) => overlaps(other, prefix));
    if (earlier) {
      yield problem('AddressPoolOverlapsItself', `${prefix} overlaps ${earlier} of the same pool.`, target);
    }
    for (const { code, what, prefixes, isCertain } of neighbours(around)) {
      const hit = prefixes.find((other) => overlaps(other, prefix));
      if (!hit) continue;
      const message = `${prefix} overlaps ${what} (${hit})`;
      // Azure itself accepts a pool that is in use. Moving it would disconnect everybody.
      if (isKept && !isCertain)
        yield warning(code, `${message}. The gateway has this pool and keeps it.`, target, `${message}.`);
      else yield problem(code, `${message}. Choose another pool, or "auto".`, target, `${message}.`);
    }
  }
}

export const noRoom = (supernet: string, path: string): Finding =>
  problem(
    'AddressPoolNoRoom',
    `${supernet} (P2S_POOL_SUPERNET) has no free /24 that does not overlap the VNet, its connected networks or other pools. Name an addressPool, or make the setting larger.`,
    path,
  );

/** Prefixes that Azure gives to no host and does not route (Azure VNet FAQ). */
const unusable = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '168.63.129.16/32', '224.0.0.0/3'];

function* ownFindings(prefix: string, activeActive: boolean, target: string): Generator<Finding> {
  const longest = activeActive ? 28 : 29;
  if (prefixLength(prefix) > longest) {
    yield problem(
      'AddressPoolTooSmall',
      `${prefix} is too small: ${activeActive ? 'an active-active gateway' : 'a gateway'} needs /${longest} at least.`,
      target,
    );
  }
  if (overlaps(prefix, unusable)) {
    yield problem('AddressPoolReserved', `${prefix} contains addresses that no host may have.`, target);
  } else if (!isPrivateAddress(prefix)) {
    yield warning(
      'AddressPoolPublic',
      `${prefix} is not private address space: clients cannot reach the hosts of the Internet that have these addresses.`,
      target,
    );
  }
}

const hasSamePrefixes = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((prefix) => other.includes(prefix));

interface Neighbour {
  readonly code: string;
  readonly what: string;
  readonly prefixes: readonly string[];
  /** Whether an overlap can never work, also when it exists already. */
  readonly isCertain: boolean;
}

const isVirtualNetwork = (id: string) => /\/virtualNetworks\/[^/]+$/i.test(id);

export function neighbours(around: Surroundings): Neighbour[] {
  const { virtualNetwork, gatewaySubnetPrefix, onPremises, takenPools, radiusAddresses } = around;
  const inSubnet = gatewaySubnetPrefix ? [gatewaySubnetPrefix] : [];
  return [
    {
      code: 'AddressPoolOverlapsVirtualNetwork',
      what: `the VNet ${virtualNetwork.name}`,
      prefixes: virtualNetwork.addressPrefixes,
      isCertain: true,
    },
    { code: 'AddressPoolOverlapsGatewaySubnet', what: 'GatewaySubnet', prefixes: inSubnet, isCertain: true },
    ...virtualNetwork.peerings.map((peering) => ({
      code: 'AddressPoolOverlapsPeering',
      what: `the peered VNet ${peering.remoteVirtualNetworkId}`,
      prefixes: peering.remoteAddressPrefixes,
      isCertain: false,
    })),
    ...onPremises.map(({ by, prefixes }) => ({
      ...(isVirtualNetwork(by)
        ? { code: 'AddressPoolOverlapsConnection', what: `the connected VNet ${by}` }
        : { code: 'AddressPoolOverlapsOnPremises', what: `the on-premises network behind ${by}` }),
      prefixes,
      isCertain: false,
    })),
    ...takenPools.map(({ by, prefixes }) => ({
      code: 'AddressPoolTaken',
      what: `the client address pool of ${by}`,
      prefixes,
      isCertain: false,
    })),
    {
      code: 'AddressPoolOverlapsGroupPool',
      what: 'the address pool of a user group of the gateway',
      prefixes: around.groupPools ?? [],
      isCertain: false,
    },
    ...radiusAddresses.map((address) => ({
      code: 'AddressPoolHoldsRadiusServer',
      what: `the RADIUS server ${address}`,
      prefixes: [`${address}/32`],
      isCertain: true,
    })),
  ];
}
