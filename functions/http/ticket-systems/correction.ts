import type { InvocationContext } from '@azure/functions';
import type { Order } from '../../../shared/deployment/contract.ts';
import { listDeployments, summaryOf } from '../../deployment/instances.ts';

/**
 * Why a ticket that was edited begins nothing; undefined when it does. Records are edited for many reasons, our own notes
 * among them, so an edit counts only while the ticket has no deployment, or one that failed and wanted something else.
 */
export async function whyNoCorrection(
  context: InvocationContext,
  { request: { ticket }, fingerprint }: Order,
): Promise<string | undefined> {
  const earlier = (await listDeployments(context)).find(
    ({ input }) => input.request.ticket.system === ticket.system && input.request.ticket.id === ticket.id,
  );
  if (!earlier) return undefined;
  const { id, status } = summaryOf(earlier);
  if (status !== 'Failed') return `${ticket.id} has its deployment already: ${id} (${status})`;
  return earlier.input.fingerprint === fingerprint
    ? `the deployment of ${ticket.id} failed with the same wish: ${id}`
    : undefined;
}
