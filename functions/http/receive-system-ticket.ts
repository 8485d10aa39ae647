import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import type { Settings } from '../../shared/config.ts';
import { failed, refused, VpnRadiusError } from '../../shared/core/errors.ts';
import { vpnGatewayRequest } from '../../shared/deployment/request.ts';
import type { Secrets } from '../../shared/ports.ts';
import type { MappedRequest } from '../../shared/ticketing/fields.ts';
import { type JiraApproval, ticketFromJira } from '../../shared/ticketing/jira/webhook.ts';
import { ticketFromServiceNow } from '../../shared/ticketing/servicenow/webhook.ts';
import { verifyWebhook } from '../../shared/ticketing/signature.ts';
import { approvalEvent } from '../deployment/approval.ts';
import { listDeployments } from '../deployment/instances.ts';
import { isRunning } from '../durable-instances.ts';
import { jsonOf, parsed, textOf } from './answers.ts';
import { isSignedInAs } from './callers.ts';
import { allowed, startRequest } from './receive-ticket.ts';

/** `POST /tickets/{system}`: the native webhook of ServiceNow or Jira, mapped to a ticket by the settings. */
export const receiveSystemTicket =
  (settings: Settings, secrets: Pick<Secrets, 'read'>) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const system = http.params.system;
    if (system !== 'servicenow' && system !== 'jira') {
      throw failed('NotFound', `There is no ticket system ${system}: use servicenow or jira.`, 'system');
    }
    const body = await textOf(http);
    await authentic(http, body, system);
    const ticket =
      system === 'servicenow'
        ? ticketFromServiceNow(jsonOf(body), settings.SERVICENOW_FIELDS)
        : ticketFromJira(jsonOf(body), settings.JIRA_FIELDS, settings.JIRA_WORKFLOW);
    switch (ticket.kind) {
      case 'request':
        return startRequest(http, context, allowed(requestOf(ticket), settings));
      case 'approval':
        return decide(ticket, context);
      case 'ignored':
        return { status: 200, jsonBody: { ignored: true, reason: ticket.reason } };
    }

    async function authentic(request: HttpRequest, text: string, from: 'servicenow' | 'jira'): Promise<void> {
      // No other role counts here: a Requester could otherwise post what looks like an approval.
      if (settings.AUTH_MODE === 'entra' && isSignedInAs('TicketSystem', request.headers)) return;
      const name = from === 'jira' ? settings.JIRA_WEBHOOK_SECRET : settings.SERVICENOW_WEBHOOK_SECRET;
      if (!name) {
        if (settings.AUTH_MODE === 'key') return;
        throw refused(
          'Unauthorized',
          `The webhook is not authentic: nobody can sign it until ${from === 'jira' ? 'JIRA_WEBHOOK_SECRET' : 'SERVICENOW_WEBHOOK_SECRET'} is set, and it came from no caller with the role TicketSystem.`,
          [],
        );
      }
      const secret = await secrets.read(name);
      if (!secret)
        throw failed('WebhookSecretNotFound', `The Key Vault secret ${name} does not exist.`, name);
      const problem = verifyWebhook(request.headers, text, {
        system: from,
        secret: secret.value,
        now: new Date(),
      });
      if (problem)
        throw refused('Unauthorized', `The webhook is not authentic: ${problem.message}`, [problem]);
    }
  };

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
  { ticketId, approved, by }: JiraApproval,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const waiting = (await listDeployments(context)).find(({ input, customStatus, ...instance }) => {
    const { system, id } = input.request.ticket;
    return isRunning(instance) && customStatus?.awaitingApproval && system === 'jira' && id === ticketId;
  });
  if (!waiting) {
    return {
      status: 200,
      jsonBody: { ignored: true, reason: `no deployment of ${ticketId} waits for an approval` },
    };
  }
  const comment = `by transition of ${ticketId}`;
  await getClient(context).raiseEvent(waiting.instanceId, approvalEvent, { approved, by, comment });
  return { status: 202, jsonBody: { id: waiting.instanceId, approved } };
}
