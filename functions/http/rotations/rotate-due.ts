import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { opensFor, type RepairWindow } from '../../../shared/compliance/repair-window.ts';
import { scopeOf } from '../../../shared/compliance/scope.ts';
import { refused } from '../../../shared/core/errors.ts';
import { dueRotation } from '../../deployment/due/due-request.ts';
import { newDueId } from '../../deployment/due/due-rotations.ts';
import { findDue } from '../../deployment/due/find-due.ts';
import { minutesInWindow } from '../../deployment/due/rotate-due-secrets.ts';
import { startDue } from '../../deployment/due/start-due.ts';
import type { DueNeeds } from '../../deployment/due/steps.ts';
import { timeOfHost } from '../../durable-instances.ts';
import { parsedBy } from '../answers.ts';
import type { Caller } from '../callers.ts';

/** `POST /rotations` with `"due": true`: all gateways whose secrets are due. */
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
  const run = await startDue(needs.rows, context, {
    ...wish,
    id: newDueId(now.toISOString(), context.invocationId),
    startedBy: caller ? { name: caller.name, id: caller.id } : { name: 'function key' },
    startedAt: now.toISOString(),
    status: 'Running',
  });
  const statusUrl = new URL(`/api/rotations/${run.id}`, http.url).href;
  const headers = { Location: statusUrl, 'Retry-After': '60' };
  return { status: 202, headers, jsonBody: { ...run, statusUrl } };
}

const neverOpen = () => {
  const message = `is never open for ${minutesInWindow} minutes at the same time as COMPLIANCE_REPAIR_WINDOW, so no rotation could begin`;
  return refused('InvalidRequest', `The request is not valid: window: ${message}.`, [
    { code: 'FieldInvalid', message, target: 'window' },
  ]);
};
