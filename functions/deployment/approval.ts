import { days, later, type Signal, type Step, signal, sleep } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { AnyPlan, Order } from '../../shared/deployment/contract.ts';
import { opens } from '../../shared/deployment/decision-proof.ts';
import { planDifferences } from '../../shared/deployment/plan-statements.ts';
import { shownPlan } from '../../shared/deployment/shown-plan.ts';
import { announced } from './announcement.ts';
import { noted } from './answer.ts';
import { decisionKept, planKept } from './record.ts';
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
 * The plan that is carried out: the first one where nobody has to be asked, else the one that somebody approved. After an
 * approval everything is read and planned again by `planAgain`: the same plan goes on, another one is asked about anew.
 * Nothing has been written by then.
 */
export function* approvedPlan<P extends AnyPlan>(
  run: Run,
  order: Order,
  plan: P,
  planAgain: (turn: number) => Step<P>,
): Step<P> {
  const { progress, step, context } = run;
  const asks = plan.reasonsToAsk.length > 0;
  const kept = (one: AnyPlan, differences: readonly string[] = []) =>
    step.keepPlan({ deploymentId: context.df.instanceId, plan: one, asks, differences });
  const first = yield* kept(plan);
  progress.tell({ planDigest: first.digest });
  yield* planKept(run, order, plan, { turn: 1, waits: asks });
  if (!asks) {
    progress.end('approval', 'Skipped', 'Neither the guardrails nor the request ask for one');
    return plan;
  }
  progress.begin('approval');
  const decided = signal(context, approvalEvent);
  let [asked, its, differences]: [AnyPlan, KeptPlan, readonly string[]] = [plan, first, []];
  for (let turn = 1; ; turn++) {
    const sentence = yield* decidedOn(run, order, { plan: asked, its, differences, turn }, decided);
    const now = yield* planAgain(turn + 1);
    differences = planDifferences(asked, now);
    const again = yield* kept(now, differences);
    if (again.digest === its.digest) {
      progress.end('approval', 'Succeeded', sentence);
      return now;
    }
    [asked, its] = [now, again];
    progress.tell({ planDigest: its.digest });
    yield* planKept(run, order, now, { turn: turn + 1, waits: true });
  }
}

interface Question {
  readonly plan: AnyPlan;
  readonly its: KeptPlan;
  /** Since somebody approved the plan before it. */
  readonly differences: readonly string[];
  readonly turn: number;
}

/** Asks, and waits until somebody has decided on this plan; returns what they said. */
function* decidedOn(
  run: Run,
  order: Order,
  { plan, its, differences, turn }: Question,
  decided: Signal,
): Step<string> {
  const { context, progress, canceled } = run;
  const { request } = order;
  const { timeoutDays } = request.approval;
  const limit = later(context, days(timeoutDays));
  progress.tell({ awaitingApproval: true, decideBy: limit.toISOString() });
  yield* noted(run, request, {
    status: 'AwaitingApproval',
    question: { plan, digest: its.digest, differences, decideBy: limit.toISOString(), turn },
  });
  yield* announced(run, request, {
    status: 'AwaitingApproval',
    plan: { ...shownPlan(plan, differences) },
    turn,
  });
  const made = yield* firstProved();
  progress.tell({ awaitingApproval: false });
  const { approved: yes, by, comment } = made;
  yield* decisionKept(run, order, { approved: yes, by, comment, planDigest: its.digest });
  const sentence = `${yes ? 'Approved' : 'Rejected'} by ${by}${comment ? `: ${comment}` : ''}`;
  if (!yes) throw failed('Rejected', `${sentence}. Nothing was written.`);
  return sentence;

  /** Whatever did not come through our routes, or decides on another plan, is no decision. */
  function* firstProved(): Step<Decision> {
    for (;;) {
      yield* sleep(context, limit, [decided, canceled]);
      canceled.throwIfRaised();
      if (!decided.raised) {
        const message = `Nobody decided within ${timeoutDays} days, so the request is rejected. Nothing was written.`;
        throw failed('Rejected', message);
      }
      const value = (decided.value ?? {}) as Partial<Decision>;
      decided.reset();
      const lock = value.approved === true ? its.locks?.approve : its.locks?.reject;
      if (lock !== undefined && opens(value.proof, lock)) return value as Decision;
    }
  }
}
