import type { OrchestrationContext } from 'durable-functions';
import { fewTimes, later, minutes, orchestration, type Step, steps } from '../../shared/core/durable.ts';
import { failureOf, VpnRadiusError } from '../../shared/core/errors.ts';
import type { Ending, Order, Plan } from '../../shared/deployment/contract.ts';
import { tryAgainAfter, withNextTry } from '../../shared/deployment/trying-again.ts';
import type { Brought } from '../../shared/deployment/wished.ts';
import { gatewayWish } from '../../shared/gateway/gateway.ts';
import { radiusClientName } from '../../shared/nps/desired-state.ts';
import { defaultSecretName } from '../../shared/secret/names.ts';
import type { Cancelable } from '../decisions/cancel-signal.ts';
import type { Activities } from '../steps.ts';
import { askForTurn, planAgainInTurn, planInTurn } from './admission/turn.ts';
import { tellSubscribers } from './announcement.ts';
import { sendAnswers, tellTicket } from './answer.ts';
import { agreeOnPlan } from './approval.ts';
import { configureBothSides } from './both-sides.ts';
import { claimPlannedPools, givePoolBack } from './gateway/address-pool.ts';
import { ensureAddresses, ensureSubnet } from './gateway/network.ts';
import type { GatewayOrder } from './gateway/order.ts';
import { configureP2sRadius } from './gateway/point-to-site.ts';
import { newProofKey } from './nps/proof-key.ts';
import { testPlanOnNps } from './nps/tested-plan.ts';
import { freeNetwork, putEndOnRecord } from './record.ts';
import { type Run, runOf } from './run.ts';
import { makeNewSecrets, rotateInTurns, whatIsNew } from './secret/rotation.ts';
import { ensureSecrets, whereTheyAre } from './secret/shared-secrets.ts';
import { beforeTurns, changeServersInTurns } from './servers-in-turns.ts';
import { verifyBothSides } from './verification.ts';

/**
 * From a ticket to an answered ticket: the steps of Microsoft's article, at the same time where one does not need the
 * other.
 */
export const provisionVpnGateway = orchestration(function* (
  context,
  { cancelLock, ...order }: Order & Cancelable,
): Step<Ending> {
  const run = runOf(context, { cancelLock });
  const { request } = order;
  const { virtualNetworkId } = request;
  const beginsAt = yield* askForTurn(run, order);
  let ending: Ending = { status: 'Succeeded' };
  let brought: Brought | undefined;
  try {
    // A rotation takes the place of the deployment. When a rotation fails, the app must still know that the gateway is
    // its own.
    if (order.rotates && order.repairs) run.progress.addToResult({ gatewayId: order.rotates.gatewayId });
    yield* tellTicket(run, request, { status: 'Running' });
    const plan = yield* run.progress.runStage(
      'plan',
      planInTurn(run, beginsAt, planAndTest(run, order, 1)),
      whatIsPlanned,
    );
    const agreed = yield* agreeOnPlan(run, order, plan, (turn) =>
      planAgainInTurn(run, order, planAndTest(run, order, turn)),
    );
    yield* provisionAsAgreed(run, agreed, order);
    if (!order.repairs && !order.rotates) brought = broughtBy(agreed);
  } catch (error) {
    ending = run.progress.stop(failureOf(error));
    const { addressPool, result } = run.progress.status;
    if (addressPool && !result?.gatewayId) givePoolBack(context, addressPool.by);
  }
  const wait = tryAgainAfter(order, ending);
  if (wait) ending = { ...ending, failure: withNextTry(ending.failure!, later(context, wait)) };
  const furtherTickets = yield* freeNetwork(run, order, ending);
  yield* tellSubscribers(run, request, ending);
  const answers = yield* sendAnswers(run, request, ending, furtherTickets);
  yield* putEndOnRecord(run, order, ending, furtherTickets, answers, brought);
  if (wait) yield* tryAgainLater(run, order, wait);
  yield* followChangedTags(context, virtualNetworkId);
  const { gatewayId } = run.progress.status.result ?? {};
  if (gatewayId) yield* askForCheck(context, gatewayId);
  return ending;
});

/**
 * Runs outside the steps of the run, because a gateway is checked after a cancel too; a deployment that succeeded had
 * no cancel.
 */
export function* askForCheck(context: OrchestrationContext, gatewayId: string): Step<void> {
  try {
    yield* steps<Activities>(context, fewTimes).startOwnCheck({
      gatewayId,
      deploymentId: context.df.instanceId,
    });
  } catch {
    // When this fails, the scheduled check still comes.
  }
}

function* tryAgainLater({ id, context }: Run, order: Order, wait: number): Step<void> {
  try {
    yield* steps<Activities>(context).planNextTry({ deploymentId: id, order, wait });
  } catch {
    // When this fails, the next write of the VNet begins it again.
  }
}

/** Tags that changed while this ran, and that ask for something else, were noted. */
export function* followChangedTags(context: OrchestrationContext, virtualNetworkId: string): Step<void> {
  try {
    yield* steps<Activities>(context).followNotedTags({ virtualNetworkId });
  } catch {
    // When this fails, the note stays, and housekeeping follows it.
  }
}

export function* planAndTest(run: Run, order: Order, turn: number): Step<Plan> {
  const { step, context, progress, canceled } = run;
  if (order.refused) throw new VpnRadiusError(order.refused);
  const { request, rotates, migrates } = order;
  const plan = yield* step.planDeployment({
    request,
    ...(rotates && { isRotation: true }),
    ...(migrates && { migrates }),
    // The plan exists already, or the step that ordered it has read the gateway.
    ...((progress.status.planDigest || order.isSeen) && { isSeen: true }),
  });
  canceled.throwIfRaised();
  // The gateway has its pool already.
  if (rotates || migrates) return yield* testPlanOnNps(run, order, plan, turn);
  const claimed = yield* claimPlannedPools(context, plan);
  const ofGroups = (claimed.groups ?? []).flatMap((group) => group.addressPool);
  progress.tell({
    addressPool: { by: plan.gatewayId, prefixes: [...claimed.addressPool, ...ofGroups] },
  });
  return yield* testPlanOnNps(run, order, claimed, turn);
}

export function* provisionAsAgreed(run: Run, plan: Plan, { request, rotates }: Order): Step<void> {
  const { progress, context } = run;
  const { gatewayId } = plan;
  const radiusClient = `${radiusClientName(gatewayId)} (${plan.gatewaySubnetPrefix})`;
  const proofKey = newProofKey(context);
  progress.expectEndIn(minutes(plan.estimatedMinutes));

  yield* progress.runStage('gatewaySubnet', ensureSubnet(run, plan));
  yield* progress.runStage('publicIp', ensureAddresses(run, plan));
  const secrets = rotates
    ? yield* progress.runStage('radiusSecret', makeNewSecrets(run, plan, rotates), whatIsNew)
    : yield* progress.runStage('radiusSecret', ensureSecrets(run, plan), whereTheyAre);
  progress.addToResult({ radiusClient, networkPolicy: plan.networkPolicy });

  const order: GatewayOrder = {
    gatewayId,
    wish: gatewayWish(plan),
    before: plan.gatewayBefore,
    cancelLock: run.cancelLock,
    // Servers of an unknown machine are not in this list, so the gateway keeps the secrets that it has for them.
    secrets: Object.fromEntries(secrets.map(({ address, name, version }) => [address, { name, version }])),
  };
  if (rotates) {
    const names = [request.radius.secretName ?? defaultSecretName(gatewayId)];
    yield* rotateInTurns(run, plan, order, names, proofKey);
    return;
  }
  const npsServers = yield* configureBothSides(run, plan, beforeTurns(order), proofKey);
  if (plan.usersNotice.length > 0)
    progress.addToResult({ usersNotice: plan.usersNotice.map(({ message }) => message) });
  const last = yield* changeServersInTurns(run, plan, order, npsServers, proofKey);
  yield* progress.runStage('pointToSite', configureP2sRadius(run, last));
  yield* progress.runStage('verify', verifyBothSides(run, plan, last, npsServers, proofKey));
}

export function broughtBy(plan: Plan): Brought {
  const servers = plan.servers.map(({ address, score, host }) => ({ address, score, host }));
  return { wish: gatewayWish(plan), ...(servers.length > 0 && { servers }) };
}

export const whatIsPlanned = ({ steps, warnings }: Plan) =>
  [
    `To do: ${
      steps
        .filter(({ action }) => action !== 'keep')
        .map(({ name, action }) => `${action} ${name}`)
        .join(', ') || 'nothing'
    }.`,
    ...warnings.map(({ message }) => message),
  ].join(' ');
