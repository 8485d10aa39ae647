/** Moves a virtual clock only while nothing is running, and notices work that never ends. */
import { afterWallTime, type Clock, isVirtual } from '../clock.ts';

export interface Busy {
  /** Counts `work` as running until it settles. */
  track<T>(what: string, work: Promise<T>): Promise<T>;
  /** Must be called when anything that `isIdle` looks at has changed. */
  changed(): void;
  /** Makes every wait, now and later, reject with this error. */
  fail(error: Error): void;
  running(): string[];
  /**
   * Resolves when nothing is running. Rejects, with the names of what is running, when nothing ends for `stallSeconds`
   * of wall time.
   */
  settled(): Promise<void>;
  runUntil(condition: () => boolean | Promise<boolean>, limitMinutes: number): Promise<void>;
  /** Lets everything happen that is due within the given simulated time. */
  runFor(minutes: number): Promise<void>;
}

export interface BusySource {
  isIdle(): boolean;
  running(): string[];
}

/**
 * `own` reports each change by `changed`. `others` do not report changes, so they are asked again and again. More of
 * them may be added while it runs.
 */
export function busy(clock: Clock, own: BusySource, others: BusySource[], stallSeconds: number): Busy {
  const tracked = new Map<symbol, string>();
  let notify: (() => void)[] = [];
  let progress = 0;
  let failure: Error | undefined;

  const isIdle = () => tracked.size === 0 && own.isIdle() && others.every((source) => source.isIdle());
  const running = () => [
    ...tracked.values(),
    ...own.running(),
    ...others.flatMap((source) => source.running()),
  ];
  const changed = () => {
    progress++;
    const waiting = notify;
    notify = [];
    for (const resolve of waiting) resolve();
  };
  const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

  const settled = async () => {
    let isStalled = false;
    let cancel = () => {};
    const watch = () => {
      const before = progress;
      cancel = afterWallTime(stallSeconds * 1000, () => {
        isStalled = progress === before;
        if (isStalled) changed();
        else watch();
      });
    };
    watch();
    try {
      // What has just ended may start the next thing a few turns of the event loop later.
      for (let quiet = 0; quiet < 3; ) {
        if (failure) throw failure;
        if (isStalled)
          throw new Error(`Nothing has ended for ${stallSeconds} s. Still running: ${running().join(', ')}.`);
        if (isIdle()) {
          quiet++;
          await turnOfTheLoop();
        } else {
          quiet = 0;
          if (tracked.size > 0 || !own.isIdle()) await new Promise<void>((resolve) => notify.push(resolve));
          else await turnOfTheLoop();
        }
      }
    } finally {
      cancel();
    }
  };

  /** Does the next action that is due, unless it is later than `until`. */
  const step = async (until: Date): Promise<boolean> => {
    if (isVirtual(clock)) {
      const due = clock.nextDue();
      return due !== undefined && due <= until && clock.step();
    }
    if (clock.now() >= until) return false;
    await new Promise<void>((resolve) => clock.after(1000, resolve));
    return true;
  };

  return {
    changed,
    fail(error) {
      failure = error;
      changed();
    },
    running,
    settled,
    async track(what, work) {
      const key = Symbol(what);
      tracked.set(key, what);
      try {
        return await work;
      } finally {
        tracked.delete(key);
        changed();
      }
    },
    async runUntil(condition, limitMinutes) {
      const limit = new Date(clock.now().getTime() + limitMinutes * 60_000);
      for (;;) {
        await settled();
        if (await condition()) return;
        await settled();
        if (await step(limit)) continue;
        const why =
          isVirtual(clock) && !clock.nextDue()
            ? 'and nothing more is due'
            : `within ${limitMinutes} simulated minutes`;
        throw new Error(
          `The awaited condition has not become true, ${why} (simulated time ${clock.now().toISOString()}).`,
        );
      }
    },
    async runFor(minutes) {
      const until = new Date(clock.now().getTime() + minutes * 60_000);
      do await settled();
      while (await step(until));
      if (isVirtual(clock)) clock.advance(Math.max(0, until.getTime() - clock.now().getTime()));
      await settled();
    },
  };
}
