import { days, later, type Step, signal, sleep } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { Plan } from '../../shared/deployment/contract.ts';
import type { VpnGatewayRequest } from '../../shared/deployment/request.ts';
import { announced } from './announcement.ts';
import { noted } from './answer.ts';
import type { Run } from './run.ts';

export interface Decision {
  readonly approved: boolean;
  readonly by: string;
  readonly comment?: string | undefined;
}

export const approvalEvent = 'approval';

/** Waits for somebody's decision where the guardrails or the request want one; nothing has been written by then. */
export function* approved(run: Run, request: VpnGatewayRequest, plan: Plan): Step<void> {
  const { approval } = request;
  const { context, progress, canceled } = run;
  const { reasonsToAsk } = plan;
  if (reasonsToAsk.length === 0) {
    progress.end('approval', 'Skipped', 'Neither the guardrails nor the request ask for one');
    return;
  }
  const decided = signal(context, approvalEvent);
  progress.tell({ awaitingApproval: true });
  yield* noted(run, request, { status: 'AwaitingApproval', cost: plan.estimatedMonthlyCost, reasonsToAsk });
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
    const sentence = `${yes ? 'Approved' : 'Rejected'} by ${by}${comment ? `: ${comment}` : ''}`;
    if (!yes) throw failed('Rejected', `${sentence}. Nothing was written.`);
    return sentence;
  }
}

const planOf = ({
  steps,
  takesAway,
  reasonsToAsk,
  warnings,
  estimatedMinutes,
  estimatedMonthlyCost,
}: Plan) => ({
  steps,
  takesAway,
  reasonsToAsk,
  warnings,
  estimatedMinutes,
  ...(estimatedMonthlyCost !== undefined && { estimatedMonthlyCost }),
});
