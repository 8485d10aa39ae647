import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { decidedAt, waiverStates } from '../../../shared/compliance/waivers/recorded-waiver.ts';
import type { Rows } from '../../../shared/ports.ts';
import { timeOfHost } from '../../durable-instances.ts';
import { findWaivers } from '../../records/waivers.ts';
import { filtersOf } from '../filters.ts';

export const waiverFilters = ['state', 'rule', 'target', 'continuation'] as const;

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
