import { getClient } from 'durable-functions';
import { failed } from '../../../shared/core/errors.ts';
import { cancellation } from '../../../shared/deployment/decisions/decision.ts';
import type { Rows } from '../../../shared/ports.ts';
import { changeDue } from '../../deployment/due/due-rotations.ts';
import { dueInstanceId, dueStopped } from '../../deployment/due/rotate-due-secrets.ts';
import { optionalBodyOf } from '../answers.ts';
import { type Handler, saidBy } from '../callers.ts';
import { existingRotations } from './existing-rotations.ts';

/** `POST /rotations/{id}/cancel`: no more rotations begin. Those that run go on to their end. */
export const cancelRotations =
  (rows: Rows): Handler =>
  async (http, context, caller) => {
    const { by, comment } = await optionalBodyOf(http, cancellation);
    const { id, status } = await existingRotations(rows, http);
    if (status !== 'Running')
      throw failed('DeploymentEnded', 'These rotations have ended, so they cannot be canceled.', id);
    const who = saidBy(caller, by);
    const why = `Canceled${who ? ` by ${who}` : ''}${comment ? `: ${comment}` : ''}.`;
    await changeDue(rows, id, (kept) => (kept.stopped ? kept : { ...kept, stopped: { why, by: who } }));
    await getClient(context).raiseEvent(dueInstanceId, dueStopped, null);
    return { status: 202, jsonBody: { id } };
  };
