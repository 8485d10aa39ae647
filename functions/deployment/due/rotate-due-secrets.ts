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

/** What it is given; the rest is in the record of that id, so that whoever starts it by hand begins nothing new. */
export type DueOrder = Pick<DueRotations, 'id'>;

/** One runs at a time, so that no more rotations run at once than somebody wants. */
export const dueInstanceId = 'rotations-due';

/** By which it learns that no others are to be begun; the record says why. */
export const dueStopped = 'rotationsStopped';

/** A rotation of two servers takes about that long: none is begun so shortly before a window closes. */
export const minutesInWindow = 20;

/** After so many looks the history begins anew; where it stands is in the record. */
const mostLooks = 60;

/** All gateways whose secrets are due, a few at a time, only while the windows are open, and no other once one has failed. */
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
    // That they meet was found out when it was ordered.
    const opening = opensFor(windows, now(), minutesInWindow) ?? now();
    const isOpen = opening <= now();
    if (isOpen) for (const gatewayId of next) yield* run.beginDueRotation({ id, gatewayId });
    yield* sleep(context, running > 0 || isOpen ? later(context, minutes(2)) : opening, [stopped]);
    if (stopped.raised) stopped.reset();
  }
  context.df.continueAsNew(order);
  return undefined;
});
