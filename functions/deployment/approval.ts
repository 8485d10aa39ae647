import { days, later, type Step, signal, sleep } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { Order, Plan } from '../../shared/deployment/contract.ts';
import { announced } from './announcement.ts';
import { noted } from './answer.ts';
import { decisionKept, planKept } from './record.ts';
import type { Run } from './run.ts';

export interface Decision {
  readonly approved: boolean;
  readonly by: string;
  readonly comment?: string | undefined;
}

export const approvalEvent = 'approval';

/** Waits for somebody's decision where the request asks for one; nothing has been written by then. */
export function* approved(run: Run, order: Order, plan: Plan): Step<void> {
  const { request } = order;
  const { approval } = request;
  const { context, progress, canceled } = run;
  if (!approval.required) {
    progress.end('approval', 'Skipped', 'The request asks for none');
    yield* planKept(run, order, plan, false);
    return;
  }
  const decided = signal(context, approvalEvent);
  yield* planKept(run, order, plan, true);
  progress.tell({ awaitingApproval: true });
  yield* noted(run, request, { status: 'AwaitingApproval', cost: plan.estimatedMonthlyCost });
  yield* announced(run, request, {
    status: 'AwaitingApproval',
    plan: planOf(plan),
  });
  yield* progress.stage('approval', decision(), (sentence) => sentence);
  progress.tell({ awaitingApproval: false });

  function* decision(): Step<string> {
    const limit = later(context, days(approval.timeoutDays));
    yield* sleep(context, limit, [decided, canceled]);
    canceled.throwIfRaised();
    if (!decided.raised) {
      throw failed(
        'Rejected',
        `Nobody decided within ${approval.timeoutDays} days, so the request is rejected. Nothing was written.`,
      );
    }
    const { approved: yes, by, comment } = decided.value as Decision;
    yield* decisionKept(run, order, { approved: yes, by, comment });
    const sentence = `${yes ? 'Approved' : 'Rejected'} by ${by}${comment ? `: ${comment}` : ''}`;
    if (!yes) throw failed('Rejected', `${sentence}. Nothing was written.`);
    return sentence;
  }
}

const planOf = ({ steps, warnings, estimatedMinutes, estimatedMonthlyCost }: Plan) => ({
  steps,
  warnings,
  estimatedMinutes,
  ...(estimatedMonthlyCost !== undefined && { estimatedMonthlyCost }),
});
