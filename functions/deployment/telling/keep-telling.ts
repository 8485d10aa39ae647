import type { OrchestrationContext } from 'durable-functions';
import { days, minutes, orchestration, type Retry, type Step, steps } from '../../../shared/core/durable.ts';
import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import type { TicketAnswer } from '../../../shared/deployment/contract.ts';
import type { Activities } from '../../steps.ts';
import { branchWaits } from '../progress.ts';
import type { Announcement } from '../steps/publish-event.ts';
import { type Message, tellingOf } from '../steps/telling.ts';

const forADay: Retry = { first: minutes(1), longest: minutes(60), giveUpAfter: days(1) };

/** Goes on trying to tell what could not be told at once, however long the deployment takes or has ended. */
export const keepTelling = orchestration(function* (context, message: Message): Step<'told' | 'outdated'> {
  const run = steps<Activities>(context, forADay, undefined, branchWaits(context));
  try {
    const outcome = yield* run.tellAgain(message);
    if (outcome === 'told') yield* recorded(context, message, 'arrived');
    return outcome;
  } catch (error) {
    yield* recorded(context, message, 'failed', failureOf(error));
    throw error;
  }
});

/** The record says whether the answer of a deployment that has ended arrived. */
function* recorded(
  context: OrchestrationContext,
  message: Message,
  outcome: 'arrived' | 'failed',
  failure?: Failure,
): Step<void> {
  if ('event' in message || !isFinal(message.answer.status)) return;
  const at = context.df.currentUtcDateTime.toISOString();
  const told = { ticket: message.ticket, at, outcome, ...(failure && { failure }) };
  yield* steps<Activities>(context).recordAnswer({ order: message, told });
}

const isFinal = (status: TicketAnswer['status']) =>
  status !== 'Running' && status !== 'AwaitingApproval' && status !== 'Refused';

/** Hands a message to `keepTelling`; returns the id of its instance. What is told never fails what it tells of. */
export function* toldLater(context: OrchestrationContext, message: Message): Step<string> {
  try {
    yield* steps<Activities>(context).startTelling(message);
  } catch {
    // The log has it: an app that cannot start an orchestration for an hour tells nobody anything.
  }
  return tellingOf(message);
}

/** Tells the topic, at once where it can. */
export function* published(context: OrchestrationContext, announcement: Announcement): Step<void> {
  const failure = yield* steps<Activities>(context).publishEvent(announcement);
  if (!failure) return;
  const { stages: _, ...event } = announcement;
  yield* toldLater(context, { event });
}
