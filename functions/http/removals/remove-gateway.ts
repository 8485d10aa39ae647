import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { removalRequest, removalTicket } from '../../../shared/deployment/removal/request.ts';
import type { RemovalNeeds } from '../../removal/facts.ts';
import { removalOrderOf } from '../../removal/removal-order.ts';
import { jsonOf, parsedBy, textOf } from '../answers.ts';
import type { Caller, Handler } from '../callers.ts';
import { startOrder } from '../start-order.ts';
import { allowed, foreignSystem } from '../ticket-systems/ticket-checks.ts';

/** `POST /removals`: removes what this app made for a gateway, after somebody has approved the plan of it. */
export const removeGateway =
  (needs: RemovalNeeds, settings: Settings): Handler =>
  async (http, context, caller) => {
    const body = jsonOf(await textOf(http));
    const asked = parsedBy(body, removalRequest, foreignSystem(body, caller));
    const ticket = asked.ticket ?? {
      system: 'webhook' as const,
      id: `removal-${context.invocationId}`.slice(0, 128),
    };
    return startRemoval(needs, settings, http, context, { ...asked, ticket }, caller);
  };

/** `POST /tickets` with a ticket of the kind `remove`. */
export async function receiveRemoval(
  needs: RemovalNeeds,
  settings: Settings,
  http: HttpRequest,
  context: InvocationContext,
  body: unknown,
  caller: Caller | undefined,
): Promise<HttpResponseInit> {
  const asked = parsedBy(body, removalTicket, foreignSystem(body, caller));
  return startRemoval(needs, settings, http, context, asked, caller);
}

async function startRemoval(
  needs: RemovalNeeds,
  settings: Settings,
  http: HttpRequest,
  context: InvocationContext,
  asked: Parameters<typeof removalOrderOf>[1],
  caller: Caller | undefined,
): Promise<HttpResponseInit> {
  const { ticket } = allowed(asked, settings);
  const known = caller ? { requestedBy: caller.name, ...ticket } : ticket;
  const order = await removalOrderOf(needs, { ...asked, ticket: known });
  return startOrder(needs, http, context, order, caller);
}
