import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import {
  decidedAt,
  newWaiverId,
  type RecordedWaiver,
  waiverRequest,
  waiverState,
  waiverStates,
} from '../../../shared/compliance/waivers/recorded-waiver.ts';
import { failed, type Problem } from '../../../shared/core/errors.ts';
import { shortHash } from '../../../shared/core/resource-id.ts';
import type { Archive, Rows } from '../../../shared/ports.ts';
import { timeOfHost } from '../../durable-instances.ts';
import { findWaivers, keepWaiver, readWaiver, withdraw } from '../../records/waivers.ts';
import { jsonOf, optionalBodyOf, parsedBy, textOf } from '../answers.ts';
import { type Caller, isCaller, isIdentity, saidBy } from '../callers.ts';
import { comment, decider } from '../decisions.ts';
import { filtersOf } from '../filters.ts';

const name = decider('must say who decides');
export const waiverBody = waiverRequest.extend({ by: name.optional() });
const keyWaiver = waiverBody.extend({ by: name });
export const withdrawal = z.strictObject({ by: name.optional(), comment });
const keyWithdrawal = withdrawal.extend({ by: name });
export const waiverFilters = ['state', 'rule', 'target', 'continuation'] as const;

/**
 * `POST /compliance/waivers`: somebody decides to accept a finding until a day. The caller must not be the owner of the
 * waiver.
 */
export const waiveFinding =
  (archive: Archive) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const body = jsonOf(await textOf(http));
    const now = await timeOfHost(context);
    const schema = caller ? waiverBody : keyWaiver;
    const { by, ...asked } = parsedBy(body, schema, problemsWith(body, now, caller));
    if (caller && isCaller(caller, asked.owner)) {
      const message = `${caller.name} is the owner of this waiver; somebody else must decide on it.`;
      throw failed('Forbidden', message, 'owner');
    }
    const made: RecordedWaiver = {
      id: newWaiverId(now, shortHash(context.invocationId)),
      ...asked,
      by: saidBy(caller, by)!,
      byId: caller?.id,
      at: now.toISOString(),
    };
    await keepWaiver(archive, made);
    const location = new URL(`/api/compliance/waivers/${made.id}`, http.url).href;
    return { status: 201, headers: { Location: location }, jsonBody: shownWaiver(made, now) };
  };

/** What depends on the time and the caller; the schema checks the rest. */
function problemsWith(body: unknown, now: Date, caller: Caller | undefined): readonly Problem[] {
  const { until, owner } = (body ?? {}) as { readonly until?: unknown; readonly owner?: unknown };
  const today = now.toISOString().slice(0, 10);
  const isOver = typeof until === 'string' && /^\d{4}-\d\d-\d\d$/.test(until) && until < today;
  const isNobody = caller && typeof owner === 'string' && owner.trim() !== '' && !isIdentity(owner);
  return [
    ...(isOver
      ? [
          {
            code: 'FieldInvalid',
            message: `must not be in the past: today is ${today} (UTC)`,
            target: 'until',
          },
        ]
      : []),
    ...(isNobody
      ? [
          {
            code: 'FieldInvalid',
            message:
              'must be a user principal name, a mail address or an object id. The app needs it because nobody may decide on their own waiver',
            target: 'owner',
          },
        ]
      : []),
  ];
}

/** `POST /compliance/waivers/{id}/withdrawal`: from then on the finding counts again. */
export const withdrawWaiver =
  (archive: Archive) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const body = await optionalBodyOf(http, caller ? withdrawal : keyWithdrawal);
    const id = waiverIdIn(http);
    const now = await timeOfHost(context);
    const found = await withdraw(archive, id, {
      at: now.toISOString(),
      by: saidBy(caller, body.by)!,
      byId: caller?.id,
      comment: body.comment,
    });
    if (!found) throw unknownWaiver(id);
    return { status: 200, jsonBody: shownWaiver(found, now) };
  };

/** `GET /compliance/waivers?…`: newest first, 50 a page. */
export const listWaivers =
  (rows: Rows) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const filters = filtersOf(http, waiverFilters);
    const after = filters.text('continuation');
    if (after !== undefined && !decidedAt(after))
      filters.wrong('continuation', 'must be the continuation that the previous page gave, unchanged');
    const wanted = {
      states: filters.oneOf('state', waiverStates),
      rule: filters.text('rule'),
      target: filters.text('target'),
      after,
    };
    filters.refuseIfWrong();
    const now = await timeOfHost(context);
    return { status: 200, jsonBody: await findWaivers(rows, wanted, now.toISOString()) };
  };

/** `GET /compliance/waivers/{id}` */
export const showWaiver =
  (rows: Rows) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const id = waiverIdIn(http);
    const found = await readWaiver(rows, id);
    if (!found) throw unknownWaiver(id);
    return { status: 200, jsonBody: shownWaiver(found, await timeOfHost(context)) };
  };

const shownWaiver = (made: RecordedWaiver, now: Date) => ({
  ...made,
  state: waiverState(made, now.toISOString()),
});
const unknownWaiver = (id: string) => failed('NotFound', `There is no waiver ${id}.`, id);

function waiverIdIn(http: HttpRequest): string {
  const id = http.params.id ?? '';
  if (decidedAt(id)) return id;
  throw failed(
    'NotFound',
    `There is no waiver ${id}: the id of a waiver looks like waiver-20300101t081530123z-5e6f708192a3.`,
    id,
  );
}
