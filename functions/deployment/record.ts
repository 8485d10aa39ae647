import { correlationIdsOf, days, minutes, type Retry, type Step, steps } from '../../shared/core/durable.ts';
import type { AnyPlan, Ending, Order } from '../../shared/deployment/contract.ts';
import type { AnswerTold, DecisionMade, Ticket } from '../../shared/deployment/record/record.ts';
import type { Brought } from '../../shared/deployment/wished.ts';
import type { Activities } from '../steps.ts';
import type { Run } from './run.ts';

/** The record of a deployment matters more than when the deployment ends: its storage may take a day to come back. */
const patiently: Retry = { first: minutes(1), longest: minutes(30), giveUpAfter: days(1) };

/** Nothing is written in Azure before the record says what is to be written, and whether somebody has to approve it. */
export function* putPlanOnRecord(
  run: Run,
  order: Order,
  plan: AnyPlan,
  { turn, isWaiting }: { readonly turn: number; readonly isWaiting: boolean },
): Step<void> {
  const { context, progress } = run;
  const at = context.df.currentUtcDateTime.toISOString();
  const { planDigest } = progress.status;
  yield* run.step.recordPlan({ id: run.id, order, at, plan, planDigest, turn, isWaiting });
}

export function* putDecisionOnRecord(run: Run, order: Order, decision: Omit<DecisionMade, 'at'>): Step<void> {
  const at = run.context.df.currentUtcDateTime.toISOString();
  yield* steps<Activities>(run.context).recordDecision({ id: run.id, order, decision: { ...decision, at } });
}

/** From here on the deployment changes nothing in Azure. Returns the tickets that asked for the same. */
export function* freeNetwork(run: Run, order: Order, ending: Ending): Step<readonly Ticket[]> {
  const { result } = run.progress.status;
  const at = run.context.df.currentUtcDateTime.toISOString();
  try {
    return yield* steps<Activities>(run.context, patiently).releaseVirtualNetwork({
      id: run.id,
      order,
      at,
      ending,
      result,
    });
  } catch {
    // When this fails, the next one who asks finds that this instance has ended.
    return [];
  }
}

export function* putEndOnRecord(
  run: Run,
  order: Order,
  ending: Ending,
  furtherTickets: readonly Ticket[],
  answers: readonly AnswerTold[],
  brought: Brought | undefined,
): Step<void> {
  const { context, progress } = run;
  const at = context.df.currentUtcDateTime.toISOString();
  try {
    yield* steps<Activities>(context, patiently).recordEnd({
      id: run.id,
      order,
      ending,
      at,
      progress: progress.status,
      furtherTickets,
      answers,
      correlationIds: correlationIdsOf(context),
      ...(brought && { brought }),
    });
  } catch {
    // When this fails, housekeeping finds that the instance has ended and its record has not.
  }
}
