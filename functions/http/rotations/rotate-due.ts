import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import * as z from 'zod';
import { opensFor, type RepairWindow, repairWindow } from '../../../shared/compliance/repair-window.ts';
import { scopeEntries, scopeOf } from '../../../shared/compliance/scope.ts';
import { failed, refused } from '../../../shared/core/errors.ts';
import { sha256 } from '../../../shared/core/sha256.ts';
import { beginDue, type DueRotations, forgetDue, readDue } from '../../deployment/due/due-rotations.ts';
import { type DueOrder, dueInstanceId, minutesInWindow } from '../../deployment/due/rotate-due-secrets.ts';
import { type DueNeeds, findDue } from '../../deployment/due/steps.ts';
import { type Instance, isRunning, readInstance, startOnce, timeOfHost } from '../../durable-instances.ts';
import { parsedBy } from '../answers.ts';
import type { Caller } from '../callers.ts';

/** The body of `POST /rotations` for all gateways whose secrets are due. */
export const dueRotation = z.strictObject({
  due: z.literal(true, 'must be true, or left out'),
  scope: scopeEntries.meta({
    description: 'Subscriptions and gateways. Default: every gateway that this app knows.',
  }),
  olderThanDays: z.int('must be a whole number of days').min(1, 'must be at least 1').optional().meta({
    description:
      'How old a secret may be. Default: SECRET_MAX_AGE_DAYS. A secret that expires soon is due at any age.',
  }),
  atOnce: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(10, 'must not be more than 10')
    .default(2),
  window: repairWindow.optional().meta({
    description:
      'Hours in UTC in which rotations may begin, such as Sat,Sun 01:00-05:00. When COMPLIANCE_REPAIR_WINDOW is set, rotations begin only inside both.',
  }),
  preview: z
    .boolean()
    .default(false)
    .meta({ description: 'Only shows which gateways are due. Begins nothing.' }),
});

export const asksForDue = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'due' in body;

export async function rotateDue(
  needs: DueNeeds & { readonly maxAgeDays: number },
  ofSettings: RepairWindow | undefined,
  http: HttpRequest,
  context: InvocationContext,
  body: unknown,
  caller: Caller | undefined,
): Promise<HttpResponseInit> {
  const asked = parsedBy(body, dueRotation);
  const now = await timeOfHost(context);
  const wish = {
    scope: scopeOf(asked),
    olderThanDays: asked.olderThanDays ?? needs.maxAgeDays,
    atOnce: asked.atOnce,
    windows: [ofSettings, asked.window].filter((window) => window !== undefined),
  };
  const begins = opensFor(wish.windows, now, minutesInWindow);
  if (!begins) throw neverOpen();
  if (asked.preview) {
    const due = await findDue(needs, wish, now);
    return { status: 200, jsonBody: { due: due.length, gateways: due, begins: begins.toISOString() } };
  }
  const rotations: DueRotations = {
    ...wish,
    id: `due-${now.toISOString().toLowerCase().replaceAll(/[-:.]/g, '')}-${sha256(context.invocationId).slice(0, 12)}`,
    startedBy: caller ? { name: caller.name, id: caller.id } : { name: 'function key' },
    startedAt: now.toISOString(),
    status: 'Running',
  };
  return acceptedRotations(http, await startRotations(needs, context, rotations));
}

const neverOpen = () => {
  const message = `is never open for ${minutesInWindow} minutes at the same time as COMPLIANCE_REPAIR_WINDOW, so no rotation could begin`;
  return refused('InvalidRequest', `The request is not valid: window: ${message}.`, [
    { code: 'FieldInvalid', message, target: 'window' },
  ]);
};

/** The run that is under way, when it is about the same. When two are asked for at once, one begins. */
async function startRotations(needs: DueNeeds, context: InvocationContext, rotations: DueRotations) {
  const { rows } = needs;
  const running = await runningDue(needs, context);
  if (!running) {
    await beginDue(rows, rotations);
    const order: DueOrder = { id: rotations.id };
    if (await startOnce(getClient(context), 'rotateDueSecrets', dueInstanceId, order))
      return { id: rotations.id, alreadyRunning: false };
    await forgetDue(rows, rotations.id);
  }
  const theirs = running ?? (await runningDue(needs, context));
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
export async function runningDue(
  { rows }: Pick<DueNeeds, 'rows'>,
  context: InvocationContext,
): Promise<DueRotations | undefined> {
  const instance = await readInstance<Instance<DueOrder>>(context, dueInstanceId);
  return instance && isRunning(instance) ? readDue(rows, instance.input.id) : undefined;
}

function acceptedRotations(
  http: HttpRequest,
  run: { readonly id: string; readonly alreadyRunning: boolean },
) {
  const statusUrl = new URL(`/api/rotations/${run.id}`, http.url).href;
  const headers = { Location: statusUrl, 'Retry-After': '60' };
  return { status: 202, headers, jsonBody: { ...run, statusUrl } };
}
