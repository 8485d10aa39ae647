import type { OrchestrationContext } from 'durable-functions';
import { days, minutes, orchestration, type Retry, type Step, steps } from '../../../shared/core/durable.ts';
import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import type { EventTold, TicketAnswer } from '../../../shared/deployment/contract.ts';
import type { Activities } from '../../steps.ts';
import { noteBranchWaits } from '../progress.ts';
import type { Announcement } from '../steps/publish-event.ts';
import { type Message, tellingOf } from './message.ts';

const forADay: Retry = { first: minutes(1), longest: minutes(60), giveUpAfter: days(1) };

/** Goes on trying to tell what could not be told at once, while the deployment runs and after it has ended. */
export const keepTelling = orchestration(function* (context, message: Message): Step<'told' | 'outdated'> {
  const run = steps<Activities>(context, forADay, undefined, noteBranchWaits(context));
  try {
    const outcome = yield* run.tellAgain(message);
    if (outcome === 'told') yield* putOutcomeOnRecord(context, message, 'arrived');
    return outcome;
  } catch (error) {
    yield* putOutcomeOnRecord(context, message, 'failed', failureOf(error));
    throw error;
  }
});

/** The record says whether an event, or the answer of a deployment that has ended, arrived. */
function* putOutcomeOnRecord(
  context: OrchestrationContext,
  message: Message,
  outcome: 'arrived' | 'failed',
  failure?: Failure,
): Step<void> {
  const at = context.df.currentUtcDateTime.toISOString();
  if ('event' in message) {
    const { id, type, data } = message.event;
    // A compliance report is about no deployment.
    if (typeof data.deploymentId !== 'string') return;
    const told = { id, type, at, outcome, ...(failure && { failure }) };
    yield* steps<Activities>(context).recordEvent({ deploymentId: data.deploymentId, told });
    return;
  }
  if (!isFinal(message.answer.status)) return;
  const told = { ticket: message.ticket, at, outcome, ...(failure && { failure }) };
  yield* steps<Activities>(context).recordAnswer({ order: message, told });
}

const isFinal = (status: TicketAnswer['status']) =>
  status !== 'Running' && status !== 'AwaitingApproval' && status !== 'Refused';

/**
 * Hands a message to `keepTelling`; returns the id of its instance. A message never fails the work that it is about.
 */
export function* tellLater(context: OrchestrationContext, message: Message): Step<string> {
  try {
    yield* steps<Activities>(context).startTelling(message);
  } catch {
    // The log has it. An app that cannot start an orchestration for an hour can tell nobody anything.
  }
  return tellingOf(message);
}

/** Tells the topic. What the topic does not take at once goes to `keepTelling`, and is returned. */
export function* tellTopic(
  context: OrchestrationContext,
  announcement: Announcement,
): Step<EventTold | undefined> {
  const failure = yield* steps<Activities>(context).publishEvent(announcement);
  if (!failure) return undefined;
  const { stages: _, ...event } = announcement;
  yield* tellLater(context, { event });
  const { id, type } = event;
  const at = context.df.currentUtcDateTime.toISOString();
  return { id, type, at, outcome: 'trying', failure };
}
