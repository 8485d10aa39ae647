import { firstFreePrefix, lastFreePrefix } from '../core/prefixes.ts';
import { chosenAddressPool, neighbours, type PoolWish, type Surroundings } from './address-pool.ts';
import { existingGatewaySubnet } from './gateway-subnet.ts';
import type { TakenPrefixes } from './model.ts';

/** The addresses around a request: what it would use, what is taken, and what is free. */
export interface AddressMap {
  readonly addressSpace: readonly string[];
  readonly addressPool: readonly string[];
  readonly gatewaySubnet?: string | undefined;
  /** The subnets of the VNet. */
  readonly subnets: readonly TakenPrefixes[];
  /** What a client address pool must not overlap, each with a description. */
  readonly neighbours: readonly TakenPrefixes[];
  readonly free: {
    readonly supernet: string;
    readonly addressPools: readonly string[];
    /** Undefined when there is a GatewaySubnet, or no room for one. */
    readonly gatewaySubnet?: string | undefined;
  };
}

const mostFree = 3;

export function addressMap(wish: PoolWish, around: Surroundings): AddressMap {
  const { virtualNetwork, gatewaySubnetPrefix } = around;
  const { addressPrefixes: addressSpace, subnets } = virtualNetwork;
  const inside = subnets.flatMap(({ addressPrefixes }) => addressPrefixes);
  const near = neighbours(around).filter(({ prefixes }) => prefixes.length > 0);
  return {
    addressSpace,
    addressPool: chosenAddressPool(wish, around),
    gatewaySubnet: gatewaySubnetPrefix,
    subnets: subnets.map(({ name, addressPrefixes }) => ({ by: name, prefixes: addressPrefixes })),
    neighbours: near.map(({ what, prefixes }) => ({ by: what, prefixes })),
    free: {
      supernet: wish.supernet,
      addressPools: freePools(
        wish.supernet,
        near.flatMap(({ prefixes }) => prefixes),
      ),
      gatewaySubnet: existingGatewaySubnet(virtualNetwork)
        ? undefined
        : lastFreePrefix(addressSpace, inside, 27),
    },
  };
}

function freePools(supernet: string, taken: readonly string[]): string[] {
  const free: string[] = [];
  while (free.length < mostFree) {
    const next = firstFreePrefix(supernet, [...taken, ...free], 24);
    if (!next) break;
    free.push(next);
  }
  return free;
}
