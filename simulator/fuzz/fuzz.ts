import fc from 'fast-check';
import { sha256 } from '../../shared/core/sha256.ts';
import { eventsFor, faultOfEvent } from './events.ts';
import { faultOfRequest, faultOfWhatWasStarted } from './faults.ts';
import { requestsFor } from './requests.ts';
import type { Verdict } from './verdict.ts';
import { type AuthMode, type FuzzedWorld, fuzzedWorld } from './worlds.ts';

export interface Fuzzed {
  /** The route, or the function that gets events. */
  readonly what: string;
  readonly mode: AuthMode;
  readonly runs: number;
  /** How often each status was answered, or an event was accepted. */
  readonly answers: Readonly<Record<string, number>>;
  readonly fault?: string;
  /** The smallest input that shows the fault. */
  readonly input?: unknown;
}

export interface FuzzOptions {
  readonly mode: AuthMode;
  readonly seed: number;
  /** The number of inputs for each route and each function. */
  readonly runs: number;
  /** A part of the name of a route or function. */
  readonly only?: string | undefined;
}

/**
 * Sends requests of all kinds to every route, and events to every function. Reports each route and function when all
 * its inputs are done.
 */
export async function fuzz(options: FuzzOptions, tell: (fuzzed: Fuzzed) => void): Promise<void> {
  const { mode, only = '' } = options;
  const world = await fuzzedWorld(mode);
  const { host } = world.local;
  const isWanted = ({ name }: { readonly name: string }) => name.toLowerCase().includes(only.toLowerCase());
  try {
    for (const route of world.routes.filter(isWanted)) {
      const requests = requestsFor(
        route,
        world.known,
        world.rightBodies[route.path.replace(/^signed-in\//, '')] ?? [],
      );
      tell(
        await fuzzed(world, options, route.name, requests, (sent) =>
          faultOfRequest(world, route.method, sent),
        ),
      );
    }
    for (const fn of host.functions.filter(({ type }) => type === 'eventGridTrigger').filter(isWanted))
      tell(
        await fuzzed(world, options, fn.name, eventsFor(), (event) =>
          faultOfEvent(world.local, fn.name, event),
        ),
      );
    const fault = await faultOfWhatWasStarted(world);
    tell({ what: 'all that was started', mode, runs: 1, answers: {}, ...(fault && { fault }) });
  } finally {
    await world.local.close();
  }
}

async function fuzzed<T>(
  { logged }: FuzzedWorld,
  { mode, seed, runs }: FuzzOptions,
  what: string,
  inputs: fc.Arbitrary<T>,
  judge: (input: T) => Promise<Verdict>,
): Promise<Fuzzed> {
  const answers: Record<string, number> = {};
  const property = fc.asyncProperty(inputs, async (input) => {
    const { answer, fault } = await judge(input);
    answers[answer] = (answers[answer] ?? 0) + 1;
    const [log] = logged.splice(0);
    if (fault ?? log) throw new Error(fault ?? `logged ${log}`);
  });
  // Each has its own seed. Otherwise all would get nearly the same inputs.
  const own = seed + Number.parseInt(sha256(what).slice(0, 6), 16);
  const { numRuns, counterexample, errorInstance } = await fc.check(property, { seed: own, numRuns: runs });
  const input = counterexample?.[0];
  return {
    what,
    mode,
    runs: numRuns,
    answers,
    ...(errorInstance instanceof Error && { fault: errorInstance.message, input }),
  };
}
