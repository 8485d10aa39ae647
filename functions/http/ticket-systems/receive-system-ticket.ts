import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failed } from '../../../shared/core/errors.ts';
import { ticketFromJira } from '../../../shared/deployment/tickets/jira-ticket.ts';
import { ticketFromServiceNow } from '../../../shared/deployment/tickets/servicenow-ticket.ts';
import type { Secrets, TicketPeople } from '../../../shared/ports.ts';
import type { RemovalNeeds } from '../../removal/facts.ts';
import { jsonOf, textOf } from '../answers.ts';
import { provedBy } from './authenticity.ts';
import { beginRequest } from './begin-request.ts';
import { decideByIssue } from './decide-by-issue.ts';
import { ignored } from './ignored.ts';

/** `POST /tickets/{system}`: the native webhook of ServiceNow or Jira; the settings map it to a ticket. */
export const receiveSystemTicket = (
  needs: RemovalNeeds,
  settings: Settings,
  secrets: Pick<Secrets, 'read'>,
  people: TicketPeople,
) => {
  const proved = provedBy(settings, secrets);
  const begin = beginRequest(needs, settings, people);
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
        return decideByIssue(needs, settings, ticket, context);
      case 'ignored':
        return ignored(ticket.reason);
    }
  };
};
