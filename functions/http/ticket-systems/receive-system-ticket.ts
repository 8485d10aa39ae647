import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import type { Settings } from '../../../shared/config.ts';
import { failed, failureOf, refused, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import { removalTicket } from '../../../shared/deployment/removal/request.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import type { Archive, Secrets, TicketPeople } from '../../../shared/ports.ts';
import type { MappedRequest } from '../../../shared/ticketing/fields.ts';
import { type JiraApproval, ticketFromJira } from '../../../shared/ticketing/jira/webhook.ts';
import { ticketFromServiceNow } from '../../../shared/ticketing/servicenow/webhook.ts';
import { raiseDecision } from '../../decisions/raise-decision.ts';
import { readDeployment } from '../../deployment/instances.ts';
import { newestOfTicket } from '../../records/find.ts';
import type { RemovalNeeds } from '../../removal/facts.ts';
import { jsonOf, parsedBy, textOf } from '../answers.ts';
import { removalOrderOf } from '../removals/remove-gateway.ts';
import { startOrder } from '../start-order.ts';
import { provedBy, type TicketSystemName } from './authenticity.ts';
import { whyNoCorrection } from './correction.ts';
import { whyNotByThem } from './four-eyes.ts';
import { tellRefusal } from './refusal.ts';
import { allowed } from './ticket-checks.ts';

/** `POST /tickets/{system}`: the native webhook of ServiceNow or Jira; the settings map it to a ticket. */
export const receiveSystemTicket = (
  needs: RemovalNeeds,
  settings: Settings,
  secrets: Pick<Secrets, 'read'>,
  people: TicketPeople,
) => {
  const proved = provedBy(settings, secrets);
  return async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const system = http.params.system;
    if (system !== 'servicenow' && system !== 'jira') {
      throw failed('NotFound', `There is no ticket system ${system}. Use servicenow or jira.`, 'system');
    }
    const body = await textOf(http);
    await proved(system, http, body);
    const ticket =
      system === 'servicenow'
        ? ticketFromServiceNow(jsonOf(body), settings.SERVICENOW_FIELDS)
        : ticketFromJira(jsonOf(body), settings.JIRA_FIELDS, settings.JIRA_WORKFLOW);
    switch (ticket.kind) {
      case 'request':
        return begin(system, ticket, http, context);
      case 'approval':
        return decide(needs, settings, ticket, context);
      case 'ignored':
        return ignored(ticket.reason);
    }
  };

  async function begin(
    system: TicketSystemName,
    ticket: MappedRequest,
    http: HttpRequest,
    context: InvocationContext,
  ): Promise<HttpResponseInit> {
    try {
      const order = await orderFor(ticket);
      const reason = ticket.isEdit && (await whyNoCorrection(needs, context, order));
      if (reason) return ignored(reason);
      const requesterIds = await people.identities(system, ticket.requester);
      return await startOrder(needs, http, context, {
        ...order,
        ...(requesterIds.length > 0 && { requesterIds }),
      });
    } catch (error) {
      await tellRefusal(context, system, ticket, failureOf(error));
      throw error;
    }
  }

  /** What the ticket asks for: a gateway, or that it is removed. */
  async function orderFor(ticket: MappedRequest): Promise<Order> {
    if (ticket.input.kind === 'remove')
      return removalOrderOf(needs, allowed(asMapped(ticket, removalTicket), settings));
    const { kind } = ticket.input;
    const request = allowed(asMapped(ticket, vpnGatewayRequest, kind), settings);
    return { request, fingerprint: wishFingerprint(request) };
  }
};

const ignored = (reason: string): HttpResponseInit => ({ status: 200, jsonBody: { ignored: true, reason } });

/** Parses the mapped request. A problem names the field of the ticket system that holds the wrong value. */
function asMapped<T extends z.ZodType>(
  { input, targetInSource }: MappedRequest,
  schema: T,
  wrongKind?: unknown,
): z.output<T> {
  const { kind: _, ...others } = input;
  const unknown = {
    code: 'FieldInvalid',
    message: 'must be deploy or remove, or must be empty',
    target: 'kind',
  };
  try {
    return wrongKind === undefined ? parsedBy(input, schema) : parsedBy(others, schema, [unknown]);
  } catch (error) {
    if (!(error instanceof VpnRadiusError)) throw error;
    const details = (error.failure.details ?? []).map(({ target, ...problem }) => ({
      ...problem,
      ...(target !== undefined && { target: targetInSource(target) }),
    }));
    const sentences = details.map((detail) => `${detail.target}: ${detail.message}`).join('; ');
    throw refused('InvalidRequest', `The ticket is not valid: ${sentences}.`, details);
  }
}

/**
 * Only the issue that asked for a deployment decides on it. Anybody can edit the fields of an issue, and could name
 * somebody else's VNet.
 */
async function decide(
  archive: Archive,
  { AUTH_MODE }: Settings,
  approval: JiraApproval,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const { ticketId, approved, by } = approval;
  const waiting = await newestOfTicket(archive.rows, { system: 'jira', id: ticketId }, context);
  if (waiting?.status !== 'AwaitingApproval') {
    return ignored(`no deployment of ${ticketId} waits for an approval`);
  }
  const comment = `by transition of ${ticketId}`;
  const { input, customStatus } = (await readDeployment(context, waiting.id)) ?? {};
  const why = input && whyNotByThem(approval, input, AUTH_MODE);
  if (why) throw failed('Forbidden', why, ticketId);
  const { planDigest = '' } = customStatus ?? {};
  await raiseDecision(archive.rows, context, waiting.id, { approved, by, comment, planDigest });
  return { status: 202, jsonBody: { id: waiting.id, approved } };
}
