import { opensAt, type RepairWindow } from '../../../shared/compliance/repair-window.ts';
import { minutes, orchestration, type Step, sleep, steps } from '../../../shared/core/durable.ts';
import type { Activities } from '../../steps.ts';

export interface WindowOrder {
  /** What Key Vault said: names and versions, no value. */
  readonly event: unknown;
  readonly window: RepairWindow;
}

/**
 * A rotation drops the users of a gateway. So a rotation that nobody asked for waits for the hours in which the owner
 * accepts that.
 */
export const rotateInWindow = orchestration(function* (context, { event, window }: WindowOrder): Step<void> {
  yield* sleep(context, opensAt(window, context.df.currentUtcDateTime));
  const whileOpen = { first: minutes(1), longest: minutes(10), giveUpAfter: minutes(60) };
  yield* steps<Activities>(context, whileOpen).rotateExpiring({ event });
});
