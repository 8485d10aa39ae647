import type { Settings } from '../../../shared/config.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import type { JiraApproval } from '../../../shared/deployment/tickets/jira-ticket.ts';

type Asked = Pick<Order, 'requesterIds' | 'request'>;

/**
 * Why the person who moved an issue cannot decide by that: nobody decides on what they asked for themselves. As at the
 * API, the app must know who asks and who decides when callers sign in. With only a function key nobody is known.
 */
export function whyNotByThem(
  { ticketId, approved, by, ids }: Pick<JiraApproval, 'ticketId' | 'approved' | 'by' | 'ids'>,
  { requesterIds = [], request }: Asked,
  mode: Settings['AUTH_MODE'],
): string | undefined {
  const isAmong = (names: readonly (string | undefined)[], name: string) =>
    names.some((other) => other?.toLowerCase() === name.toLowerCase());
  const self = `${by} asked for this deployment; somebody else must decide on it.`;
  if (ids.some((id) => isAmong(requesterIds, id))) return self;
  if (mode === 'key' || (ids.length > 0 && requesterIds.length > 0)) return undefined;
  const { requestedBy } = request.ticket;
  if (isAmong([requestedBy], by) || ids.some((id) => isAmong([requestedBy], id))) return self;
  if (!approved || (ids.length > 0 && requestedBy === undefined)) return undefined;
  return `${by} moved ${ticketId}. The app cannot know whether this person asked for this deployment, because Jira must name both by their accounts. The webhook of Jira itself does this; JIRA_FIELDS maps ticket.requestedBy to the field of a user.`;
}
