import {
  type Outcome,
  once,
  runBothSides,
  type Step,
  steps,
  valueOrThrow,
} from '../../shared/core/durable.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { Plan, PlannedServer } from '../../shared/deployment/contract.ts';
import { gatewayInstanceId } from '../../shared/deployment/ids.ts';
import { groupsWritten, madeOnNps } from '../../shared/deployment/removal/made.ts';
import { gatewayWish } from '../../shared/gateway/gateway.ts';
import { npsCheckOf } from '../../shared/nps/checks/table.ts';
import { worthTelling } from '../../shared/nps/checks/verdicts.ts';
import { npsDesiredState, npsRunName } from '../../shared/nps/desired-state.ts';
import type { Activities } from '../steps.ts';
import type { GatewayOrder } from './gateway/order.ts';
import { changesOnServer } from './nps/changes-on-server.ts';
import type { Run } from './run.ts';
import type { GatewayWritten } from './steps/gateway.ts';
import type { NpsOrder, NpsOutcome } from './steps/nps.ts';

/**
 * Azure needs half an hour to provision the gateway. NPS needs only the prefix of the subnet and the secret, so it is
 * configured meanwhile. The run waits for both, also when one fails, so that it is known what exists afterwards.
 */
export function* configureBothSides(
  run: Run,
  plan: Plan,
  order: GatewayOrder,
  proofKey: string,
): Step<readonly NpsOutcome[]> {
  const { context, progress, canceled } = run;
  const gateway = {
    orchestration: 'provisionGateway',
    instanceId: `${gatewayInstanceId(plan.gatewayId)}-${run.stamp}`,
    input: { ...order, mustWaitForNps: true } satisfies GatewayOrder,
  };
  const servers = plan.servers.map((server, index) => ({
    orchestration: 'configureNpsServer',
    instanceId: `${run.id}-nps-${index + 1}`,
    input: npsOrder(context.df.instanceId, plan, server, order, proofKey),
  }));
  progress.begin('gateway');
  progress.begin('nps');
  progress.tell({ branches: [gateway, ...servers].map(({ instanceId }) => instanceId) });
  let [written, configured]: [Outcome<GatewayWritten>?, Outcome<readonly NpsOutcome[]>?] = [];
  yield* runBothSides(context, [
    {
      branches: [gateway],
      *ended([outcome]) {
        written = yield* endGatewayStage(run, plan, outcome as Outcome<GatewayWritten>);
      },
    },
    {
      branches: servers,
      ended(outcomes) {
        configured = endNpsStage(run, plan, outcomes as Outcome<NpsOutcome>[]);
        return undefined;
      },
    },
  ]);
  progress.tell({ branches: [] });
  canceled.throwIfRaised();
  valueOrThrow(written!);
  return valueOrThrow(configured!);
}

export function npsOrder(
  deploymentId: string,
  plan: Plan,
  { address, host: id, kind, location, secretKey, approvedChanges }: PlannedServer,
  { secrets, cancelLock }: Pick<GatewayOrder, 'secrets' | 'cancelLock'>,
  secretProofKey: string,
): NpsOrder {
  return {
    host: { id, kind, location },
    runName: npsRunName(deploymentId),
    operation: 'Set',
    desiredState: JSON.stringify(
      npsDesiredState(plan, {
        ...plan.npsExtras,
        secretProofKey,
        ...(approvedChanges && { approvedChanges }),
      }),
    ),
    secret: secrets[address]!,
    secretKey,
    cause: { deploymentId, gatewayId: plan.gatewayId },
    timeoutMinutes: 25,
    cancelLock,
  };
}

const isNew = ({ steps: planned }: Plan) =>
  planned.some(({ name, action }) => name === 'gateway' && action === 'create');

function* endGatewayStage(
  run: Run,
  plan: Plan,
  outcome: Outcome<GatewayWritten>,
): Step<Outcome<GatewayWritten>> {
  const { progress } = run;
  if ('failure' in outcome) {
    yield* readWhatIsLeft(run, plan);
    progress.end('gateway', 'Failed', outcome.failure.message);
    return outcome;
  }
  const { wasCreated, changes } = outcome.value;
  const done = wasCreated ? [`gateway ${nameOf(plan.gatewayId)} created`] : changes;
  progress.addToResult({
    gatewayId: plan.gatewayId,
    changes: done,
    made: wasCreated
      ? [
          { what: 'gateway', id: plan.gatewayId },
          ...groupsWritten(plan.gatewayId, undefined, gatewayWish(plan)).made,
        ]
      : [],
  });
  progress.end('gateway', 'Succeeded', done.join('; ') || 'There is nothing to change yet');
  return outcome;
}

/**
 * A gateway exists and costs money also when it could not be provisioned, or is still being provisioned at the end of
 * the deployment.
 */
function* readWhatIsLeft({ context, progress }: Run, plan: Plan): Step<void> {
  const { gatewayId } = plan;
  try {
    const state = yield* steps<Activities>(context, once).readGateway({ gatewayId });
    const left = `gateway ${nameOf(gatewayId)} ${state ? `left in the state ${state}` : 'still being created'}`;
    progress.addToResult({
      gatewayId,
      changes: isNew(plan) ? [left] : [],
      made: isNew(plan) ? [{ what: 'gateway', id: gatewayId }] : [],
    });
  } catch {
    // There is no gateway, or Azure does not say so now: the failure before this one counts.
  }
}

/** Each server has its own result. When one fails, the others stay configured, and the failure names both. */
function endNpsStage(
  { progress }: Run,
  { servers }: Plan,
  outcomes: readonly Outcome<NpsOutcome>[],
): Outcome<readonly NpsOutcome[]> {
  const ended = outcomes.map((outcome, index) => ({
    outcome,
    host: servers[index]!.host,
    name: nameOf(servers[index]!.host),
  }));
  const changes = ended.flatMap(({ outcome, host }) => changesOnServer(host, outcome));
  const policies = new Set(
    ended.flatMap(({ outcome }) => ('value' in outcome ? outcome.value.state.networkPolicy.name : [])),
  );
  const made = ended.flatMap(({ outcome, host }) =>
    'value' in outcome ? madeOnNps(host, outcome.value.changes) : [],
  );
  progress.addToResult({
    changes,
    made,
    ...(policies.size > 0 && { networkPolicy: [...policies].join(', ') }),
  });
  const broken = ended.flatMap(({ outcome, host, name }) =>
    'failure' in outcome
      ? [{ code: outcome.failure.code, message: `${name}: ${outcome.failure.message}`, target: host }]
      : [],
  );
  const configured = ended.filter(({ outcome }) => 'value' in outcome).map(({ name }) => name);
  if (broken.length === 0) {
    const left = ended.flatMap(({ outcome, name }) =>
      'value' in outcome
        ? worthTelling(outcome.value.findings).map(
            ({ id }) => `${id} on ${name} (${npsCheckOf.get(id)?.fix})`,
          )
        : [],
    );
    progress.end(
      'nps',
      'Succeeded',
      [
        `${configured.join(' and ')} configured, ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`,
        ...left,
      ].join('; left: '),
    );
    return { value: ended.map(({ outcome }) => valueOrThrow<NpsOutcome>(outcome)) };
  }
  const rest = configured.length > 0 ? ` ${configured.join(' and ')} is configured.` : '';
  const message = `${broken.map((problem) => problem.message).join(' ')}${rest}`;
  progress.end('nps', 'Failed', message);
  // The whole is transient only when each failure is transient.
  const isTransient = ended.every(({ outcome }) => !('failure' in outcome) || outcome.failure.transient);
  return {
    failure: {
      code: broken[0]!.code,
      message,
      target: broken[0]!.target,
      details: broken,
      ...(isTransient && { transient: isTransient }),
    },
  };
}
