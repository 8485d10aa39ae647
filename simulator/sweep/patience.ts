/**
 * The app gives up on a request that nobody answers after so many seconds of the wall clock. Nobody can sit through thousands
 * of those: here the limits of all requests that are open run out at once when one of them is met by silence. To be imported
 * before the app is loaded.
 */
const shortestLimit = 2500;
const inWallTime = globalThis.setTimeout;

interface Limit {
  readonly timer: NodeJS.Timeout;
  readonly runOut: () => void;
  /** An `AbortSignal` keeps no process alive, and neither do watchdogs of the simulation, which must not run out. */
  readonly ofSignal: boolean;
}
const limits = new Map<unknown, Limit>();

function limited(runOut: () => void, milliseconds: number, ofSignal: boolean): NodeJS.Timeout {
  const timer = inWallTime(() => {
    limits.delete(timer);
    runOut();
  }, milliseconds);
  limits.set(timer, { timer, runOut, ofSignal });
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

/** Never answers, and lets whoever waits know soon. */
export function silence(): Promise<never> {
  inWallTime(() => {
    for (const { timer, runOut, ofSignal } of [...limits.values()]) {
      if (!ofSignal && !timer.hasRef()) continue;
      limits.delete(timer);
      clearTimeout(timer);
      runOut();
    }
  }, othersTake);
  return new Promise(() => {});
}
