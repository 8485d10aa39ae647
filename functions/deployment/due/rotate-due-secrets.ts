import { opensFor } from '../../../shared/compliance/repair-window.ts';
import {
  later,
  minutes,
  orchestration,
  type Step,
  signal,
  sleep,
  steps,
} from '../../../shared/core/durable.ts';
import type { Activities } from '../../steps.ts';
import type { DueRotations } from './due-rotations.ts';

/** The input. The rest is in the record of that id, so somebody who starts it by hand begins nothing new. */
export type DueOrder = Pick<DueRotations, 'id'>;

/** One run at a time, so that no more rotations run at once than its request allows. */
export const dueInstanceId = 'rotations-due';

/** The event that tells this run to begin no more rotations; the record says why. */
export const dueStopped = 'rotationsStopped';

/** A rotation of two servers takes about this long: none begins so shortly before a window closes. */
export const minutesInWindow = 20;

/** After this many looks the history begins anew; the record says how far the run is. */
const mostLooks = 60;

/**
 * Rotates all gateways whose secrets are due: a few at a time, only while the windows are open, and no more after one
 * has failed.
 */
export const rotateDueSecrets = orchestration(function* (
  context,
  order: DueOrder,
): Step<Pick<DueRotations, 'status'> | undefined> {
  const run = steps<Activities>(context);
  const { id } = order;
  const now = () => context.df.currentUtcDateTime;
  const stopped = signal(context, dueStopped);
  yield* run.listDueSecrets({ id, at: now().toISOString() });
  for (let look = 1; look <= mostLooks; look++) {
    const { running, next, windows } = yield* run.followDueRotations({ id });
    if (running === 0 && next.length === 0)
      return yield* run.endDueRotations({ id, at: now().toISOString() });
    // The windows do meet: this was checked when the run was ordered.
    const opening = opensFor(windows, now(), minutesInWindow) ?? now();
    const isOpen = opening <= now();
    if (isOpen) for (const gatewayId of next) yield* run.beginDueRotation({ id, gatewayId });
    yield* sleep(context, running > 0 || isOpen ? later(context, minutes(2)) : opening, [stopped]);
    if (stopped.isRaised) stopped.reset();
  }
  context.df.continueAsNew(order);
  return undefined;
});
