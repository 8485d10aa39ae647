import type { OrchestrationContext } from 'durable-functions';
import { minutes, once, orchestration, type Step, steps } from '../../shared/core/durable.ts';
import { failureOf, VpnRadiusError } from '../../shared/core/errors.ts';
import type { Ending, Order, Plan, Rotation } from '../../shared/deployment/contract.ts';
import { deployedWish } from '../../shared/deployment/wished.ts';
import { gatewayWish } from '../../shared/gateway/gateway.ts';
import { radiusClientName } from '../../shared/nps/desired-state.ts';
import type { Activities } from '../steps.ts';
import { claimedPool, releasedPool } from './address-pool.ts';
import { announced } from './announcement.ts';
import { answered, noted } from './answer.ts';
import { approvedPlan } from './approval.ts';
import { bothSides } from './both-sides.ts';
import { gatewaySubnet, publicIp } from './network.ts';
import { configureP2sRadius } from './point-to-site.ts';
import { newSecret, rotated, whatIsNew } from './rotation/rotation.ts';
import { type Run, runOf } from './run.ts';
import type { GatewayOrder } from './steps/gateway.ts';
import { verified } from './verification.ts';

/** From a ticket to an answered ticket: the steps of Microsoft's article, side by side where one does not need the other. */
export const provisionVpnGateway = orchestration(function* (context, order: Order): Step<Ending> {
  const run = runOf(context);
  const { request } = order;
  let ending: Ending = { status: 'Succeeded' };
  try {
    // A rotation takes the place of the deployment: one that fails must not make the app forget that the gateway is its own.
    if (order.rotates && order.repairs) run.progress.found({ gatewayId: order.rotates.gatewayId });
    yield* noted(run, request, { status: 'Running' });
    const plan = yield* run.progress.stage('plan', planned(run, order), whatIsPlanned);
    const agreed = yield* approvedPlan(run, request, plan, () => planned(run, order));
    yield* provisioned(run, agreed, order.rotates);
    if (!order.rotates && !order.repairs) run.progress.tell({ deployed: deployedWish(agreed) });
  } catch (error) {
    ending = run.progress.stopped(failureOf(error));
    const { addressPool, result } = run.progress.status;
    if (addressPool && !result?.gatewayId) releasedPool(context, addressPool.by);
  }
  yield* announced(run, request, ending);
  yield* answered(run, request, ending);
  const { gatewayId } = run.progress.status.result ?? {};
  if (gatewayId) yield* checkedSoon(context, gatewayId);
  return ending;
});

/** Not a step of the run: a deployment that was canceled has its gateway checked too, and one that succeeded did so without. */
function* checkedSoon(context: OrchestrationContext, gatewayId: string): Step<void> {
  try {
    yield* steps<Activities>(context, once).startOwnCheck({ gatewayId });
  } catch {
    // The scheduled check comes all the same.
  }
}

function* planned({ step, context, progress, canceled }: Run, order: Order): Step<Plan> {
  if (order.refused) throw new VpnRadiusError(order.refused);
  const { request, rotates } = order;
  const plan = yield* step.planDeployment({ request, ...(rotates && { rotates: true }) });
  canceled.throwIfRaised();
  // The gateway has its pool.
  if (rotates) return plan;
  const claimed = yield* claimedPool(context, plan);
  progress.tell({ addressPool: { by: plan.gatewayId, prefixes: claimed.addressPool } });
  return claimed;
}

function* provisioned(run: Run, plan: Plan, rotates?: Rotation): Step<void> {
  const { step, progress, context } = run;
  const { gatewayId, secretName } = plan;
  const radiusClient = `${radiusClientName(gatewayId)} (${plan.gatewaySubnetPrefix})`;
  const proofKey = Buffer.from(context.df.newGuid(context.df.instanceId)).toString('base64');
  progress.expectEndIn(minutes(plan.estimatedMinutes));

  yield* progress.stage('gatewaySubnet', gatewaySubnet(run, plan));
  yield* progress.stage('publicIp', publicIp(run, plan));
  const now = context.df.currentUtcDateTime.toISOString();
  const secret = rotates
    ? yield* progress.stage('radiusSecret', newSecret(run, plan, rotates), whatIsNew)
    : yield* progress.stage(
        'radiusSecret',
        step.ensureRadiusSecret({ name: secretName, gatewayId, now }),
        whereItIs,
      );
  progress.found({ radiusClient, networkPolicy: plan.networkPolicy, secretVersion: secret.version });

  const order: GatewayOrder = {
    gatewayId,
    wish: gatewayWish(plan),
    before: plan.gatewayBefore,
    secret,
    keepsSecretOf: plan.otherServers.map(({ address }) => address),
  };
  if (rotates) {
    yield* rotated(run, plan, order, secret, proofKey);
    return;
  }
  const npsServers = yield* bothSides(run, plan, order, proofKey);
  yield* progress.stage('pointToSite', configureP2sRadius(run, order));
  yield* progress.stage('verify', verified(run, plan, order, npsServers, proofKey));
}

const whatIsPlanned = ({ steps, warnings }: Plan) =>
  [
    `To do: ${
      steps
        .filter(({ action }) => action !== 'keep')
        .map(({ name, action }) => `${action} ${name}`)
        .join(', ') || 'nothing'
    }.`,
    ...warnings.map(({ message }) => message),
  ].join(' ');

const whereItIs = ({ name, created }: { readonly name: string; readonly created: boolean }) =>
  created ? `Generated and stored in Key Vault as ${name}` : `Key Vault secret ${name}`;
