import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { describeWindow } from '../../../shared/compliance/repair-window.ts';
import { failed } from '../../../shared/core/errors.ts';
import { cancellation } from '../../../shared/deployment/decisions/decision.ts';
import { changeDue, type DueRotations, readDue, rotationCounts } from '../../deployment/due/due-rotations.ts';
import { dueInstanceId, dueStopped } from '../../deployment/due/rotate-due-secrets.ts';
import type { DueNeeds } from '../../deployment/due/steps.ts';
import { optionalBodyOf } from '../answers.ts';
import { type Caller, saidBy } from '../callers.ts';
import { runningDue } from './rotate-due.ts';

type Needs = Pick<DueNeeds, 'rows'>;

/** `GET /rotations/{id}`: which gateways are done, which failed, and which have not started. */
export const showRotations =
  (needs: Needs) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const rotations = await existingRotations(needs, http);
    const isBroken =
      rotations.status === 'Running' && (await runningDue(needs, context))?.id !== rotations.id;
    const broken = {
      code: 'RotationsBroken',
      message: 'These rotations were stopped before their end. Send them again.',
    };
    return {
      status: 200,
      ...(rotations.status === 'Running' && { headers: { 'Retry-After': '60' } }),
      jsonBody: {
        ...shownRotations(rotations),
        ...(isBroken && { status: 'Failed', error: broken }),
      },
    };
  };

/** `POST /rotations/{id}/cancel`: no more rotations begin. Those that run go on to their end. */
export const cancelRotations =
  (needs: Needs) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const { by, comment } = await optionalBodyOf(http, cancellation);
    const { id, status } = await existingRotations(needs, http);
    if (status !== 'Running')
      throw failed('DeploymentEnded', 'These rotations have ended, so they cannot be canceled.', id);
    const who = saidBy(caller, by);
    const why = `Canceled${who ? ` by ${who}` : ''}${comment ? `: ${comment}` : ''}.`;
    await changeDue(needs.rows, id, (kept) => (kept.stopped ? kept : { ...kept, stopped: { why, by: who } }));
    await getClient(context).raiseEvent(dueInstanceId, dueStopped, null);
    return { status: 202, jsonBody: { id } };
  };

async function existingRotations({ rows }: Needs, http: HttpRequest): Promise<DueRotations> {
  const id = http.params.id ?? '';
  const rotations = await readDue(rows, id);
  if (!rotations) throw failed('NotFound', `There are no rotations ${id}.`, id);
  return rotations;
}

function shownRotations(rotations: DueRotations) {
  const { windows, stopped, endedAt, ...told } = rotations;
  return {
    ...told,
    endedAt: endedAt ?? null,
    windows: windows.map(describeWindow),
    counts: rotationCounts(rotations),
    text: inWords(rotations),
    ...(stopped && { stopped }),
  };
}

/** One sentence for a caller who may read no more than this. */
function inWords(rotations: DueRotations): string {
  if (!rotations.gateways) return 'The app is looking for gateways whose secrets are due.';
  const { due, succeeded, failed: broken, skipped, running, notStarted } = rotationCounts(rotations);
  const parts = [
    `${succeeded} of ${due} gateways have a new secret`,
    ...(running > 0 ? [`${running} running`] : []),
    ...(broken > 0 ? [`${broken} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(notStarted > 0 ? [`${notStarted} not started`] : []),
    ...(rotations.left ? [`${rotations.left} more are due and are left for the next run`] : []),
  ];
  return `${parts.join(', ')}.${rotations.stopped ? ` ${rotations.stopped.why}` : ''}`;
}
