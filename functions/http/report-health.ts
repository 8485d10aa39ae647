import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Problem } from '../../shared/core/errors.ts';
import { version } from '../../shared/core/version.ts';
import { type HealthNeeds, lookForProblems } from '../health/looks.ts';
import { readUndelivered } from '../health/undelivered.ts';

/**
 * Anyone may ask, so the result is kept for a while: nobody should be able to use up the quota of the app's identity.
 */
const heldFor = 10_000;

/**
 * `GET /health`, for anyone: whether the app can do its work, and what stops it. A missing role is told with the
 * command that assigns it, which holds ids and no secret. Of everything else only the code is told.
 */
export const reportHealth = (needs: HealthNeeds, subscriptionIds: readonly string[]) => {
  let last:
    | { readonly at: number; readonly found: Promise<[readonly Problem[], readonly Problem[]]> }
    | undefined;
  return async (_: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const now = performance.now();
    if (!last || now - last.at > heldFor)
      last = {
        at: now,
        found: Promise.all([lookForProblems(needs, subscriptionIds, context), readUndelivered(context)]),
      };
    const [problems, undelivered] = await last.found;
    const told = { version, ...(undelivered.length > 0 && { undelivered }) };
    return problems.length === 0
      ? { status: 200, jsonBody: { status: 'ok', ...told } }
      : { status: 503, jsonBody: { status: 'unavailable', ...told, problems } };
  };
};

/** `GET /health` of an app whose settings are wrong: then this is its only function. */
export const reportWrongSettings = (problems: readonly Problem[]) => async (): Promise<HttpResponseInit> => ({
  status: 503,
  jsonBody: { status: 'unavailable', version, problems },
});
