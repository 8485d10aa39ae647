import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failed, failureOf, refused, VpnRadiusError } from '../../../shared/core/errors.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { wishFingerprint } from '../../../shared/deployment/wish.ts';
import type { Rows, Secrets } from '../../../shared/ports.ts';
import type { MappedRequest } from '../../../shared/ticketing/fields.ts';
import { type JiraApproval, ticketFromJira } from '../../../shared/ticketing/jira/webhook.ts';
import { ticketFromServiceNow } from '../../../shared/ticketing/servicenow/webhook.ts';
import { raiseDecision } from '../../decisions/raise-decision.ts';
import { listDeployments } from '../../deployment/instances.ts';
import { isRunning } from '../../durable-instances.ts';
import { jsonOf, parsed, textOf } from '../answers.ts';
import { allowed, startRequest } from '../receive-ticket.ts';
import { provedBy, type TicketSystemName } from './authenticity.ts';
import { whyNoCorrection } from './correction.ts';
import { tellRefusal } from './refusal.ts';

/** `POST /tickets/{system}`: the native webhook of ServiceNow or Jira, mapped to a ticket by the settings. */
export const receiveSystemTicket = (settings: Settings, secrets: Pick<Secrets, 'read'>, rows: Rows) => {
  const proved = provedBy(settings, secrets);
  return async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const system = http.params.system;
    if (system !== 'servicenow' && system !== 'jira') {
      throw failed('NotFound', `There is no ticket system ${system}: use servicenow or jira.`, 'system');
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
        return decide(rows, ticket, context);
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
      const request = allowed(requestOf(ticket), settings);
      const reason =
        ticket.isEdit && (await whyNoCorrection(context, { request, fingerprint: wishFingerprint(request) }));
      return reason ? ignored(reason) : await startRequest(http, context, request);
    } catch (error) {
      await tellRefusal(context, system, ticket, failureOf(error));
      throw error;
    }
  }
};

const ignored = (reason: string): HttpResponseInit => ({ status: 200, jsonBody: { ignored: true, reason } });

/** Parses the mapped request; a problem names the field of the ticket system that holds the wrong value. */
function requestOf({ input, targetInSource }: MappedRequest) {
  try {
    return parsed(input, vpnGatewayRequest);
  } catch (error) {
    if (!(error instanceof VpnRadiusError)) throw error;
    const details = (error.failure.details ?? []).map(({ target, ...problem }) => ({
      ...problem,
      ...(target !== undefined && { target: targetInSource(target) }),
    }));
    const sentences = details.map((detail) => `${detail.target}: ${detail.message}`).join('; ');
    throw refused('InvalidRequest', `The ticket is not as it must be: ${sentences}.`, details);
  }
}

/** Only the issue that asked for a deployment decides on it: its fields can be edited, and could name somebody else's VNet. */
async function decide(
  rows: Rows,
  { ticketId, approved, by }: JiraApproval,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const waiting = (await listDeployments(context)).find(({ input, customStatus, ...instance }) => {
    const { system, id } = input.request.ticket;
    return isRunning(instance) && customStatus?.awaitingApproval && system === 'jira' && id === ticketId;
  });
  if (!waiting) {
    return ignored(`no deployment of ${ticketId} waits for an approval`);
  }
  const comment = `by transition of ${ticketId}`;
  const { planDigest = '' } = waiting.customStatus ?? {};
  await raiseDecision(rows, context, waiting.instanceId, { approved, by, comment, planDigest });
  return { status: 202, jsonBody: { id: waiting.instanceId, approved } };
}
