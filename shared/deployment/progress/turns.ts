import { seconds } from '../../core/durable.ts';

/**
 * How fast deployments begin in one subscription, so that many at once keep under what Azure allows an app there:
 *
 * - Resource Manager: a bucket of 250 reads with 25 more a second, of 200 writes with 10 more a second, and the same for
 *   deletions, for each subscription, region and principal (Microsoft Learn, "Understand how Azure Resource Manager
 *   throttles requests");
 * - Microsoft.Network: 1,000 writes and deletions and 10,000 reads in five minutes, for each subscription and region
 *   (the same page, "Network throttling").
 *
 * A deployment costs up to 14 reads in its plan, 3 writes of Microsoft.Network and 2 run commands. So one every two and
 * a half seconds comes to 360 writes in five minutes. Its reads until it ends are some 40, with its share of the checks
 * that follow: two seconds emptied the bucket of reads at 5,000 at once (`npm run bench -- growth 5000`).
 */
const interval = seconds(2.5);
/** A few begin at once. */
const atOnce = 10;

/** When all that have started in a subscription have taken their time. */
export interface Turns {
  readonly until: string;
}

/** The next turn of a subscription, and how many milliseconds it is away. */
export function nextTurn(
  before: Turns | undefined,
  now: string,
): { readonly wait: number; readonly turns: Turns } {
  const at = Date.parse(now);
  // A row that somebody has spoilt counts as none.
  const until = Math.max(at, Date.parse(before?.until ?? now) || at) + interval;
  return {
    wait: Math.max(0, until - at - atOnce * interval),
    turns: { until: new Date(until).toISOString() },
  };
}
