import { days, later, type Signal, type Step, signal, sleep } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { AnyPlan, Order } from '../../shared/deployment/contract.ts';
import { opens } from '../../shared/deployment/decisions/decision-proof.ts';
import { planDifferences } from '../../shared/deployment/plan-statements.ts';
import { shownPlan } from '../../shared/deployment/shown-plan.ts';
import { tellSubscribers } from './announcement.ts';
import { tellTicket } from './answer.ts';
import { putDecisionOnRecord, putPlanOnRecord } from './record.ts';
import type { Run } from './run.ts';
import type { KeptPlan } from './steps/keep-plan.ts';

export interface Decision {
  readonly approved: boolean;
  readonly by: string;
  readonly comment?: string | undefined;
  readonly planDigest: string;
  readonly proof: string;
}

export const approvalEvent = 'approval';

/**
 * How many times a run has asked for an approval, and the signal of the decision: a run that asks twice waits for one
 * and the same signal.
 */
export interface Asking {
  turn: number;
  decided?: Signal;
}

/** The part of a run in which it asks: the beginning, when nothing else is given. */
export interface Occasion {
  readonly stage: 'approval' | 'goAhead';
  /** What becomes of the gateway when nobody approves. */
  readonly leaves: string;
  /** Runs when somebody rejects; says what was done. */
  readonly rejected?: () => Step<string>;
}

const atBeginning: Occasion = { stage: 'approval', leaves: 'Nothing was written.' };

/**
 * The plan that is carried out: the first one when nobody has to approve, otherwise the one that somebody approved.
 * After an approval `planAgain` reads and plans everything again. When the plan is the same, the run goes on. When it
 * differs, the run asks again. Nothing of the plan is written before that.
 */
export function* agreeOnPlan<P extends AnyPlan>(
  run: Run,
  order: Order,
  plan: P,
  planAgain: (turn: number) => Step<P>,
  asking: Asking = { turn: 0 },
  where: Occasion = atBeginning,
): Step<P> {
  const { progress, step, context } = run;
  const { stage } = where;
  const needsApproval = plan.reasonsToAsk.length > 0;
  const keep = (one: AnyPlan, differences: readonly string[] = []) =>
    step.keepPlan({ deploymentId: context.df.instanceId, plan: one, needsApproval, differences });
  const first = yield* keep(plan);
  progress.tell({ planDigest: first.digest });
  asking.turn += 1;
  yield* putPlanOnRecord(run, order, plan, { turn: asking.turn, isWaiting: needsApproval });
  if (!needsApproval) {
    progress.end(stage, 'Skipped', 'Neither the guardrails nor the request require an approval');
    return plan;
  }
  progress.begin(stage);
  asking.decided ??= signal(context, approvalEvent);
  const { decided } = asking;
  let [asked, its, differences]: [AnyPlan, KeptPlan, readonly string[]] = [plan, first, []];
  for (;;) {
    const { turn } = asking;
    const sentence = yield* askForDecision(
      run,
      order,
      { plan: asked, its, differences, turn, where },
      decided,
    );
    const now = yield* planAgain(turn + 1);
    differences = planDifferences(asked, now);
    const again = yield* keep(now, differences);
    if (again.digest === its.digest) {
      progress.end(stage, 'Succeeded', sentence);
      return now;
    }
    [asked, its] = [now, again];
    progress.tell({ planDigest: its.digest });
    asking.turn += 1;
    yield* putPlanOnRecord(run, order, now, { turn: asking.turn, isWaiting: true });
  }
}

interface Asked {
  readonly plan: AnyPlan;
  readonly its: KeptPlan;
  /** What has changed since somebody approved the plan before it. */
  readonly differences: readonly string[];
  readonly turn: number;
  readonly where: Occasion;
}

/** Asks, and waits until somebody decides on this plan; returns what they said. */
function* askForDecision(
  run: Run,
  order: Order,
  { plan, its, differences, turn, where }: Asked,
  decided: Signal,
): Step<string> {
  const { context, progress, canceled } = run;
  const { request } = order;
  const { timeoutDays } = request.approval;
  const limit = later(context, days(timeoutDays));
  progress.tell({ awaitingApproval: true, decideBy: limit.toISOString() });
  yield* tellTicket(run, request, {
    status: 'AwaitingApproval',
    question: { plan, digest: its.digest, differences, decideBy: limit.toISOString(), turn },
    isRemoval: order.removes !== undefined,
  });
  yield* tellSubscribers(run, request, {
    status: 'AwaitingApproval',
    plan: { ...shownPlan(plan, differences) },
    turn,
  });
  const made = yield* waitForProvedDecision();
  progress.tell({ awaitingApproval: false });
  const { approved: yes, by, comment } = made;
  yield* putDecisionOnRecord(run, order, { approved: yes, by, comment, planDigest: its.digest });
  const sentence = `${yes ? 'Approved' : 'Rejected'} by ${by}${comment ? `: ${comment}` : ''}`;
  if (!yes) {
    const left = where.rejected ? yield* where.rejected() : where.leaves;
    throw failed('Rejected', `${sentence}. ${left}`);
  }
  return sentence;

  /** What did not come through our routes, or decides on another plan, is no decision. */
  function* waitForProvedDecision(): Step<Decision> {
    for (;;) {
      yield* sleep(context, limit, [decided, canceled]);
      canceled.throwIfRaised();
      if (!decided.isRaised) {
        const message = `Nobody decided within ${timeoutDays} days, so the request is rejected. ${where.leaves}`;
        throw failed('Rejected', message);
      }
      const value = (decided.value ?? {}) as Partial<Decision>;
      decided.reset();
      const lock = value.approved === true ? its.locks?.approve : its.locks?.reject;
      if (lock !== undefined && opens(value.proof, lock)) return value as Decision;
    }
  }
}
