import type { FindingTicket, FindingTicketsTo } from '../compliance/finding-ticket.ts';
import { failed } from '../core/errors.ts';
import type { FindingTickets } from '../ports.ts';
import type { signedPost } from './callbacks.ts';
import { atlassianDocument } from './jira.ts';
import type { TicketSystemCall } from './ticket-system.ts';

export interface FindingTicketOptions {
  readonly calls: Partial<Record<'servicenow' | 'jira', TicketSystemCall>>;
  readonly post: ReturnType<typeof signedPost>;
}

/** Tickets about findings in the system of the setting. Undefined when the setting names none. */
export function findingTickets(
  to: FindingTicketsTo | null,
  { calls, post }: FindingTicketOptions,
): FindingTickets | undefined {
  switch (to?.system) {
    case 'webhook':
      return webhook(to.url, post);
    case 'servicenow':
      return serviceNow(to, calls.servicenow ?? notConfigured('ServiceNow', 'SERVICENOW_INSTANCE'));
    case 'jira':
      return jira(to, calls.jira ?? notConfigured('Jira', 'JIRA_BASE_URL'));
    default:
      return undefined;
  }
}

/** The receiver gets `{id, event, finding, …}`, and recognises a ticket by the finding's id. `closed` says why. */
function webhook(url: string, post: FindingTicketOptions['post']): FindingTickets {
  const tell = (event: 'opened' | 'closed', { id, ...ticket }: FindingTicket, more = {}) => {
    const message = { id: `${id}-${event}`, event, finding: id, ...ticket, ...more };
    return post(url, message);
  };
  return {
    async open(ticket) {
      await tell('opened', ticket);
      return ticket.id;
    },
    close: (_, ticket, why) => tell('closed', ticket, { why }),
  };
}

/** `correlation_id` holds the finding's id, so that a repeated attempt finds the record of the first one. */
function serviceNow(
  to: Extract<FindingTicketsTo, { system: 'servicenow' }>,
  call: TicketSystemCall,
): FindingTickets {
  const table = `/api/now/table/${to.table}`;
  const shown = 'sysparm_fields=sys_id,number,active,correlation_id';
  const find = async (ticket: FindingTicket) => {
    const query = encodeURIComponent(`correlation_id=${ticket.id}`);
    const answer = await call(ticket.id, 'GET', `${table}?sysparm_query=${query}&${shown}&sysparm_limit=10`);
    // An instance ignores a condition that it considers invalid, and returns other records.
    return records(answer).find((record) => record.correlation_id === ticket.id);
  };
  return {
    async open(ticket) {
      const earlier = await find(ticket);
      if (earlier?.number) return earlier.number;
      const made = await call(ticket.id, 'POST', `${table}?${shown}`, {
        ...to.fields,
        short_description: ticket.title,
        description: ticket.text,
        correlation_id: ticket.id,
        correlation_display: 'vpn-radius',
      });
      const [record] = records(made);
      if (!record?.number)
        throw failed('TicketNotMade', 'ServiceNow answered without the new record.', ticket.id);
      return record.number;
    },
    async close(_, ticket, why) {
      const record = await find(ticket);
      if (!record?.sys_id || record.active === 'false') return;
      await call(ticket.id, 'PATCH', `${table}/${record.sys_id}?${shown}`, {
        ...to.closed,
        close_notes: why,
        work_notes: why,
      });
    },
  };
}

/** A label holds the finding's id, so that a repeated attempt finds the issue of the first one. */
function jira(to: Extract<FindingTicketsTo, { system: 'jira' }>, call: TicketSystemCall): FindingTickets {
  return {
    async open(ticket) {
      const label = `finding-${ticket.id}`;
      const jql = encodeURIComponent(`project = "${to.project}" AND labels = "${label}"`);
      const { issues = [] } = (await call(
        ticket.id,
        'GET',
        `/rest/api/3/search/jql?jql=${jql}&fields=labels&maxResults=1`,
      )) as { issues?: { key: string }[] };
      if (issues[0]) return issues[0].key;
      const { labels = [], ...more } = to.fields as { labels?: string[] };
      const { key } = (await call(ticket.id, 'POST', '/rest/api/3/issue', {
        fields: {
          ...more,
          project: { key: to.project },
          issuetype: { name: to.issueType },
          summary: ticket.title.slice(0, 254),
          description: atlassianDocument(ticket.text.split('\n')),
          labels: [...labels, 'vpn-radius', label],
        },
      })) as { key?: string };
      if (!key) throw failed('TicketNotMade', 'Jira answered without the new issue.', ticket.id);
      return key;
    },
    async close(number, ticket, why) {
      const issue = `/rest/api/3/issue/${number}`;
      const { transitions = [] } = (await call(ticket.id, 'GET', `${issue}/transitions`)) as {
        transitions?: { id: string; name: string; to?: { name?: string } }[];
      };
      const { fields: held } = (await call(ticket.id, 'GET', `${issue}?fields=status`)) as {
        fields?: { status?: { name?: string } };
      };
      const wanted = to.done.toLowerCase();
      const way =
        transitions.find(({ name }) => name.toLowerCase() === wanted) ??
        transitions.find((one) => one.to?.name?.toLowerCase() === wanted);
      const status = held?.status?.name?.toLowerCase();
      const isThere = status !== undefined && [wanted, way?.to?.name?.toLowerCase()].includes(status);
      if (isThere) return;
      const remark = `Jira offers no transition "${to.done}". Please close the issue by hand.`;
      const comment = way ? [why] : [why, remark];
      await call(ticket.id, 'POST', `${issue}/comment`, { body: atlassianDocument(comment) });
      if (way) await call(ticket.id, 'POST', `${issue}/transitions`, { transition: { id: way.id } });
    },
  };
}

interface TableRecord {
  readonly sys_id?: string;
  readonly number?: string;
  readonly active?: string;
  readonly correlation_id?: string;
}

function records(answer: unknown): TableRecord[] {
  const { result } = (answer ?? {}) as { result?: TableRecord | TableRecord[] };
  return result === undefined ? [] : [result].flat();
}

function notConfigured(system: string, setting: string): TicketSystemCall {
  return async () => {
    throw failed(
      'TicketSystemMissing',
      `COMPLIANCE_TICKETS names ${system}, but ${setting} is not set.`,
      setting,
    );
  };
}
