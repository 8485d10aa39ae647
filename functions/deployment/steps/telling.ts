import type { InvocationContext } from '@azure/functions';
import { failureOf, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { Progress } from '../../../shared/deployment/contract.ts';
import type { EventTopic, Tickets } from '../../../shared/ports.ts';
import { type Instance, isRunning, readInstance, timeOfHost } from '../../durable-instances.ts';
import type { Message } from '../telling/message.ts';
import type { AnswerOrder } from './answer-ticket.ts';

/**
 * Tries once more. A topic may refuse because a role is missing, and somebody may assign it within the day. So only a
 * message that the topic can never take is given up. A note that is no longer true is not told: it would come after the
 * answer.
 */
export const tellAgain =
  (tickets: Tickets, topic: EventTopic | undefined) =>
  async (message: Message, context: InvocationContext): Promise<'told' | 'outdated'> => {
    if (!('event' in message)) {
      if (await isOutdated(message, context)) return 'outdated';
      await tickets.answer(message.ticket, message.answer, await timeOfHost(context));
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
