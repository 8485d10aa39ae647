import type { InvocationContext } from '@azure/functions';
import { failed } from '../../shared/core/errors.ts';
import { removalOrder } from '../../shared/deployment/removal/request.ts';
import type { Deployed } from '../../shared/deployment/wished.ts';
import { startDeployment } from '../deployment/start.ts';
import { readLock } from '../records/lock.ts';
import type { RemovalNeeds } from './facts.ts';

/** A person may be away for weeks. */
const timeoutDays = 30;

/** What the event of a deletion says of itself. */
export interface DeletionTold {
  readonly eventId: string | undefined;
  /** ISO 8601 */
  readonly sentAt: string | undefined;
}

/** Starts the removal of what is left of a gateway that somebody deleted, if it is gone and nobody has removed it yet. */
export async function startRemovalOfRest(
  needs: RemovalNeeds,
  context: InvocationContext,
  { gatewayId, request: { virtualNetworkId } }: Pick<Deployed, 'gatewayId' | 'request'>,
  { eventId, sentAt }: DeletionTold,
): Promise<void> {
  if (await needs.gateways.read(gatewayId)) return;
  const last = (await readLock(needs.rows, virtualNetworkId))?.value;
  // A removal that runs, or that ended since then: its own deletions come as events too, and a decision on it is final.
  const endedAt = last?.ended?.at;
  if (last?.order.removes && (!endedAt || !sentAt || endedAt >= sentAt)) return;
  const ticket = { system: 'webhook' as const, id: `event-${eventId}`.slice(0, 128) };
  const order = removalOrder({ gatewayId, isGone: true }, virtualNetworkId, { ticket, timeoutDays });
  const { isNew, isSameWish, id } = await startDeployment(needs, context, order);
  if (!isNew && !isSameWish)
    // Event Grid delivers the event again until that one has ended.
    throw failed(
      'DeploymentInProgress',
      'A deployment of this VNet is running, but its gateway no longer exists.',
      id,
    );
}
