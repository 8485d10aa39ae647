import { firstFreePrefix, overlaps } from '../core/prefixes.ts';
import { sameId } from '../core/resource-id.ts';
import type { TakenPrefixes } from './model.ts';

/**
 * Which client address pools deployments have claimed, by gateway. Resource Graph learns of a gateway only minutes
 * after the request for it.
 */
export type PoolLedger = readonly TakenPrefixes[];

export interface PoolClaim {
  /** The gateway's id. */
  readonly by: string;
  /** The main pool first, then the pools of user groups. */
  readonly pools: readonly ClaimedPool[];
}

interface ClaimedPool {
  readonly prefixes: readonly string[];
  /** Set when another /24 of `supernet` that does not overlap `avoid` is allowed, if `prefixes` are already claimed. */
  readonly auto?: { readonly supernet: string; readonly avoid: readonly string[] } | undefined;
}

export type ClaimResult =
  /** In the order of the claim. */
  | { readonly pools: readonly (readonly string[])[] }
  | { readonly takenBy: string; readonly prefix: string }
  | { readonly noRoomIn: string };

/** Claims the pools of a gateway, all of them or none. An earlier claim of the same gateway is replaced. */
export function claimPools(
  ledger: PoolLedger,
  claim: PoolClaim,
): { ledger: PoolLedger; result: ClaimResult } {
  const others = ledger.filter(({ by }) => !sameId(by, claim.by));
  const own = claim.pools.flatMap(({ prefixes }) => prefixes);
  const pools: (readonly string[])[] = [];
  for (const { prefixes, auto } of claim.pools) {
    const inTheWay = others.find((other) => overlaps(other.prefixes, prefixes));
    if (!inTheWay) {
      pools.push(prefixes);
      continue;
    }
    if (!auto) {
      const prefix = prefixes.find((one) => overlaps(one, inTheWay.prefixes))!;
      return { ledger, result: { takenBy: inTheWay.by, prefix } };
    }
    const taken = [...auto.avoid, ...own, ...pools.flat(), ...others.flatMap((other) => other.prefixes)];
    const free = firstFreePrefix(auto.supernet, taken, 24);
    if (!free) return { ledger, result: { noRoomIn: auto.supernet } };
    pools.push([free]);
  }
  return { ledger: [...others, { by: claim.by, prefixes: pools.flat() }], result: { pools } };
}

export function releasePool(ledger: PoolLedger, by: string): PoolLedger {
  return ledger.filter((entry) => !sameId(entry.by, by));
}
