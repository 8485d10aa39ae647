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

const { now } = Date;
let ahead = 0;
Date.now = () => now() + ahead;

/**
 * How long the credential's library asks no token endpoint after a 429 or a 5xx: a minute of the wall clock, or as it was
 * told.
 */
const noTokens = 61_000;

/** Lets that minute pass, so that the app's next attempt, minutes later in simulated time, asks again. */
export function tokensAskedAgain(): void {
  inWallTime(() => {
    ahead += noTokens;
  }, othersTake);
}

/** Ends after that minute, for whoever sends again at once. */
export const tokensMayBeAsked = () => new Promise<void>((ask) => inWallTime(ask, 2 * othersTake));
