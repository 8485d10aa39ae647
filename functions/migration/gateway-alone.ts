import { minutes, type Step } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { Plan } from '../../shared/deployment/contract.ts';
import { gatewayWish } from '../../shared/gateway/gateway.ts';
import type { GatewayOrder } from '../deployment/gateway/order.ts';
import { configureP2sRadius } from '../deployment/gateway/point-to-site.ts';
import type { Run } from '../deployment/run.ts';

/** Writes what differs, and only on the gateway. The gateway keeps the secrets that it holds for its RADIUS servers. */
export function* writeGatewayAlone(run: Run, plan: Plan): Step<void> {
  const { progress } = run;
  progress.expectEndIn(minutes(plan.estimatedMinutes));
  yield* progress.runStage('gateway', writeAndReadBack(run, plan));
}

/** Writes the gateway and reads it back. `turn` tells the writes of one run apart. */
export function* writeAndReadBack(run: Run, plan: Plan, turn = 0): Step<string> {
  const order = gatewayOrder(run, plan);
  const done = yield* configureP2sRadius(run, order, turn);
  const differing = yield* run.step.compareGateway(order);
  if (differing.length === 0) return done;
  throw failed(
    'GatewayDiffers',
    `The app read the gateway after the write, and it is not as planned: ${differing.map(({ found }) => found).join('; ')}.`,
    plan.gatewayId,
  );
}

const gatewayOrder = ({ cancelLock }: Run, plan: Plan): GatewayOrder => ({
  gatewayId: plan.gatewayId,
  wish: gatewayWish(plan),
  before: plan.gatewayBefore,
  secrets: {},
  cancelLock,
});
