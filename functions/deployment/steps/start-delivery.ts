import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { startOnce } from '../../durable-instances.ts';
import type { AnswerOrder } from './answer-ticket.ts';

/** Starts the orchestration that goes on trying to deliver an answer after its deployment has ended. */
export const startDelivery =
  () =>
  async (order: AnswerOrder, context: InvocationContext): Promise<void> => {
    await startOnce(getClient(context), 'deliverAnswer', `answer-${order.answer.id}`, order);
  };
