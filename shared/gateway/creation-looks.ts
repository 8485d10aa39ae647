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
const promised = { from: 15 * 60, to: 48 * 60, longestGap: 89 };
const longestGapAfter = 5 * 60;
const shortestGap = 15;
/** How many looks there are on average, in addition to those that the promise needs. */
const furtherLooks = 4.8;

/**
 * When to look at a gateway that is being created, where no event says that it is ready: in milliseconds after the
 * write. `learned` are the creations that the app itself has seen of that SKU and region, in seconds, the newest last.
 *
 * The more creations end at a time, the closer together the looks are around it. Their number follows the square root
 * of the density: for a given number of looks this gives the smallest delay on average.
 */
export function creationLooks(learned: readonly number[]): number[] {
  const density = densityOf(learned);
  const open = openAt(density);
  const mean = open.reduce((sum, share) => sum + share, begin);
  const affordable = Math.max(0, mean - promised.from) / promised.longestGap + furtherLooks;
  // A larger share gives fewer looks. The smallest share within the limit is found by binary search.
  let [small, large] = [0, 100];
  for (let step = 0; step < 40; step++) {
    const middle = (small + large) / 2;
    const cost = looksFor(density, middle).reduce((sum, at) => sum + (open[at - begin] ?? 0), 0);
    if (cost > affordable) small = middle;
    else large = middle;
  }
  return looksFor(density, large).map(seconds);
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

/** Which share of the creations has not ended yet, at each second. */
function openAt(density: Float64Array): Float64Array {
  const open = new Float64Array(density.length);
  let share = 0;
  for (let index = density.length - 1; index >= 0; index--) {
    share += density[index]!;
    open[index] = share;
  }
  return open;
}

function looksFor(density: Float64Array, share: number): number[] {
  const looks: number[] = [];
  let last = begin;
  let sum = 0;
  for (let at = begin; at < end; at++) {
    sum += Math.sqrt(density[at - begin]!);
    const wanted = sum >= share && at - last >= shortestGap;
    if (!wanted && at - Math.max(last, promised.from) < longestGap(last)) continue;
    looks.push(at);
    last = at;
    sum = 0;
  }
  looks.push(end);
  return looks;
}

const longestGap = (last: number) => (last < promised.to ? promised.longestGap : longestGapAfter);
