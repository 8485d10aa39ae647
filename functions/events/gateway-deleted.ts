import type { InvocationContext } from '@azure/functions';
import { failed } from '../../shared/core/errors.ts';
import { deletedResource, sentAtOf } from '../../shared/core/resource-event.ts';
import { sameId } from '../../shared/core/resource-id.ts';
import { removalOrder } from '../../shared/deployment/removal/request.ts';
import { startDeployment } from '../deployment/start.ts';
import { deployedGateways } from '../records/deployed.ts';
import { readLock } from '../records/lock.ts';
import type { RemovalNeeds } from '../removal/facts.ts';

/** A person may be away for weeks. */
const timeoutDays = 30;

/**
 * Somebody deleted a gateway of the app, or its VNet. What is left on NPS and in Key Vault is planned for removal, and
 * the plan waits for an approval. An event never deletes anything. Azure itself is asked whether the gateway is gone.
 */
export const gatewayDeleted =
  (needs: RemovalNeeds) =>
  async (event: unknown, context: InvocationContext): Promise<void> => {
    const gatewayId = deletedResource(event, 'Microsoft.Network/virtualNetworkGateways');
    const networkId = deletedResource(event, 'Microsoft.Network/virtualNetworks');
    if (!gatewayId && !networkId) return;
    const { id: eventId } = event as { readonly id?: string };
    for (const deployed of (await deployedGateways(needs.rows)).values()) {
      const { virtualNetworkId } = deployed.request;
      const isMeant = gatewayId
        ? sameId(deployed.gatewayId, gatewayId)
        : sameId(virtualNetworkId, networkId ?? '');
      if (!isMeant || (await needs.gateways.read(deployed.gatewayId))) continue;
      const last = (await readLock(needs.rows, virtualNetworkId))?.value;
      // A removal that runs, or that ended since then: its own deletions come as events too, and a decision on it is
      // final.
      if (last?.order.removes && (!last.ended || isAfter(last.ended.at, event))) continue;
      const ticket = { system: 'webhook' as const, id: `event-${eventId}`.slice(0, 128) };
      const removal = { gatewayId: deployed.gatewayId, isGone: true };
      const order = removalOrder(removal, virtualNetworkId, { ticket, timeoutDays });
      const { isNew, isSameWish, id } = await startDeployment(needs, context, order);
      if (!isNew && !isSameWish)
        // Event Grid delivers the event again until that one has ended.
        throw failed(
          'DeploymentInProgress',
          'A deployment of this VNet is running, but its gateway no longer exists.',
          id,
        );
    }
  };

function isAfter(at: string, event: unknown): boolean {
  const sentAt = sentAtOf(event);
  return sentAt === undefined || at >= sentAt;
}
