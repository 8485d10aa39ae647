import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { failureOf, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { OutgoingEvent, Progress } from '../../../shared/deployment/contract.ts';
import type { EventTopic, Tickets } from '../../../shared/ports.ts';
import { type Instance, isRunning, readInstance, startOnce } from '../../durable-instances.ts';
import type { AnswerOrder } from './answer-ticket.ts';

/** What a ticket system or the topic is to be told. */
export type Message = AnswerOrder | { readonly event: OutgoingEvent };

/** The orchestration that goes on telling it: one for each message, so that each is told by one alone. */
export const tellingOf = (message: Message) =>
  'event' in message ? `telling-event-${message.event.id}` : `telling-ticket-${message.answer.id}`;

/** Starts the orchestration that goes on trying to tell a message; one that was told already is not told again. */
export const startTelling =
  () =>
  async (message: Message, context: InvocationContext): Promise<void> => {
    const id = tellingOf(message);
    const before = await readInstance(context, id);
    if (before?.output && 'value' in before.output) return;
    await startOnce(getClient(context), 'keepTelling', id, message);
  };

/**
 * One more attempt. A topic may refuse for want of a role, which somebody assigns within the day: only what it cannot take
 * at all is not tried again. A note that is true no longer is not told: it would come after the answer.
 */
export const tellAgain =
  (tickets: Tickets, topic: EventTopic | undefined) =>
  async (message: Message, context: InvocationContext): Promise<'told' | 'outdated'> => {
    if (!('event' in message)) {
      if (await isOutdated(message, context)) return 'outdated';
      await tickets.answer(message.ticket, message.answer);
      return 'told';
    }
    try {
      await topic?.publish(message.event);
      return 'told';
    } catch (error) {
      const failure = failureOf(error);
      throw new VpnRadiusError({ ...failure, transient: !unacceptable.has(failure.code) }, error);
    }
  };

/** Codes of Event Grid for an event that is wrong in itself (400 and 413). */
const unacceptable = new Set([
  'BadRequest',
  'Http400',
  'Http413',
  'PayloadTooLarge',
  'RequestEntityTooLarge',
]);

async function isOutdated({ answer }: AnswerOrder, context: InvocationContext): Promise<boolean> {
  if (answer.status !== 'Running' && answer.status !== 'AwaitingApproval') return false;
  const deployment = await readInstance<Instance<unknown, Progress>>(context, answer.deploymentId);
  if (!deployment || !isRunning(deployment)) return true;
  return answer.status === 'AwaitingApproval' && !deployment.customStatus?.awaitingApproval;
}
