import type { EventGridEvent, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { sentAtOf, writtenResource } from '../../shared/core/resource-event.ts';
import { gatewayInstanceId } from '../../shared/deployment/ids.ts';
import { gatewayWrittenEvent } from '../deployment/gateway/provision-gateway.ts';
import { listInstances } from '../durable-instances.ts';
import { deliveryOf } from './event-delivery.ts';

/**
 * Wakes the orchestration that waits for a gateway. When the gateway is not ours, nothing waits, and that is fine. The
 * event of a public IP address wakes nothing: it shows that events come.
 */
export async function gatewayWritten(event: EventGridEvent, context: InvocationContext): Promise<void> {
  const gatewayId = writtenResource(event, 'Microsoft.Network/virtualNetworkGateways');
  const id = gatewayId ?? writtenResource(event, 'Microsoft.Network/publicIPAddresses');
  if (!id) return;
  const client = getClient(context);
  if (gatewayId) {
    const waiting = await listInstances(context, gatewayInstanceId(gatewayId), {
      runtimeStatus: ['Pending', 'Running'],
    });
    for (const { instanceId } of waiting) await client.raiseEvent(instanceId, gatewayWrittenEvent, {});
  }
  const sentAt = sentAtOf(event);
  if (sentAt) await client.signalEntity(deliveryOf(id), 'seen', sentAt);
}
