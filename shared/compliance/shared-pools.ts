import { parseCidr } from 'cidr-tools';
import { isIpv4Prefix } from '../core/prefixes.ts';

interface Range {
  readonly by: string;
  readonly start: number;
  readonly end: number;
}

export interface SharedPool {
  readonly count: number;
  readonly first: readonly string[];
}

const named = 3;

/**
 * Which client address pools overlap pools of other gateways: how many prefixes, and the first gateways. Two prefixes
 * are either nested or separate, so a sorted list and two binary searches are enough for ten thousand of them.
 */
export function sharedPools(
  pools: Iterable<{ readonly by: string; readonly prefixes: readonly string[] }>,
): (by: string, prefixes: readonly string[]) => SharedPool {
  const ranges: Range[] = [];
  for (const { by, prefixes } of pools) for (const prefix of prefixes) ranges.push(...rangeOf(by, prefix));
  ranges.sort((one, other) => one.start - other.start);
  const starts = ranges.map(({ start }) => start);
  const ends = ranges.map(({ end }) => end).sort((one, other) => one - other);

  return (by, prefixes) => {
    const own = prefixes.flatMap((prefix) => rangeOf(by, prefix));
    const meets = (one: Range, other: Range) => one.start <= other.end && one.end >= other.start;
    const ownOverlaps = own.reduce(
      (sum, range) => sum + own.filter((other) => meets(range, other)).length,
      0,
    );
    const all = own.reduce(
      (sum, { start, end }) => sum + countBelow(starts, end + 1) - countBelow(ends, start),
      0,
    );
    const count = all - ownOverlaps;
    return count > 0 ? { count, first: first(own) } : { count: 0, first: [] };
  };

  function first(own: readonly Range[]): string[] {
    const { by } = own[0]!;
    const found = new Set<string>();
    for (const { start, end } of own) {
      for (let at = countBelow(starts, start); at < ranges.length && ranges[at]!.start <= end; at++) {
        if (ranges[at]!.by !== by) found.add(ranges[at]!.by);
        if (found.size === named) return [...found];
      }
      // A range that contains this one begins before it.
      for (let at = countBelow(starts, start) - 1; at >= 0 && found.size < named; at--) {
        if (ranges[at]!.end >= start && ranges[at]!.by !== by) found.add(ranges[at]!.by);
      }
    }
    return [...found];
  }
}

function rangeOf(by: string, prefix: string): Range[] {
  if (!isIpv4Prefix(prefix)) return [];
  const { start, end } = parseCidr(prefix);
  return [{ by, start: Number(start), end: Number(end) }];
}

/** How many of the sorted values are below `limit`. */
function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
