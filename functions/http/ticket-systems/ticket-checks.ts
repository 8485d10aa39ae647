import type { Settings } from '../../../shared/config.ts';
import { type Problem, refused } from '../../../shared/core/errors.ts';
import { callbackProblem } from '../../../shared/deployment/tickets/callback-url.ts';
import type { Caller } from '../callers.ts';

/**
 * An answer comments on the ticket and closes it. So somebody who may post tickets could close any ticket of another
 * system. Therefore tickets of such a system come through their own route, which proves who sent them, or from that
 * system itself when it can sign in.
 */
export function foreignSystem(body: unknown, caller: Caller | undefined): Problem[] {
  const system = (body as { ticket?: { system?: unknown } } | null)?.ticket?.system;
  if ((system !== 'servicenow' && system !== 'jira') || caller?.roles.includes('TicketSystem')) return [];
  const message = `must be webhook: tickets of ${system} come through POST /api/tickets/${system}, signed by that system`;
  return [{ code: 'FieldInvalid', message, target: 'ticket.system' }];
}

/** A ticket that could never be answered is refused now, not in forty minutes. */
export function allowed<T extends { readonly ticket: { readonly callbackUrl?: string | undefined } }>(
  request: T,
  settings: Settings,
): T {
  const { callbackUrl } = request.ticket;
  const problem =
    callbackUrl === undefined ? undefined : callbackProblem(callbackUrl, settings.CALLBACK_ALLOWED_HOSTS);
  if (problem) throw refused('InvalidRequest', `The request is not valid: ${problem.message}`, [problem]);
  return request;
}
