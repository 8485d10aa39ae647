import { orchestration, type Step } from '../../../shared/core/durable.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import type { Ending, Order, RemovalPlan } from '../../../shared/deployment/contract.ts';
import { stageNamesOf } from '../../../shared/deployment/progress/stages.ts';
import type { Cancelable } from '../../decisions/cancel-signal.ts';
import { admitted, plannedAgainWhenAdmitted, plannedWhenAdmitted } from '../admission/turn.ts';
import { announced } from '../announcement.ts';
import { answered, noted } from '../answer.ts';
import { approvedPlan } from '../approval.ts';
import { releasedPool } from '../gateway/address-pool.ts';
import { endKept, released } from '../record.ts';
import { type Run, runOf } from '../run.ts';
import { gatewayTaken } from './gateway.ts';
import { npsTaken, testedRemoval } from './nps.ts';
import { gatewaySubnetTaken, publicIpsTaken, secretsTaken } from './rest.ts';

/**
 * The way back from a deployment. What this app made and recorded goes, and nothing else. The order is such that
 * nothing goes while something else still uses it. Each step finds out what is left to do, so a removal can be sent
 * again.
 */
export const removeVpnGateway = orchestration(function* (
  context,
  { cancelLock, ...order }: Order & Cancelable,
): Step<Ending> {
  const run = runOf(context, { cancelLock }, stageNamesOf(order));
  const { request, removes } = order;
  const beginsAt = yield* admitted(run, order);
  const { gatewayId } = removes!;
  run.progress.found({ gatewayId, removed: [] });
  let ending: Ending = { status: 'Succeeded' };
  try {
    yield* noted(run, request, { status: 'Running' });
    const plan = yield* run.progress.stage(
      'plan',
      plannedWhenAdmitted(run, beginsAt, plannedRemoval(run, order, 1)),
      whatGoes,
    );
    const agreed = yield* approvedPlan(run, order, plan, (turn) =>
      plannedAgainWhenAdmitted(run, order, plannedRemoval(run, order, turn)),
    );
    yield* takeAwayAsAgreed(run, agreed, order);
    releasedPool(context, gatewayId);
  } catch (error) {
    ending = run.progress.stopped(failureOf(error));
  }
  const furtherTickets = yield* released(run, order, ending);
  yield* announced(run, request, ending);
  const answers = yield* answered(run, request, ending, furtherTickets);
  yield* endKept(run, order, ending, furtherTickets, answers, undefined);
  return ending;
});

export function* plannedRemoval(
  run: Run,
  { request, removes, isSeen }: Order,
  turn: number,
): Step<RemovalPlan> {
  const { step, canceled } = run;
  const plan = yield* step.planRemoval({
    virtualNetworkId: request.virtualNetworkId,
    removal: removes!,
    // After days of waiting the gateway may rightly be gone.
    ...(isSeen && turn === 1 && { isSeen }),
  });
  canceled.throwIfRaised();
  return yield* testedRemoval(run, plan, turn);
}

export function* takeAwayAsAgreed(run: Run, plan: RemovalPlan, { removes }: Order): Step<void> {
  const { progress, step } = run;
  progress.expectEndIn(plan.estimatedMinutes * 60_000);
  const made = yield* step.readMade({
    virtualNetworkId: plan.virtualNetworkId,
    gatewayId: removes!.gatewayId,
  });
  yield* gatewayTaken(run, plan);
  yield* progress.stage('nps', npsTaken(run, plan, made));
  yield* progress.stage('radiusSecret', secretsTaken(run, plan));
  yield* progress.stage('publicIp', publicIpsTaken(run, plan));
  yield* progress.stage('gatewaySubnet', gatewaySubnetTaken(run, plan));
  yield* progress.stage('verify', step.verifyRemoval({ plan }));
}

const whatGoes = ({ steps, warnings }: RemovalPlan) =>
  [
    `To remove: ${
      steps
        .filter(({ action }) => action !== 'keep')
        .map(({ name, target }) => `${name} ${nameOf(target)}`)
        .join(', ') || 'nothing'
    }.`,
    ...warnings.map(({ message }) => message),
  ].join(' ');
