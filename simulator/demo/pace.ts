import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/**
 * Lets people watch a virtual clock: resolves when the wall clock has reached it, at `pace` simulated seconds in one
 * second. What happens does not depend on it.
 */
export function watchable(clock: Clock, pace: number): () => Promise<void> {
  const began = performance.now();
  const start = clock.now().getTime();
  return async () => {
    const ahead = (clock.now().getTime() - start) / pace - (performance.now() - began);
    if (ahead > 1) await setTimeout(ahead);
  };
}
