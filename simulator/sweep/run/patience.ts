import type { Clock } from '../../clock.ts';

/**
 * The app gives up on a request without an answer after some seconds of the wall clock. A sweep has thousands of such
 * requests. So here, when one request gets no answer, the limits of all open requests end at once. Import this module
 * before the app is loaded.
 */
const shortestLimit = 2500;
const inWallTime = globalThis.setTimeout;

interface Limit {
  readonly timer: NodeJS.Timeout;
  readonly runOut: () => void;
  /** An `AbortSignal` keeps no process alive. Watchdogs of the simulation keep none alive either, but must not end. */
  readonly isOfSignal: boolean;
}
const limits = new Map<unknown, Limit>();

function limited(runOut: () => void, milliseconds: number, isOfSignal: boolean): NodeJS.Timeout {
  const timer = inWallTime(() => {
    limits.delete(timer);
    runOut();
  }, milliseconds);
  limits.set(timer, { timer, runOut, isOfSignal });
  return timer;
}

const patient = (callback: (...args: unknown[]) => void, milliseconds?: number, ...args: unknown[]) =>
  milliseconds !== undefined && milliseconds >= shortestLimit
    ? limited(() => callback(...args), milliseconds, false)
    : inWallTime(callback, milliseconds, ...args);
globalThis.setTimeout = Object.defineProperties(
  patient,
  Object.getOwnPropertyDescriptors(inWallTime),
) as typeof setTimeout;

const { clearTimeout } = globalThis;
globalThis.clearTimeout = (timer) => {
  limits.delete(timer);
  clearTimeout(timer);
};

AbortSignal.timeout = (milliseconds) => {
  const controller = new AbortController();
  const runOut = () => controller.abort(new DOMException('The operation timed out.', 'TimeoutError'));
  limited(runOut, milliseconds, true).unref();
  return controller.signal;
};

/** Long enough for every other request that is on its way to be answered. */
const othersTake = 200;

/** Never answers. The limits of the requests that wait end soon. */
export function silence(): Promise<never> {
  inWallTime(() => {
    for (const { timer, runOut, isOfSignal } of [...limits.values()]) {
      if (!isOfSignal && !timer.hasRef()) continue;
      limits.delete(timer);
      clearTimeout(timer);
      runOut();
    }
  }, othersTake);
  return new Promise(() => {});
}

/**
 * How long the credential's library asks no token endpoint after a 429 or a 5xx: a minute of the wall clock, or as it was
 * told.
 */
const noTokens = 61_000;
let simulated: Pick<Clock, 'now'> | undefined;
/** When the token endpoint refused, in simulated time. */
let refusals: number[] = [];
let ahead = 0;

const { now } = Date;
/** A minute after a refusal in simulated time, the wall clock is a minute later too. */
Date.now = () => {
  const time = simulated?.now().getTime() ?? 0;
  const passed = refusals.filter((refusal) => time >= refusal + noTokens);
  if (passed.length > 0) {
    refusals = refusals.filter((refusal) => !passed.includes(refusal));
    ahead += noTokens;
  }
  return now() + ahead;
};

/** The credential's library reads the wall clock. From now on, a minute without tokens passes with this clock. */
export function tokensFollow(clock: Pick<Clock, 'now'>): void {
  simulated = clock;
}

/** Before a flow: what another one of this process was refused says nothing. */
export function forgetRefusals(): void {
  simulated = undefined;
  refusals = [];
}

/** The token endpoint has refused: the library asks it again after a minute. */
export function noTokensForAMinute(): void {
  refusals.push(simulated?.now().getTime() ?? 0);
}
