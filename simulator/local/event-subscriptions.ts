import type { Azure } from '../azure/azure.ts';
import { nextWait } from '../azure/events/delivery-schedule.ts';
import type { JsonObject } from '../azure/wire/messages.ts';
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

/** An event that a function has not taken yet. A killed process delivers it again. */
export interface PendingDelivery {
  readonly functionName: string;
  /** In the schema in which the function gets it. */
  readonly event: JsonObject;
  /** Which try comes next, from 1. */
  readonly attempt: number;
  readonly at: string;
}

/**
 * Delivers the simulated Azure's events to the functions of the host, and again after a while when a function throws.
 * `pending` holds what was not delivered yet, as an earlier process may have left it. Returns a function that ends it.
 */
export function subscribe(
  azure: Azure,
  host: Host,
  pending: Set<PendingDelivery> = new Set(),
  schema: 'eventGrid' | 'cloudEvent' = 'cloudEvent',
): () => void {
  const { clock } = azure;
  const functions = new Set(host.functions.map(({ name }) => name));
  const deliver = async (delivery: PendingDelivery): Promise<void> => {
    const { functionName, event, attempt } = delivery;
    const isTaken = await host.deliver(functionName, event).then(
      () => true,
      () => false,
    );
    pending.delete(delivery);
    const wait = isTaken ? undefined : nextWait(attempt);
    if (wait === undefined) return;
    const at = new Date(clock.now().getTime() + wait * 1000).toISOString();
    plan({ functionName, event, attempt: attempt + 1, at });
  };
  const plan = (delivery: PendingDelivery) => {
    pending.add(delivery);
    const wait = Date.parse(delivery.at) - clock.now().getTime();
    if (wait > 0) clock.after(wait, () => void deliver(delivery));
    else void deliver(delivery);
  };
  const left = [...pending];
  pending.clear();
  for (const delivery of left) if (functions.has(delivery.functionName)) plan(delivery);
  return azure.onEvent((event) => {
    const { operationName } = event.eventGrid.data as { operationName?: string };
    for (const [wanted, functionName] of subscriptions) {
      const concerns = [event.eventType, operationName].some(
        (one) => one?.toLowerCase() === wanted.toLowerCase(),
      );
      if (concerns && functions.has(functionName))
        plan({ functionName, event: event[schema], attempt: 1, at: clock.now().toISOString() });
    }
  });
}
