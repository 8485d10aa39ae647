import type { InvocationContext } from '@azure/functions';
import { type EntityContext, EntityId, getClient } from 'durable-functions';

/** Event Grid's subscription is made for each subscription of Azure: events of one say nothing of another. */
export const deliveryOf = (resourceId: string) =>
  new EntityId('eventDelivery', resourceId.split('/')[2]!.toLowerCase());

/** Keeps when the latest event of a subscription was sent. While events come, nobody has to look often. */
export function eventDelivery(context: EntityContext<string>): void {
  const sentAt = context.df.getInput<string>()!;
  if (sentAt > (context.df.getState(() => '') ?? '')) context.df.setState(sentAt);
}

/**
 * Whether an event of the gateway's subscription has come since then: that of its own public IP address is sent a moment
 * before the gateway is written. Where that cannot be told, the answer is no, and the gateway is looked at more often.
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
