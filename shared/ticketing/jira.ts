import { failed, VpnRadiusError } from '../core/errors.ts';
import type { JiraWorkflow } from '../deployment/tickets/jira-workflow.ts';
import type { Tickets } from '../ports.ts';
import { markerOf, noteOf } from './note.ts';
import type { TicketSystemCall } from './ticket-system.ts';

interface Transition {
  readonly id: string;
  readonly name: string;
  readonly to?: { readonly name?: string };
}

interface Comment {
  readonly author?: { readonly accountId?: string };
  readonly body?: unknown;
}

/**
 * Answers with a comment and, when the workflow names one for the answer's status, a transition. A repeated attempt
 * looks for its comment among the hundred newest, by the answer's id and with its own account as the author (a comment
 * of somebody else does not prove that the answer arrived). It then does only what is left. When Jira does not offer or
 * refuses a transition, a comment says so: the answer itself has arrived.
 */
export function jiraTickets(call: TicketSystemCall, workflow: JiraWorkflow): Tickets {
  return {
    async answer(ticket, answer) {
      if (!/^[a-z][a-z0-9_]*-\d+$/i.test(ticket.id)) {
        throw failed(
          'TicketIdUnknown',
          `${ticket.id} is not the key of a Jira issue, such as VPN-12.`,
          'ticket.id',
        );
      }
      const issue = `/rest/api/3/issue/${ticket.id}`;
      const get = <T>(path: string) => call(ticket.id, 'GET', `${issue}${path}`) as Promise<T>;
      const comment = (paragraphs: readonly string[]) =>
        call(ticket.id, 'POST', `${issue}/comment`, commentOf(paragraphs, workflow.internalComments));

      const { comments = [] } = await get<{ comments?: Comment[] }>(
        '/comment?orderBy=-created&maxResults=100',
      );
      const isTold = async (marker: string) => {
        const alike = comments.filter(({ body }) =>
          JSON.stringify(body ?? '').includes(JSON.stringify(marker).slice(1, -1)),
        );
        if (alike.length === 0) return false;
        const own = await ownAccount(call, ticket.id);
        return alike.some(({ author }) => own !== undefined && author?.accountId === own);
      };
      const wanted = workflow.transitions[answer.status] ?? undefined;
      const move = wanted === undefined ? undefined : await moveTo(wanted, get);

      if (!(await isTold(markerOf(answer)))) await comment(noteOf(answer, move?.remark));
      if (move?.transitionId === undefined) return;
      try {
        await call(ticket.id, 'POST', `${issue}/transitions`, { transition: { id: move.transitionId } });
      } catch (error) {
        const isRefusal = error instanceof VpnRadiusError && error.code === 'TicketAnswerRejected';
        if (!isRefusal || error.failure.transient) throw error;
        const marker = `(answer ${answer.id}: not moved)`;
        if (await isTold(marker)) return;
        await comment([
          `The issue could not be moved by "${wanted}". Please move it by hand. ${error.message}
${marker}`,
        ]);
      }
    },
  };
}

/** Undefined when the credential may not ask: then a comment may appear twice, but none is left out. */
async function ownAccount(call: TicketSystemCall, ticketId: string): Promise<string | undefined> {
  try {
    const { accountId } = (await call(ticketId, 'GET', '/rest/api/3/myself')) as { accountId?: string };
    return accountId;
  } catch (error) {
    if (error instanceof VpnRadiusError && !error.failure.transient) return undefined;
    throw error;
  }
}

/** The transition that leads there. None when the issue is there already; a remark when the workflow offers none. */
async function moveTo(
  wanted: string,
  get: <T>(path: string) => Promise<T>,
): Promise<{ transitionId?: string; remark?: string }> {
  const isWanted = (name: string | undefined) => name?.toLowerCase() === wanted.toLowerCase();
  const { transitions = [] } = await get<{ transitions?: Transition[] }>('/transitions');
  const found =
    transitions.find(({ name }) => isWanted(name)) ?? transitions.find(({ to }) => isWanted(to?.name));
  const issue = await get<{ fields?: { status?: { name?: string } } }>('?fields=status');
  const status = issue.fields?.status?.name;
  if (isWanted(status) || (found?.to?.name !== undefined && found.to.name === status)) return {};
  return found
    ? { transitionId: found.id }
    : {
        remark: `Jira offers no transition "${wanted}" from ${status ?? 'here'}. Please move the issue by hand.`,
      };
}

/** A comment, hidden from the customer if that is asked for. */
function commentOf(paragraphs: readonly string[], isInternal: boolean) {
  return {
    body: atlassianDocument(paragraphs),
    // Jira Service Management shows comments to the customer unless this property says otherwise.
    ...(isInternal && { properties: [{ key: 'sd.public.comment', value: { internal: true } }] }),
  };
}

/**
 * Atlassian Document Format: each text is a paragraph, with hard breaks between its lines. Text nodes are never read as
 * markup.
 */
export function atlassianDocument(paragraphs: readonly string[]) {
  const content = paragraphs
    .flatMap((paragraph) => paragraph.split(/\n{2,}/))
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => ({
      type: 'paragraph',
      content: paragraph
        .split('\n')
        .filter((line) => line !== '')
        .flatMap((line, index) => [
          ...(index > 0 ? [{ type: 'hardBreak' }] : []),
          { type: 'text', text: line },
        ]),
    }));
  return { type: 'doc', version: 1, content };
}
