import { orchestration, type Step } from '../../shared/core/durable.ts';
import { failureOf } from '../../shared/core/errors.ts';
import type { Ending, Order, Plan } from '../../shared/deployment/contract.ts';
import { stageNamesOf } from '../../shared/deployment/progress/stages.ts';
import type { Brought } from '../../shared/deployment/wished.ts';
import type { Cancelable } from '../decisions/cancel-signal.ts';
import { askForTurn, planAgainInTurn, planInTurn } from '../deployment/admission/turn.ts';
import { tellSubscribers } from '../deployment/announcement.ts';
import { sendAnswers, tellTicket } from '../deployment/answer.ts';
import { type Asking, agreeOnPlan } from '../deployment/approval.ts';
import {
  askForCheck,
  broughtBy,
  followChangedTags,
  planAndTest,
  provisionAsAgreed,
  whatIsPlanned,
} from '../deployment/provision-vpn-gateway.ts';
import { freeNetwork, putEndOnRecord } from '../deployment/record.ts';
import { type Run, runOf } from '../deployment/run.ts';
import { migrateAddresses } from './addresses.ts';
import { writeGatewayAlone } from './gateway-alone.ts';
import { takeAwayOldWay } from './old-way.ts';

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
  const beginsAt = yield* askForTurn(run, order);
  const asking: Asking = { turn: 0 };
  let ending: Ending = { status: 'Succeeded' };
  let brought: Brought | undefined;
  try {
    yield* tellTicket(run, request, { status: 'Running' });
    const plan = yield* run.progress.runStage(
      'plan',
      planInTurn(run, beginsAt, planAndTest(run, order, 1)),
      whatIsPlanned,
    );
    const agreed = yield* agreeOnPlan(
      run,
      order,
      plan,
      (turn) => planAgainInTurn(run, order, planAndTest(run, order, turn)),
      asking,
    );
    run.progress.addToResult({ gatewayId: agreed.gatewayId, migration: agreed.migration! });
    yield* bringNewWay(run, order, agreed);
    brought = order.rotates ? undefined : broughtBy(agreed);
    if (agreed.migration!.part === 'first') brought = yield* takeAwayOldWay(run, order, asking, brought!);
    else skipUnused(run);
  } catch (error) {
    ending = run.progress.stop(failureOf(error));
  }
  const furtherTickets = yield* freeNetwork(run, order, ending);
  yield* tellSubscribers(run, request, ending);
  const answers = yield* sendAnswers(run, request, ending, furtherTickets);
  yield* putEndOnRecord(run, order, ending, furtherTickets, answers, brought);
  yield* followChangedTags(context, virtualNetworkId);
  if (run.progress.status.result?.gatewayId) yield* askForCheck(context, order.migrates!.gatewayId);
  return ending;
});

/** Writes what the path brings: with Azure's own operation, only on the gateway, or like a deployment. */
function* bringNewWay(run: Run, order: Order, plan: Plan): Step<void> {
  if (plan.migration!.path === 'standard-public-ip') yield* migrateAddresses(run, plan);
  else if (plan.servers.length === 0) yield* writeGatewayAlone(run, plan);
  else yield* provisionAsAgreed(run, plan, order);
}

/** Skips the stages that a path of one change does not need. */
function skipUnused({ progress }: Run): void {
  for (const { name, status } of progress.status.stages)
    if (status === 'Pending' && name !== 'answer')
      progress.end(name, 'Skipped', 'This path does not change it');
}
