import { orchestration, type Step } from '../../../shared/core/durable.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import type { Ending, Order, Plan } from '../../../shared/deployment/contract.ts';
import { stageNamesOf } from '../../../shared/deployment/progress/stages.ts';
import type { Brought } from '../../../shared/deployment/wished.ts';
import type { Cancelable } from '../../decisions/cancel-signal.ts';
import { admitted, plannedAgainWhenAdmitted, plannedWhenAdmitted } from '../admission/turn.ts';
import { announced } from '../announcement.ts';
import { answered, noted } from '../answer.ts';
import { type Asking, approvedPlan } from '../approval.ts';
import {
  broughtBy,
  checkedSoon,
  planned,
  provisioned,
  tagsFollowed,
  whatIsPlanned,
} from '../provision-vpn-gateway.ts';
import { endKept, released } from '../record.ts';
import { type Run, runOf } from '../run.ts';
import { addressesMigrated } from './addresses.ts';
import { writeGatewayAlone } from './gateway-alone.ts';
import { oldWayTaken } from './old-way.ts';

/**
 * A planned path from how a gateway is to how it should be. When users have to move, the new way comes beside the old
 * one. The old way goes when a person says that the users have moved. A migration that stopped anywhere can be sent
 * again: it does what is left.
 */
export const migrateVpnGateway = orchestration(function* (
  context,
  { cancelLock, ...order }: Order & Cancelable,
): Step<Ending> {
  const run = runOf(context, { cancelLock }, stageNamesOf(order));
  const { request } = order;
  const { virtualNetworkId } = request;
  const beginsAt = yield* admitted(run, order);
  const asking: Asking = { turn: 0 };
  let ending: Ending = { status: 'Succeeded' };
  let brought: Brought | undefined;
  try {
    yield* noted(run, request, { status: 'Running' });
    const plan = yield* run.progress.stage(
      'plan',
      plannedWhenAdmitted(run, beginsAt, planned(run, order, 1)),
      whatIsPlanned,
    );
    const agreed = yield* approvedPlan(
      run,
      order,
      plan,
      (turn) => plannedAgainWhenAdmitted(run, order, planned(run, order, turn)),
      asking,
    );
    run.progress.found({ gatewayId: agreed.gatewayId, migration: agreed.migration! });
    yield* newWay(run, order, agreed);
    brought = order.rotates ? undefined : broughtBy(agreed);
    if (agreed.migration!.part === 'first') brought = yield* oldWayTaken(run, order, asking, brought!);
    else unusedSkipped(run);
  } catch (error) {
    ending = run.progress.stopped(failureOf(error));
  }
  const furtherTickets = yield* released(run, order, ending);
  yield* announced(run, request, ending);
  const answers = yield* answered(run, request, ending, furtherTickets);
  yield* endKept(run, order, ending, furtherTickets, answers, brought);
  if (run.progress.status.result?.gatewayId) yield* checkedSoon(context, order.migrates!.gatewayId);
  yield* tagsFollowed(context, virtualNetworkId);
  return ending;
});

/** Writes what the path brings: with Azure's own operation, only on the gateway, or like a deployment. */
function* newWay(run: Run, order: Order, plan: Plan): Step<void> {
  if (plan.migration!.path === 'standard-public-ip') yield* addressesMigrated(run, plan);
  else if (plan.servers.length === 0) yield* writeGatewayAlone(run, plan);
  else yield* provisioned(run, plan, order);
}

/** Skips the stages that a path of one change does not need. */
function unusedSkipped({ progress }: Run): void {
  for (const { name, status } of progress.status.stages)
    if (status === 'Pending' && name !== 'answer')
      progress.end(name, 'Skipped', 'This path does not change it');
}
