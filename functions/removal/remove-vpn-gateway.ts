import { orchestration, type Step } from '../../shared/core/durable.ts';
import { failureOf } from '../../shared/core/errors.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { Ending, Order, RemovalPlan } from '../../shared/deployment/contract.ts';
import { stageNamesOf } from '../../shared/deployment/progress/stages.ts';
import type { Cancelable } from '../decisions/cancel-signal.ts';
import { askForTurn, planAgainInTurn, planInTurn } from '../deployment/admission/turn.ts';
import { tellSubscribers } from '../deployment/announcement.ts';
import { sendAnswers, tellTicket } from '../deployment/answer.ts';
import { agreeOnPlan } from '../deployment/approval.ts';
import { givePoolBack } from '../deployment/gateway/address-pool.ts';
import { freeNetwork, putEndOnRecord } from '../deployment/record.ts';
import { type Run, runOf } from '../deployment/run.ts';
import { takeAwayGateway } from './gateway.ts';
import { takeAwayFromNps, testRemovalOnNps } from './nps.ts';
import { takeAwayGatewaySubnet, takeAwayPublicIps, takeAwaySecrets } from './rest.ts';

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
  const beginsAt = yield* askForTurn(run, order);
  const { gatewayId } = removes!;
  run.progress.addToResult({ gatewayId, removed: [] });
  let ending: Ending = { status: 'Succeeded' };
  try {
    yield* tellTicket(run, request, { status: 'Running', isRemoval: true });
    const plan = yield* run.progress.runStage(
      'plan',
      planInTurn(run, beginsAt, planAndTestRemoval(run, order, 1)),
      whatGoes,
    );
    const agreed = yield* agreeOnPlan(run, order, plan, (turn) =>
      planAgainInTurn(run, order, planAndTestRemoval(run, order, turn)),
    );
    yield* takeAwayAsAgreed(run, agreed, order);
    givePoolBack(context, gatewayId);
  } catch (error) {
    ending = run.progress.stop(failureOf(error));
  }
  const furtherTickets = yield* freeNetwork(run, order, ending);
  yield* tellSubscribers(run, request, ending);
  const answers = yield* sendAnswers(run, request, { ...ending, isRemoval: true }, furtherTickets);
  yield* putEndOnRecord(run, order, ending, furtherTickets, answers, undefined);
  return ending;
});

export function* planAndTestRemoval(
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
  return yield* testRemovalOnNps(run, plan, turn);
}

export function* takeAwayAsAgreed(run: Run, plan: RemovalPlan, { removes }: Order): Step<void> {
  const { progress, step } = run;
  progress.expectEndIn(plan.estimatedMinutes * 60_000);
  const made = yield* step.readMade({
    virtualNetworkId: plan.virtualNetworkId,
    gatewayId: removes!.gatewayId,
  });
  yield* takeAwayGateway(run, plan);
  yield* progress.runStage('nps', takeAwayFromNps(run, plan, made));
  yield* progress.runStage('radiusSecret', takeAwaySecrets(run, plan));
  yield* progress.runStage('publicIp', takeAwayPublicIps(run, plan));
  yield* progress.runStage('gatewaySubnet', takeAwayGatewaySubnet(run, plan));
  yield* progress.runStage('verify', step.verifyRemoval({ plan }));
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
