/**
 * Time in the simulator. Only this file may ask the operating system for the time or set its timers. All other files in
 * `simulator/` use a `Clock`, so that forty minutes pass in milliseconds.
 */
export interface Clock {
  now(): Date;
  /** Calls `action` after `milliseconds` of simulated time. The returned function cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

export interface VirtualClock extends Clock {
  /** Moves to the next due action and does it. False when nothing is due any more. */
  step(): boolean;
  /** Does everything that is due within `milliseconds`, in order. Afterwards the clock is that much later. */
  advance(milliseconds: number): void;
  /** When the next action is due, if there is any. */
  nextDue(): Date | undefined;
}

/**
 * A clock that stands still until it is told to move. Actions for the same instant happen in the order in which they
 * were added.
 */
export function virtualClock(start: Date): VirtualClock {
  let now = start.getTime();
  let order = 0;
  const due: { at: number; order: number; action: () => void }[] = [];

  /**
   * `due` is sorted by time, then by order. It is searched by binary search, because thousands of timers may wait at
   * once.
   */
  const firstAfter = (entry: { at: number; order: number }) => {
    let low = 0;
    let high = due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = due[middle]!;
      if (other.at > entry.at || (other.at === entry.at && other.order > entry.order)) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  const next = () => due[0];
  const doNext = () => {
    const entry = due.shift();
    if (!entry) return false;
    now = Math.max(now, entry.at);
    entry.action();
    return true;
  };

  return {
    now: () => new Date(now),
    after(milliseconds, action) {
      const entry = { at: now + Math.max(0, milliseconds), order: order++, action };
      due.splice(firstAfter(entry), 0, entry);
      return () => {
        const index = firstAfter(entry) - 1;
        if (due[index] === entry) due.splice(index, 1);
      };
    },
    step: doNext,
    advance(milliseconds) {
      const end = now + milliseconds;
      for (let entry = next(); entry && entry.at <= end; entry = next()) doNext();
      now = end;
    },
    nextDue: () => {
      const entry = next();
      return entry && new Date(entry.at);
    },
  };
}

/** Whether somebody has to move this clock. False when it runs by itself. */
export function isVirtual(clock: Clock): clock is VirtualClock {
  return 'step' in clock;
}

/** Lets simulated time pass while `work` waits for something real, such as datagrams on their way. */
export async function passTimeDuring<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  let isGoing = true;
  const result = work().finally(() => {
    isGoing = false;
  });
  while (isGoing && isVirtual(clock)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (isGoing) clock.advance(500);
  }
  return result;
}

/** A clock that runs by itself, `pace` times as fast as the wall clock (1 = real time). It is never early. */
export function pacedClock(start: Date, pace: number): Clock {
  const began = performance.now();
  const longest = 2 ** 31 - 1;
  return {
    now: () => new Date(start.getTime() + (performance.now() - began) * pace),
    after(milliseconds, action) {
      let timer: NodeJS.Timeout;
      const deadline = performance.now() + Math.max(0, milliseconds) / pace;
      const wait = () => {
        const left = deadline - performance.now();
        if (left <= 0) action();
        else timer = setTimeout(wait, Math.min(Math.ceil(left), longest));
      };
      timer = setTimeout(wait, Math.min(Math.max(0, deadline - performance.now()), longest));
      return () => clearTimeout(timer);
    },
  };
}

/**
 * Calls `action` after this many milliseconds of the wall clock: for watchdogs over the simulation, never inside it. It
 * does not keep the process alive. The returned function cancels it.
 */
export function afterWallTime(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
