import { type Outcome, runTogether, type Step } from '../../../shared/core/durable.ts';
import type { Order, Plan } from '../../../shared/deployment/contract.ts';
import { npsDesiredState, npsTestName } from '../../../shared/nps/desired-state.ts';
import type { NpsExtras } from '../../../shared/nps/model.ts';
import type { Cancelable } from '../../decisions/cancel-signal.ts';
import type { Run } from '../run.ts';
import type { NpsOrder, NpsOutcome } from '../steps/nps.ts';
import { newProofKey } from './proof-key.ts';

/**
 * Asks every NPS server what `Set` would change there, before anybody is asked and before anything is written. What
 * cannot be done on NPS is a problem of the plan. The servers are not given the secret, because nobody has approved the
 * plan yet.
 */
export function* testPlanOnNps(run: Run, order: Order, plan: Plan, turn: number): Step<Plan> {
  const { context, progress, step, canceled } = run;
  const proofKey = newProofKey(context);
  const asked = { secretProofKey: proofKey, secretKey: true };
  const branches = npsTestOrders({ id: run.id, cancelLock: run.cancelLock }, plan, asked, turn);
  progress.tell({ branches: branches.map(({ instanceId }) => instanceId) });
  const tests = (yield* runTogether(context, branches)) as readonly Outcome<NpsOutcome>[];
  progress.tell({ branches: [] });
  canceled.throwIfRaised();
  return yield* step.planNpsServers({
    plan,
    request: { approval: order.request.approval },
    tests,
    proofKey,
    isRotation: order.rotates !== undefined,
    isNobodyAsked: order.repairs !== undefined || order.rotates !== undefined,
    now: context.df.currentUtcDateTime.toISOString(),
  });
}

/**
 * One branch for each server. `turn` tells the runs of one deployment apart: the second may begin before the first is
 * removed.
 */
export function npsTestOrders(
  { id: asks, cancelLock }: { readonly id: string } & Cancelable,
  plan: Plan,
  asked: Pick<NpsExtras, 'secretProofKey' | 'secretKey'>,
  turn: number,
) {
  return plan.servers.map(({ host: id, kind, location, secretName }, index) => ({
    orchestration: 'configureNpsServer',
    instanceId: `${asks}-nps-${index + 1}-plan-${turn}`,
    input: {
      operation: 'Test',
      host: { id, kind, location },
      runName: npsTestName(`${asks} ${turn}`),
      desiredState: JSON.stringify(npsDesiredState(plan, { ...plan.npsExtras, ...asked })),
      secret: { name: secretName },
      timeoutMinutes: 15,
      cancelLock,
    } satisfies NpsOrder,
  }));
}
