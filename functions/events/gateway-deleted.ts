import type { InvocationContext } from '@azure/functions';
import { deletedResource, sentAtOf } from '../../shared/core/resource-event.ts';
import { sameId } from '../../shared/core/resource-id.ts';
import { deployedGateways } from '../records/deployed.ts';
import type { RemovalNeeds } from '../removal/facts.ts';
import { startRemovalOfRest } from '../removal/rest-of-deleted.ts';

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
    const told = { eventId, sentAt: sentAtOf(event) };
    for (const deployed of (await deployedGateways(needs.rows)).values()) {
      const isMeant = gatewayId
        ? sameId(deployed.gatewayId, gatewayId)
        : sameId(deployed.request.virtualNetworkId, networkId ?? '');
      if (isMeant) await startRemovalOfRest(needs, context, deployed, told);
    }
  };
