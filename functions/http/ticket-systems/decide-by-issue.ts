import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failed } from '../../../shared/core/errors.ts';
import type { JiraApproval } from '../../../shared/deployment/tickets/jira-ticket.ts';
import type { Archive } from '../../../shared/ports.ts';
import { raiseDecision } from '../../decisions/raise-decision.ts';
import { readDeployment } from '../../deployment/instances.ts';
import { newestOfTicket } from '../../records/find.ts';
import { whyNotByThem } from './four-eyes.ts';
import { ignored } from './ignored.ts';

/**
 * Only the issue that asked for a deployment decides on it. Anybody can edit the fields of an issue, and could name
 * somebody else's VNet.
 */
export async function decideByIssue(
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
