import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Rows } from '../../../shared/ports.ts';
import { shownRotations } from '../../deployment/due/shown-due.ts';
import { runningDue } from '../../deployment/due/start-due.ts';
import { existingRotations } from './existing-rotations.ts';

const broken = {
  code: 'RotationsBroken',
  message: 'These rotations were stopped before their end. Send them again.',
};

/** `GET /rotations/{id}`: which gateways are done, which failed, and which have not started. */
export const showRotations =
  (rows: Rows) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const rotations = await existingRotations(rows, http);
    const isGoing = rotations.status === 'Running';
    const isBroken = isGoing && (await runningDue(rows, context))?.id !== rotations.id;
    return {
      status: 200,
      ...(isGoing && { headers: { 'Retry-After': '60' } }),
      jsonBody: { ...shownRotations(rotations), ...(isBroken && { status: 'Failed', error: broken }) },
    };
  };
