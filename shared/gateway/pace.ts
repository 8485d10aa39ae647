import { minutes, seconds } from '../core/durable.ts';

const every = (interval: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, index) => from + index * interval);

/**
 * When to look at a gateway, in milliseconds after the write. A new one takes 15 to 48 minutes: it is looked at soon for
 * what fails at once, rarely while it cannot be ready, and as often as Azure allows about the time at which most are.
 */
const creating = [
  seconds(10),
  minutes(1),
  minutes(5),
  minutes(15),
  ...every(minutes(5), minutes(20), minutes(35)),
  minutes(38),
  ...every(seconds(20), minutes(39.5), minutes(48)),
  minutes(48.5),
];

/** An update of point-to-site takes half a minute to three. */
const updating = [seconds(10), ...every(seconds(20), seconds(30), minutes(4)), minutes(5)];

/** The times for a write; none before `retryAfterSeconds`, which Azure asked for. */
export function gatewayPace(created: boolean, retryAfterSeconds: number): number[] {
  const times = (created ? creating : updating).map((time) => Math.max(time, seconds(retryAfterSeconds)));
  return [...new Set(times)];
}
