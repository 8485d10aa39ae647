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
/** With this number a creation of 48 minutes costs 60 requests. The promise alone would need only 23 looks. */
const looksForPromised = 30;

/**
 * When to look at a gateway that is being created, where no event says that it is ready: in milliseconds after the
 * write. `learned` are the creations that the app itself has seen of that SKU and region, in seconds, the newest last.
 *
 * Of all series with this number of looks, it is the one with the smallest delay on average.
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
  for (const time of recordedCreations)
    addWeight(density, time, weightOfRecorded / recordedCreations.length / all);
  for (const time of own) addWeight(density, time, 1 / all);
  return density;
}

/** Adds a triangle of this weight around the time. */
function addWeight(density: Float64Array, time: number, weight: number): void {
  const half = time * spread;
  for (let at = Math.ceil(time - half); at < time + half; at++) {
    const index = at - begin;
    if (index >= 0 && index < density.length)
      density[index]! += (weight * (1 - Math.abs(at - time) / half)) / half;
  }
}

/**
 * Adds one look at a time: the smallest delay up to a second with n looks follows from the smallest delays with n - 1
 * looks. The last look is at the end of the promise or later.
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
    // Before `earliest`, the remaining looks could not reach the end. After `latest`, the looks until then could not
    // all be in time.
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

/** The earliest second for the look before this one. It may be any second before the promise begins. */
function earliestLast(at: number): number {
  const earliest = at - promised.longestGap;
  return earliest <= promised.from - begin ? 0 : earliest;
}

/** How long the creations that end between two looks wait for the second look: the sum, weighted by their shares. */
function delayBetween(density: Float64Array): (last: number, at: number) => number {
  const shares = new Float64Array(density.length + 1);
  const times = new Float64Array(density.length + 1);
  density.forEach((share, index) => {
    shares[index + 1] = shares[index]! + share;
    times[index + 1] = times[index]! + share * index;
  });
  return (last, at) => at * (shares[at + 1]! - shares[last + 1]!) - (times[at + 1]! - times[last + 1]!);
}
