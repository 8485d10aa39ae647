import { isIPv4 } from 'node:net';
import { containsCidr, normalizeCidr, overlapCidr, parseCidr } from 'cidr-tools';

/** `a.b.c.d/n` with no host bits set. `10.0.0.1/24` is a typing error; it does not mean 10.0.0.0/24. */
export function isIpv4Prefix(text: string): boolean {
  const [address, length, ...rest] = text.split('/');
  if (rest.length > 0 || !address || !isIPv4(address) || !length || !/^(?:\d|[12]\d|3[0-2])$/.test(length))
    return false;
  return normalizeCidr(text) === text;
}

export function isHostAddress(text: string): boolean {
  return isIPv4(text);
}

/** RFC 1918 and the shared address space of RFC 6598, which Azure VNets may use too. */
export function isPrivateAddress(address: string): boolean {
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].some((range) =>
    containsCidr(range, address),
  );
}

export function prefixLength(prefix: string): number {
  return Number(parseCidr(prefix).prefix);
}

export function overlaps(one: string | readonly string[], other: string | readonly string[]): boolean {
  return overlapCidr([...[one].flat()], [...[other].flat()]);
}

export function contains(outer: string | readonly string[], inner: string): boolean {
  return containsCidr([...[outer].flat()], inner);
}

/**
 * The last free block of `length` inside `within`, so that the low addresses stay free for the next subnets that people
 * make.
 */
export function lastFreePrefix(
  within: readonly string[],
  taken: readonly string[],
  length: number,
): string | undefined {
  for (const outer of [...within].reverse()) {
    const free = freePrefix(outer, taken, length, 'last');
    if (free) return free;
  }
  return undefined;
}

/** The first free block of `length` inside `within`. */
export function firstFreePrefix(
  within: string,
  taken: readonly string[],
  length: number,
): string | undefined {
  return freePrefix(within, taken, length, 'first');
}

/** IPv4 only. A VNet may also have IPv6 prefixes, but gateways, pools and RADIUS clients do not use them. */
function freePrefix(
  outer: string,
  taken: readonly string[],
  length: number,
  which: 'first' | 'last',
): string | undefined {
  if (!isIpv4Prefix(outer) || prefixLength(outer) > length) return undefined;
  const { start, end } = parseCidr(outer);
  const ranges = taken.filter(isIpv4Prefix).map((prefix) => parseCidr(prefix));
  const size = 1n << BigInt(32 - length);
  let at = which === 'first' ? start : end + 1n - size;
  while (at >= start && at + size - 1n <= end) {
    const block = at;
    const inTheWay = ranges.find((range) => range.start < block + size && range.end >= block);
    if (!inTheWay) return `${dotted(block)}/${length}`;
    at = which === 'first' ? (inTheWay.end / size + 1n) * size : (inTheWay.start / size - 1n) * size;
  }
  return undefined;
}

function dotted(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
}
