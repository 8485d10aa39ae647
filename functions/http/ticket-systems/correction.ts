import type { InvocationContext } from '@azure/functions';
import type { Order } from '../../../shared/deployment/contract.ts';
import type { Archive } from '../../../shared/ports.ts';
import { readCard } from '../../records/cards.ts';
import { newestOfTicket } from '../../records/find.ts';

/**
 * Why a ticket that was edited begins nothing; undefined when it begins a deployment. Records are edited for many
 * reasons, and our own notes are edits too. So an edit counts only while the ticket has no deployment, or one that
 * failed and wanted something else.
 */
export async function whyNoCorrection(
  archive: Archive,
  context: InvocationContext,
  { request: { ticket }, fingerprint }: Order,
): Promise<string | undefined> {
  const earlier = await newestOfTicket(archive.rows, ticket, context);
  if (!earlier) return undefined;
  const { id, status } = earlier;
  if (status !== 'Failed') return `${ticket.id} already has a deployment: ${id} (${status})`;
  const asked = await readCard(archive.rows, id);
  return asked?.order.fingerprint === fingerprint
    ? `the deployment of ${ticket.id} failed with the same request: ${id}`
    : undefined;
}
