import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { failed } from '../../../shared/core/errors.ts';
import type { Rows } from '../../../shared/ports.ts';
import { type Instance, isRunning, readInstance, startOnce } from '../../durable-instances.ts';
import { beginDue, type DueRotations, forgetDue, readDue } from './due-rotations.ts';
import { type DueOrder, dueInstanceId } from './rotate-due-secrets.ts';

/** The run that is under way, when it is about the same. When two are asked for at once, one begins. */
export async function startDue(
  rows: Rows,
  context: InvocationContext,
  rotations: DueRotations,
): Promise<{ readonly id: string; readonly alreadyRunning: boolean }> {
  const running = await runningDue(rows, context);
  if (!running) {
    await beginDue(rows, rotations);
    const order: DueOrder = { id: rotations.id };
    if (await startOnce(getClient(context), 'rotateDueSecrets', dueInstanceId, order))
      return { id: rotations.id, alreadyRunning: false };
    await forgetDue(rows, rotations.id);
  }
  const theirs = running ?? (await runningDue(rows, context));
  if (theirs && requestOfRotations(theirs) === requestOfRotations(rotations))
    return { id: theirs.id, alreadyRunning: true };
  throw failed(
    'RotationsInProgress',
    'Other rotations of due secrets are running with a different request. Wait until they have ended, or cancel them (POST /api/rotations/{id}/cancel).',
    theirs?.id,
  );
}

const requestOfRotations = ({ scope, olderThanDays, atOnce, windows }: DueRotations) =>
  JSON.stringify([scope, olderThanDays, atOnce, windows]);

/** The rotations that run now; undefined when there are none. */
export async function runningDue(rows: Rows, context: InvocationContext): Promise<DueRotations | undefined> {
  const instance = await readInstance<Instance<DueOrder>>(context, dueInstanceId);
  return instance && isRunning(instance) ? readDue(rows, instance.input.id) : undefined;
}
