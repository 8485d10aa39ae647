import { firstFreePrefix, overlaps } from '../core/prefixes.ts';
import { sameId } from '../core/resource-id.ts';
import type { TakenPrefixes } from './model.ts';

/** Which client address pools deployments have claimed, by gateway: Resource Graph learns of a gateway minutes after it is asked for. */
export type PoolLedger = readonly TakenPrefixes[];

export interface PoolClaim {
  /** The gateway's id. */
  readonly by: string;
  readonly prefixes: readonly string[];
  /** Whether another /24 of `supernet` will do, clear of `avoid`, should `prefixes` be claimed already. */
  readonly auto?: { readonly supernet: string; readonly avoid: readonly string[] } | undefined;
}

export type ClaimResult =
  | { readonly prefixes: readonly string[] }
  | { readonly takenBy: string; readonly prefix: string }
  | { readonly noRoomIn: string };

/** Claims a pool for a gateway; what it had claimed before is given up for it. */
export function claimPool(ledger: PoolLedger, claim: PoolClaim): { ledger: PoolLedger; result: ClaimResult } {
  const others = ledger.filter(({ by }) => !sameId(by, claim.by));
  const claimed = (prefixes: readonly string[]) => ({
    ledger: [...others, { by: claim.by, prefixes }],
    result: { prefixes },
  });
  const inTheWay = others.find(({ prefixes }) => overlaps(prefixes, claim.prefixes));
  if (!inTheWay) return claimed(claim.prefixes);
  if (!claim.auto) {
    const prefix = claim.prefixes.find((one) => overlaps(one, inTheWay.prefixes))!;
    return { ledger, result: { takenBy: inTheWay.by, prefix } };
  }
  const { supernet, avoid } = claim.auto;
  const free = firstFreePrefix(supernet, [...avoid, ...others.flatMap(({ prefixes }) => prefixes)], 24);
  return free ? claimed([free]) : { ledger, result: { noRoomIn: supernet } };
}

export function releasePool(ledger: PoolLedger, by: string): PoolLedger {
  return ledger.filter((entry) => !sameId(entry.by, by));
}
