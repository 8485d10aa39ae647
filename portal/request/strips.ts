import type { AddressMap } from '../../shared/gateway/address-map.ts';

/**
 * A range of addresses drawn as a line, with what lies in it. The ends are the first address and the one after the
 * last.
 */
export interface Strip {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** The same in a sentence. */
  readonly text: string;
}

export interface Bar {
  readonly kind: 'taken' | 'wanted' | 'clash';
  readonly label: string;
  readonly prefix: string;
  /** From 0 to 1. */
  readonly from: number;
  readonly to: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Named {
  readonly label: string;
  readonly prefix: string;
}

/** The VNet with the subnet of the gateway, and each client address pool with what it meets. */
export function stripsOf(map: AddressMap): readonly Strip[] {
  return [...networkStrips(map), ...map.addressPool.flatMap((pool) => poolStrip(map, pool))];
}

function networkStrips({ addressSpace, subnets, gatewaySubnet }: AddressMap): Strip[] {
  return addressSpace.flatMap((space) => {
    const within = rangeOf(space);
    if (!within) return [];
    const taken = named(subnets).filter(({ prefix }) => isIn(prefix, within) && prefix !== gatewaySubnet);
    const wanted = gatewaySubnet && isIn(gatewaySubnet, within) ? gatewaySubnet : undefined;
    return [stripOf(`VNet ${space}`, within, taken, wanted, 'GatewaySubnet')];
  });
}

function poolStrip(map: AddressMap, pool: string): Strip[] {
  const own = rangeOf(pool);
  if (!own) return [];
  const taken = named(map.neighbours);
  const met = taken.filter(({ prefix }) => overlap(rangeOf(prefix), own));
  const supernet = rangeOf(map.free.supernet);
  // When nothing overlaps the pool, the line shows the supernet of the free pools.
  const around =
    met.length === 0 && supernet && contains(supernet, own)
      ? supernet
      : cover([own, ...met.flatMap(({ prefix }) => rangeOf(prefix) ?? [])]);
  const beside = taken.filter(({ prefix }) => isIn(prefix, around));
  return [stripOf(`Client address pool ${pool}`, around, beside, pool, 'client address pool')];
}

function stripOf(
  title: string,
  within: Range,
  taken: readonly Named[],
  wanted: string | undefined,
  what: string,
): Strip {
  const own = wanted === undefined ? undefined : rangeOf(wanted);
  const clashes = taken.filter(({ prefix }) => own && overlap(rangeOf(prefix), own));
  const bars = [
    ...taken.map((one) => barOf('taken', one, within)),
    ...(wanted === undefined
      ? []
      : [barOf(clashes.length > 0 ? 'clash' : 'wanted', { label: what, prefix: wanted }, within)]),
  ];
  const met = clashes.map(({ label, prefix }) => `${label} (${prefix})`).join(', ');
  const text =
    wanted === undefined
      ? `${title}: none of it is requested.`
      : met
        ? `${wanted} overlaps ${met}.`
        : `${wanted} does not overlap anything that is used.`;
  return { title, bars, text };
}

function barOf(kind: Bar['kind'], { label, prefix }: Named, within: Range): Bar {
  const { start, end } = rangeOf(prefix)!;
  const size = within.end - within.start;
  const place = (at: number) => Math.min(1, Math.max(0, (at - within.start) / size));
  return { kind, label, prefix, from: place(start), to: place(end) };
}

const named = (list: AddressMap['neighbours']): Named[] =>
  list.flatMap(({ by, prefixes }) =>
    prefixes.filter((prefix) => rangeOf(prefix)).map((prefix) => ({ label: by, prefix })),
  );

/** Undefined when the text is no IPv4 prefix. */
function rangeOf(prefix: string): Range | undefined {
  const [address = '', length] = prefix.split('/');
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255)) || !length) return undefined;
  const start = parts.reduce((sum, part) => sum * 256 + part, 0);
  return { start, end: start + 2 ** (32 - Number(length)) };
}

const overlap = (one: Range | undefined, other: Range) =>
  one !== undefined && one.start < other.end && other.start < one.end;
const contains = (outer: Range, inner: Range) => outer.start <= inner.start && inner.end <= outer.end;
const isIn = (prefix: string, within: Range) => overlap(rangeOf(prefix), within);
const cover = (ranges: readonly Range[]): Range => ({
  start: Math.min(...ranges.map(({ start }) => start)),
  end: Math.max(...ranges.map(({ end }) => end)),
});
