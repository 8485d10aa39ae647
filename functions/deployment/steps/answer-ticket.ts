import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import type { TicketAnswer, TicketReference } from '../../../shared/deployment/contract.ts';
import type { Tickets } from '../../../shared/ports.ts';

export interface AnswerOrder {
  readonly ticket: TicketReference;
  readonly answer: TicketAnswer;
}

/** One attempt to tell the ticket. */
export const answerTicket =
  (tickets: Tickets) =>
  async ({ ticket, answer }: AnswerOrder): Promise<void> =>
    tickets.answer(ticket, answer);

/** Like `answerTicket`, but returns what went wrong instead of failing: nobody waits for a progress note. */
export const noteOnTicket =
  (tickets: Tickets) =>
  async ({ ticket, answer }: AnswerOrder): Promise<Failure | undefined> => {
    try {
      await tickets.answer(ticket, answer);
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  };
