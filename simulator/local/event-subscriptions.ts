import type { Azure } from '../azure/azure.ts';
import { nextWait } from '../azure/events/delivery-schedule.ts';
import type { OutgoingEvent } from '../azure/events/resource-events.ts';
import type { Host } from '../host/host.ts';

/** The event subscriptions of `infra/`: which operation, or which event type, is sent to which function. */
const subscriptions: readonly (readonly [string, string])[] = [
  ['Microsoft.Network/virtualNetworks/write', 'vnetCreated'],
  ['Microsoft.Resources/tags/write', 'vnetCreated'],
  ['Microsoft.Network/virtualNetworkGateways/write', 'gatewayWritten'],
  ['Microsoft.Network/publicIPAddresses/write', 'gatewayWritten'],
  ['Microsoft.Network/virtualNetworks/delete', 'gatewayDeleted'],
  ['Microsoft.Network/virtualNetworkGateways/delete', 'gatewayDeleted'],
  ['Microsoft.KeyVault.SecretNearExpiry', 'secretNearExpiry'],
];

/**
 * Delivers the simulated Azure's events to the functions of the host, and again after a while when a function throws.
 * Returns a function that ends it.
 */
export function subscribe(
  azure: Azure,
  host: Host,
  schema: 'eventGrid' | 'cloudEvent' = 'cloudEvent',
): () => void {
  const functions = new Set(host.functions.map(({ name }) => name));
  const deliver = async (name: string, event: OutgoingEvent, attempt: number): Promise<void> => {
    try {
      await host.deliver(name, event[schema]);
    } catch {
      const wait = nextWait(attempt);
      if (wait !== undefined) azure.clock.after(wait * 1000, () => void deliver(name, event, attempt + 1));
    }
  };
  return azure.onEvent((event) => {
    const { operationName } = event.eventGrid.data as { operationName?: string };
    for (const [wanted, name] of subscriptions) {
      const concerns = [event.eventType, operationName].some(
        (one) => one?.toLowerCase() === wanted.toLowerCase(),
      );
      if (concerns && functions.has(name)) void deliver(name, event, 1);
    }
  });
}
