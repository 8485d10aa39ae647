import type { TicketReference } from '../deployment/contract.ts';
import type { JiraWorkflow } from '../deployment/tickets/jira-workflow.ts';
import type { ServiceNowStates } from '../deployment/tickets/servicenow-states.ts';
import type { Secrets, Tickets } from '../ports.ts';
import type { Party } from './answers.ts';
import { callbacks } from './callbacks.ts';
import { authorization } from './credential.ts';
import { type HttpsClient, httpsClient } from './https.ts';
import { jiraTickets } from './jira.ts';
import { serviceNowTickets } from './servicenow.ts';
import { type TicketSystemCall, ticketSystem } from './ticket-system.ts';

export interface TicketingOptions {
  readonly secrets: Pick<Secrets, 'read'>;
  /** Lets only one attempt at a time tell an answer to a ticket system. */
  readonly inTurns: (system: Tickets) => Tickets;
  /** `CALLBACK_ALLOWED_HOSTS` and `CALLBACK_KEY_SECRET`. */
  readonly callbacks: { readonly allowedHosts: readonly string[]; readonly keySecret?: string | undefined };
  /** `SERVICENOW_INSTANCE`, `SERVICENOW_CREDENTIAL_SECRET`, `SERVICENOW_STATES`. */
  readonly serviceNow?:
    | { readonly instance: string; readonly credentialSecret: string; readonly states: ServiceNowStates }
    | undefined;
  /** `JIRA_BASE_URL`, `JIRA_CREDENTIAL_SECRET`, `JIRA_WORKFLOW`. */
  readonly jira?:
    | { readonly baseUrl: string; readonly credentialSecret: string; readonly workflow: JiraWorkflow }
    | undefined;
  readonly client?: HttpsClient;
  readonly now?: () => Date;
  readonly log?: (line: string) => void;
}

/**
 * Answers a ticket through its own system when that is configured, and at its `callbackUrl` when it has one; both when
 * it has both. With neither, the answer is only in the deployment, and a line of the log says so.
 */
export function tickets(options: TicketingOptions): Tickets {
  const {
    secrets,
    inTurns,
    client = httpsClient(),
    now = () => new Date(),
    log = (line: string) => console.warn(line),
  } = options;
  const callback = callbacks({ ...options.callbacks, secrets, client, now });
  const calls = systemCalls({ ...options, client, now });
  const systems: Partial<Record<TicketReference['system'], Tickets>> = {
    ...(calls.servicenow && {
      servicenow: inTurns(serviceNowTickets(calls.servicenow, options.serviceNow!.states)),
    }),
    ...(calls.jira && { jira: inTurns(jiraTickets(calls.jira, options.jira!.workflow)) }),
  };

  return {
    async answer(ticket, answer, at) {
      const ways = [systems[ticket.system], ticket.callbackUrl === undefined ? undefined : callback].filter(
        (way) => way !== undefined,
      );
      if (ways.length === 0) {
        log(
          `Ticket ${ticket.id} (${ticket.system}) has no callbackUrl and its system is not configured. So only the deployment ${answer.deploymentId} has the answer ${answer.id} (${answer.status}).`,
        );
        return;
      }
      // Both are tried, even when the first fails. A failure that may pass repeats the whole, which does no harm.
      const outcomes = await Promise.allSettled(ways.map((way) => way.answer(ticket, answer, at)));
      const errors = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
      const transient = errors.find((error) => error?.failure?.transient === true);
      if (errors.length > 0) throw transient ?? errors[0];
    },
  };
}

/** The REST APIs of the configured ticket systems, each with its own credential. */
export function systemCalls(
  options: Omit<TicketingOptions, 'inTurns'>,
): Partial<Record<'servicenow' | 'jira', TicketSystemCall>> {
  const { secrets, client = httpsClient(), now = () => new Date(), serviceNow, jira } = options;
  return {
    ...(serviceNow && {
      servicenow: connect(
        { prefix: 'TicketSystem', label: 'ServiceNow', target: 'SERVICENOW_INSTANCE' },
        serviceNow.instance,
        'SERVICENOW_CREDENTIAL_SECRET',
        serviceNow.credentialSecret,
        `${serviceNow.instance.replace(/\/+$/, '')}/oauth_token.do`,
      ),
    }),
    ...(jira && {
      jira: connect(
        { prefix: 'TicketSystem', label: 'Jira', target: 'JIRA_BASE_URL' },
        jira.baseUrl,
        'JIRA_CREDENTIAL_SECRET',
        jira.credentialSecret,
        'https://auth.atlassian.com/oauth/token',
      ),
    }),
  };

  function connect(party: Party, baseUrl: string, setting: string, secretName: string, tokenUrl: string) {
    const auth = authorization({
      party,
      setting,
      secretName,
      defaultTokenUrl: tokenUrl,
      secrets,
      client,
      now,
    });
    return ticketSystem({ party, baseUrl, credentialSetting: setting, client, authorization: auth });
  }
}
