import { minutes, type Step } from '../../../shared/core/durable.ts';
import type { Plan } from '../../../shared/deployment/contract.ts';
import { gatewayWish } from '../../../shared/gateway/gateway.ts';
import { configureP2sRadius } from '../point-to-site.ts';
import type { Run } from '../run.ts';
import type { GatewayOrder } from '../steps/gateway.ts';

/** Writes what differs on the gateway and nothing anywhere else; for its RADIUS servers it keeps the secrets that it holds. */
export function* gatewayWritten(run: Run, plan: Plan): Step<void> {
  const { progress } = run;
  progress.expectEndIn(minutes(plan.estimatedMinutes));
  yield* progress.stage('gateway', writtenAlone(run, plan, 'gateway'));
}

/** `write` tells the writes of one run apart. */
export const writtenAlone = (run: Run, plan: Plan, write: 'gateway' | 'last'): Step<string> =>
  configureP2sRadius(run, gatewayOrder(run, plan), write);

const gatewayOrder = ({ cancelLock }: Run, plan: Plan): GatewayOrder => ({
  gatewayId: plan.gatewayId,
  wish: gatewayWish(plan),
  before: plan.gatewayBefore,
  secrets: {},
  cancelLock,
});
