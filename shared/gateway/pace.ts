import { minutes, seconds } from '../core/durable.ts';

const every = (interval: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, index) => from + index * interval);

/**
 * Where events come, an event says when the gateway is ready. A look from time to time replaces an event that was lost.
 */
export const looksWithEvents = every(minutes(5), minutes(15), minutes(90));

/**
 * An update of point-to-site takes half a minute to three minutes. It may take as long as a creation; after four
 * minutes it is looked at every minute.
 */
export const looksAtUpdate = [seconds(10), ...every(seconds(20), seconds(30), minutes(4)), minutes(5)];

/**
 * No look comes before `retryAfterSeconds`, the time that Azure asked for, although a timer may fire a second early.
 */
export function notBefore(retryAfterSeconds: number, looks: readonly number[]): number[] {
  return [...new Set(looks.map((time) => Math.max(time, seconds(retryAfterSeconds + 1))))];
}
