import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { deliveryOf } from '../../events/event-delivery.ts';

/**
 * Whether an event of the gateway's subscription has come since then: that of its own public IP address is sent a moment
 * before the gateway is written. Where that cannot be told, the answer is no, and the gateway is looked at more often.
 */
export const eventsCome =
  () =>
  async (
    { gatewayId, since }: { readonly gatewayId: string; readonly since: string },
    context: InvocationContext,
  ): Promise<boolean> => {
    try {
      const { entityExists, entityState } = await getClient(context).readEntityState<string>(
        deliveryOf(gatewayId),
      );
      return entityExists && entityState !== undefined && entityState >= since;
    } catch {
      return false;
    }
  };
