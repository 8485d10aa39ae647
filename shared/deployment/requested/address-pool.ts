import * as z from 'zod';
import { isIpv4Prefix, overlaps, prefixLength } from '../../core/prefixes.ts';

export const prefix = z
  .string()
  .refine(isIpv4Prefix, 'must be an IPv4 prefix without host bits, such as 10.0.255.0/27');

/** The smallest pool that a gateway takes (VPN Gateway: "Client address pool"). */
export const longestPool = { standby: 29, activeActive: 28 } as const;

export const distinct = <T>(values: readonly T[]) => new Set(values).size === values.length;

const poolPrefix = prefix.refine(
  (text) => !isIpv4Prefix(text) || prefixLength(text) <= longestPool.standby,
  `is too small: a client address pool must be at least /${longestPool.standby}, or at least /${longestPool.activeActive} with an active-active gateway`,
);

export const addressPool = z.union([
  z.literal('auto'),
  z
    .array(poolPrefix)
    .min(1, 'name at least one prefix')
    .refine(distinct, 'names a prefix twice')
    .refine(
      (prefixes) => !prefixes.every(isIpv4Prefix) || !distinct(prefixes) || !overlappingPair(prefixes),
      {
        error: ({ input }) =>
          `names prefixes that overlap: ${overlappingPair(input as string[])?.join(' and ')}`,
      },
    ),
]);

function overlappingPair(prefixes: readonly string[]): readonly [string, string] | undefined {
  for (const [index, one] of prefixes.entries()) {
    const other = prefixes.slice(index + 1).find((next) => overlaps(one, next));
    if (other) return [one, other];
  }
  return undefined;
}
