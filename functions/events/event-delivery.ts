import { type EntityContext, EntityId } from 'durable-functions';

/** Event Grid's subscription is made for each subscription of Azure: events of one say nothing of another. */
export const deliveryOf = (resourceId: string) =>
  new EntityId('eventDelivery', resourceId.split('/')[2]!.toLowerCase());

/** Keeps when the latest event of a subscription was sent. While events come, nobody has to look often. */
export function eventDelivery(context: EntityContext<string>): void {
  const sentAt = context.df.getInput<string>()!;
  if (sentAt > (context.df.getState(() => '') ?? '')) context.df.setState(sentAt);
}
