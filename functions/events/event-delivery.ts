import type { InvocationContext } from '@azure/functions';
import { type EntityContext, EntityId, getClient } from 'durable-functions';

/** Each Azure subscription has its own Event Grid subscription: events of one say nothing about another. */
export const deliveryOf = (resourceId: string) =>
  new EntityId('eventDelivery', resourceId.split('/')[2]!.toLowerCase());

/** Keeps when the latest event of a subscription was sent. While events come, the gateway need not be read often. */
export function eventDelivery(context: EntityContext<string>): void {
  const sentAt = context.df.getInput<string>()!;
  if (sentAt > (context.df.getState(() => '') ?? '')) context.df.setState(sentAt);
}

/**
 * Whether an event of the gateway's subscription has come since then. The event of the gateway's own public IP address
 * is sent a moment before the gateway is written. When this is not known, the answer is no, and the gateway is read
 * more often.
 */
export async function eventsCome(
  context: InvocationContext,
  gatewayId: string,
  since: string,
): Promise<boolean> {
  try {
    const { entityExists, entityState } = await getClient(context).readEntityState<string>(
      deliveryOf(gatewayId),
    );
    return entityExists && entityState !== undefined && entityState >= since;
  } catch {
    return false;
  }
}
