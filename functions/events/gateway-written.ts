import type { EventGridEvent, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { writtenResource } from '../../shared/core/resource-event.ts';
import { gatewayInstanceId } from '../../shared/deployment/ids.ts';
import { gatewayWrittenEvent } from '../deployment/provision-gateway.ts';
import { listInstances } from '../durable-instances.ts';

/** Wakes the orchestration that waits for a gateway. Nobody waits for a gateway that is not ours, and that is fine. */
export async function gatewayWritten(event: EventGridEvent, context: InvocationContext): Promise<void> {
  const gatewayId = writtenResource(event, 'Microsoft.Network/virtualNetworkGateways');
  if (!gatewayId) return;
  const waiting = await listInstances(context, gatewayInstanceId(gatewayId), {
    runtimeStatus: ['Pending', 'Running'],
  });
  for (const { instanceId } of waiting)
    await getClient(context).raiseEvent(instanceId, gatewayWrittenEvent, {});
}
