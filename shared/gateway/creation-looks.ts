import { seconds } from '../core/durable.ts';

/**
 * How long Azure took to create a VPN gateway, in seconds. The public test suites of Azure CLI, Azure SDK for .NET and
 * for Java, and the old cross-platform CLI recorded these creations from 2017 to 2026. The last one is a write that
 * took as long as a creation.
 */
export const recordedCreations = [917, 999, 1003, 1042, 1045, 1170, 1243, 1529, 1919, 2130, 2295, 2870];

/** A time outside these limits was no creation, or waited for something else. Nothing is learned from it. */
const believed = { shortest: 5 * 60, longest: 75 * 60 };
/** All recorded times together count as much as this number of the app's own creations. */
const weightOfRecorded = 4;
/** Only the newest are used: old ones say little about today. */
const mostLearned = 30;
/** One creation makes similar times likely: up to this share shorter or longer. */
const spread = 0.1;

const begin = 5 * 60;
const end = 90 * 60;
/**
 * From when to when a gateway is noticed within 90 seconds, independent of what was learned. A timer may fire a second
 * early.
 */
const promised = { from: 15 * 60, to: 48 * 60 + 2, longestGap: 89 };
const longestGapAfter = 5 * 60;
const shortestGap = 15;
/** With them a creation of 48 minutes costs 60 requests; 23 would do for the promise alone. */
const looksForPromised = 30;

/**
 * When to look at a gateway that is being created, where no event says that it is ready: in milliseconds after the
 * write. `learned` are the creations that the app itself has seen of that SKU and region, in seconds, the newest last.
 *
 * Of all ways to look so often, the one with the smallest delay on average.
 */
export function creationLooks(learned: readonly number[]): number[] {
  const looks = looksWithLeastDelay(densityOf(learned));
  for (let at = looks.at(-1)! + longestGapAfter; at < end; at += longestGapAfter) looks.push(at);
  return [...looks, end].map(seconds);
}

/** Which share of the creations ends in each second from `begin`. */
function densityOf(learned: readonly number[]): Float64Array {
  const { shortest, longest } = believed;
  const own = learned.filter((time) => time >= shortest && time <= longest).slice(-mostLearned);
  const density = new Float64Array(end - begin);
  const all = weightOfRecorded + own.length;
  for (const time of recordedCreations) add(density, time, weightOfRecorded / recordedCreations.length / all);
  for (const time of own) add(density, time, 1 / all);
  return density;
}

/** Adds a triangle of this weight around the time. */
function add(density: Float64Array, time: number, weight: number): void {
  const half = time * spread;
  for (let at = Math.ceil(time - half); at < time + half; at++) {
    const index = at - begin;
    if (index >= 0 && index < density.length)
      density[index]! += (weight * (1 - Math.abs(at - time) / half)) / half;
  }
}

/**
 * One look more at a time: the least delay up to each second with so many looks comes from the least delay with one look
 * less. The last of them is the one at or after the end of what is promised.
 */
function looksWithLeastDelay(density: Float64Array): number[] {
  const waiting = delayBetween(density);
  const span = promised.to + promised.longestGap - begin;
  const lastBefore: Int32Array[] = [];
  let least = new Float64Array(span + 1).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  for (let look = 0; look < looksForPromised; look++) {
    const next = new Float64Array(span + 1).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(span + 1);
    // Earlier, the looks that are left could not reach the end; later, no look could have been there in time.
    const earliest = promised.to - begin - promised.longestGap * (looksForPromised - 1 - look);
    const latest = promised.from - begin + promised.longestGap * (look + 1);
    for (let at = Math.max(shortestGap, earliest); at <= Math.min(span, latest); at++) {
      for (let last = earliestLast(at); last <= at - shortestGap; last++) {
        const delay = least[last]! + waiting(last, at);
        if (delay >= next[at]!) continue;
        next[at] = delay;
        before[at] = last;
      }
    }
    least = next;
    lastBefore.push(before);
  }
  let at = promised.to - begin;
  for (let later = at; later <= span; later++) if (least[later]! < least[at]!) at = later;
  const looks: number[] = [];
  for (const before of lastBefore.reverse()) {
    looks.unshift(at + begin);
    at = before[at]!;
  }
  return looks;
}

/** When the look before the one at this second may be at the earliest: any time before what is promised begins. */
function earliestLast(at: number): number {
  const earliest = at - promised.longestGap;
  return earliest <= promised.from - begin ? 0 : earliest;
}

/** What those that end between two looks wait for the second one, added up by their shares. */
function delayBetween(density: Float64Array): (last: number, at: number) => number {
  const shares = new Float64Array(density.length + 1);
  const times = new Float64Array(density.length + 1);
  density.forEach((share, index) => {
    shares[index + 1] = shares[index]! + share;
    times[index + 1] = times[index]! + share * index;
  });
  return (last, at) => at * (shares[at + 1]! - shares[last + 1]!) - (times[at + 1]! - times[last + 1]!);
}
