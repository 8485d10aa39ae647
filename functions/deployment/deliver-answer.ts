import { days, minutes, orchestration, type Retry, type Step, steps } from '../../shared/core/durable.ts';
import type { Activities } from '../steps.ts';
import type { AnswerOrder } from './steps/answer-ticket.ts';

const forADay: Retry = { first: minutes(1), longest: minutes(60), giveUpAfter: days(1) };

/** Goes on trying to answer a ticket whose system could not be reached when the deployment ended. */
export const deliverAnswer = orchestration(function* (context, order: AnswerOrder): Step<void> {
  yield* steps<Activities>(context, forADay).answerTicket(order);
});
