import type { InvocationContext } from '@azure/functions';
import { failureOf } from '../../shared/core/errors.ts';
import { shortHash } from '../../shared/core/resource-id.ts';
import type { TicketAnswer } from '../../shared/deployment/contract.ts';
import { askedAt } from '../../shared/deployment/ids.ts';
import type { AnswerTold, Ticket } from '../../shared/deployment/record/record.ts';
import type { Archive, Tickets } from '../../shared/ports.ts';
import type { AnswerOrder } from '../deployment/steps/answer-ticket.ts';
import { startTelling } from '../deployment/telling/start-telling.ts';
import { readCard } from './cards.ts';
import { remember } from './remember.ts';

export interface FurtherAnswers {
  readonly tickets: readonly Ticket[];
  readonly answer: TicketAnswer;
}

/**
 * Answers tickets that asked for the same. An answer that does not arrive goes to an orchestration of its own, which
 * tries for a day.
 */
export const answerFurtherTickets =
  (tickets: Tickets) =>
  async (
    { tickets: further, answer }: FurtherAnswers,
    context: InvocationContext,
  ): Promise<readonly AnswerTold[]> => {
    const told: AnswerTold[] = [];
    for (let from = 0; from < further.length; from += 8) {
      const some = further.slice(from, from + 8).map(async (ticket): Promise<AnswerTold> => {
        const order = answerFor(ticket, answer);
        if (!order) return { ticket, at: answer.at, outcome: 'nowhere to answer' };
        try {
          await tickets.answer(order.ticket, order.answer);
          return { ticket, at: answer.at, outcome: 'arrived' };
        } catch (error) {
          const failure = failureOf(error);
          if (!failure.transient) return { ticket, at: answer.at, outcome: 'failed', failure };
          return { ...(await handOver(context, ticket, answer)), failure };
        }
      });
      told.push(...(await Promise.all(some)));
    }
    return told;
  };

/** Undefined when there is nowhere to answer. Each ticket has an answer with its own id. */
function answerFor(ticket: Ticket, answer: TicketAnswer): AnswerOrder | undefined {
  if (ticket.system === 'webhook' && ticket.callbackUrl === undefined) return undefined;
  const id = `${answer.id}-${shortHash(`${ticket.system} ${ticket.id} ${ticket.callbackUrl}`)}`;
  return { ticket, answer: { ...answer, id } };
}

/** Hands an answer to the orchestration that goes on trying for a day. */
export async function handOver(
  context: InvocationContext,
  ticket: Ticket,
  answer: TicketAnswer,
): Promise<AnswerTold> {
  const order = answerFor(ticket, answer);
  if (!order) return { ticket, at: answer.at, outcome: 'nowhere to answer' };
  await startTelling(order, context);
  return { ticket, at: answer.at, outcome: 'trying' };
}

export interface AnswerEntry {
  readonly order: AnswerOrder;
  readonly told: AnswerTold;
}

/** Keeps whether an answer arrived that was still being told when the deployment had ended. */
export const recordAnswer =
  (archive: Archive) =>
  async ({ order: { answer }, told }: AnswerEntry): Promise<void> => {
    // A refusal belongs to no deployment.
    const card = askedAt(answer.deploymentId) && (await readCard(archive.rows, answer.deploymentId));
    if (!card || answer.status === 'Refused') return;
    const { order } = card;
    await remember(archive, {
      id: answer.deploymentId,
      order,
      entry: `answered-${answer.id}`,
      at: told.at,
      change: { answers: [told] },
    });
  };
