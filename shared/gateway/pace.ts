import { minutes, seconds } from '../core/durable.ts';

const every = (interval: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, index) => from + index * interval);

/**
 * When to look at a gateway that is being created, in milliseconds after the write, where no event says that it is ready.
 * Creations that were recorded by the test suites of Azure's own clients from 2017 to 2026 took 15 to 38 minutes, half of
 * them less than 21, and one write 48: `bench/provisioning-times.ts` has the distribution. The looks lie closest where most
 * of them end, so that one is noticed 30 seconds late on average, and never more than 90, at 15 requests or so.
 */
const creating = [
  minutes(5),
  ...every(seconds(40), minutes(15), minutes(22)),
  ...every(seconds(85), minutes(23), minutes(34.5)),
  ...every(minutes(1), minutes(35.25), minutes(39.25)),
  ...every(seconds(90), minutes(40.75), minutes(49.75)),
  ...every(minutes(5), minutes(55), minutes(90)),
];

/** Where events come, they say when it is ready; a look from time to time finds what an event that was lost would have said. */
const creatingWithEvents = [minutes(5), ...every(minutes(5), minutes(15), minutes(90))];

/** An update of point-to-site takes half a minute to three. */
const updating = [seconds(10), ...every(seconds(20), seconds(30), minutes(4)), minutes(5)];

/**
 * The times for a write; none before `retryAfterSeconds`, which Azure asked for: a timer may fire a second early. An update
 * may take as long as a creation, and is then looked at every minute.
 */
export function gatewayPace(
  write: 'creation' | 'creationWithEvents' | 'update',
  retryAfterSeconds: number,
): number[] {
  const times = { creation: creating, creationWithEvents: creatingWithEvents, update: updating }[write];
  return [...new Set(times.map((time) => Math.max(time, seconds(retryAfterSeconds + 1))))];
}
