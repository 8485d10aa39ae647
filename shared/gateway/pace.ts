import { minutes, seconds } from '../core/durable.ts';

const every = (interval: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, index) => from + index * interval);

/** Where events come, they say when it is ready; a look from time to time finds what an event that was lost would have said. */
export const looksWithEvents = every(minutes(5), minutes(15), minutes(90));

/** An update of point-to-site takes half a minute to three; it may take as long as a creation, and is then looked at every minute. */
export const looksAtUpdate = [seconds(10), ...every(seconds(20), seconds(30), minutes(4)), minutes(5)];

/** No look comes before `retryAfterSeconds`, which Azure asked for, though a timer may fire a second early. */
export function notBefore(retryAfterSeconds: number, looks: readonly number[]): number[] {
  return [...new Set(looks.map((time) => Math.max(time, seconds(retryAfterSeconds + 1))))];
}
