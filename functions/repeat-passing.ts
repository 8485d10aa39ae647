import { setTimeout } from 'node:timers/promises';
import { failureOf } from '../shared/core/errors.ts';

/** In milliseconds. Together with the work they stay far below the ten seconds that ticket systems wait for an answer. */
const shortWaits = [100, 1000];

/**
 * Repeats what may come twice when storage fails for a moment. Triggers use it, because they have no durable timer and
 * not every ticket system sends a refused ticket again. A failure that asks for a longer wait is thrown at once.
 */
export async function repeatPassing<T>(work: () => Promise<T>): Promise<T> {
  for (const wait of shortWaits) {
    try {
      return await work();
    } catch (error) {
      const { code, transient, retryAfterSeconds = 0 } = failureOf(error);
      if (!transient || code === 'StartFailed' || retryAfterSeconds * 1000 > wait) throw error;
      await setTimeout(wait);
    }
  }
  return work();
}
