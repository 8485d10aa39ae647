/**
 * Time as the simulator sees it. Only this file may ask the operating system for the time or set its timers:
 * everything else in `simulator/` takes a `Clock`, so that forty minutes pass in milliseconds.
 */
export interface Clock {
  now(): Date;
  /** Calls `action` once `milliseconds` of simulated time have passed; the returned function cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

export interface VirtualClock extends Clock {
  /** Moves to the next thing due and does it; false when nothing is due any more. */
  step(): boolean;
  /** Does everything that falls due within `milliseconds`, in order, and ends that much later. */
  advance(milliseconds: number): void;
  /** When the next thing is due, if anything is. */
  nextDue(): Date | undefined;
}

/** A clock that stands still until it is told to move. Things due at the same instant happen in the order they were asked for. */
export function virtualClock(start: Date): VirtualClock {
  let now = start.getTime();
  let order = 0;
  const due: { at: number; order: number; action: () => void }[] = [];

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
      const later = due.findIndex((other) => other.at > entry.at);
      due.splice(later === -1 ? due.length : later, 0, entry);
      return () => {
        const index = due.indexOf(entry);
        if (index !== -1) due.splice(index, 1);
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

/** A clock that runs by itself, `pace` times as fast as the wall clock (1 = real time). */
export function pacedClock(start: Date, pace: number): Clock {
  const began = performance.now();
  const longest = 2 ** 31 - 1;
  return {
    now: () => new Date(start.getTime() + (performance.now() - began) * pace),
    after(milliseconds, action) {
      let timer: NodeJS.Timeout;
      const wait = (left: number) => {
        timer = setTimeout(() => (left > longest ? wait(left - longest) : action()), Math.min(left, longest));
      };
      wait(Math.max(0, milliseconds) / pace);
      return () => clearTimeout(timer);
    },
  };
}
