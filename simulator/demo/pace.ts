import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/**
 * Lets a virtual clock be watched: resolves once the wall clock has caught up with it at `pace` simulated seconds a second.
 * What happens does not depend on it.
 */
export function watchable(clock: Clock, pace: number): () => Promise<void> {
  const began = performance.now();
  const start = clock.now().getTime();
  return async () => {
    const ahead = (clock.now().getTime() - start) / pace - (performance.now() - began);
    if (ahead > 1) await setTimeout(ahead);
  };
}
