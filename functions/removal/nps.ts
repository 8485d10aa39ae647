import { type Outcome, runTogether, type Step, valueOrThrow } from '../../shared/core/durable.ts';
import { VpnRadiusError } from '../../shared/core/errors.ts';
import { nameOf, sameId } from '../../shared/core/resource-id.ts';
import type { Made, RemovalPlan, RemovalServer } from '../../shared/deployment/contract.ts';
import { npsAbsentState, npsRunName, npsTestName } from '../../shared/nps/desired-state.ts';
import type { Cancelable } from '../decisions/cancel-signal.ts';
import { changesOnServer } from '../deployment/nps/changes-on-server.ts';
import type { Run } from '../deployment/run.ts';
import type { NpsOrder, NpsOutcome } from '../deployment/steps/nps.ts';

/** Asks each NPS server what would go there, before anybody is asked and before anything is removed. */
export function* testRemovalOnNps(run: Run, plan: RemovalPlan, turn: number): Step<RemovalPlan> {
  const { context, progress, step, canceled, id } = run;
  const branches = plan.servers.map((server, index) => ({
    orchestration: 'configureNpsServer',
    instanceId: `${id}-nps-${index + 1}-plan-${turn}`,
    input: {
      ...common(run, server),
      operation: 'Test',
      runName: npsTestName(`${id} ${turn}`),
      desiredState: JSON.stringify(npsAbsentState({ ...server, gatewayId: plan.gatewayId })),
      timeoutMinutes: 15,
    } satisfies NpsOrder,
  }));
  progress.tell({ branches: branches.map(({ instanceId }) => instanceId) });
  const tests = (yield* runTogether(context, branches)) as readonly Outcome<NpsOutcome>[];
  progress.tell({ branches: [] });
  canceled.throwIfRaised();
  return yield* step.planNpsRemovals({ plan, tests });
}

/**
 * Removes from every NPS server what was approved for it. When one fails, the others are still done, and the failure
 * names it.
 */
export function* takeAwayFromNps(run: Run, plan: RemovalPlan, made: readonly Made[]): Step<string> {
  const { context, progress, canceled, id } = run;
  const servers = plan.servers.filter(({ changes = [] }) => changes.length > 0);
  const untouched = plan.servers.filter((server) => !servers.includes(server));
  const branches = servers.map((server, index) => ({
    orchestration: 'configureNpsServer',
    instanceId: `${id}-nps-${index + 1}`,
    input: {
      ...common(run, server),
      operation: 'Remove',
      runName: npsRunName(id),
      desiredState: JSON.stringify(
        npsAbsentState(
          { ...server, gatewayId: plan.gatewayId },
          server.changes!.map((change) => change.id),
        ),
      ),
      cause: { deploymentId: id, gatewayId: plan.gatewayId },
      timeoutMinutes: 25,
    } satisfies NpsOrder,
  }));
  progress.tell({ branches: branches.map(({ instanceId }) => instanceId) });
  const outcomes = (yield* runTogether(context, branches)) as readonly Outcome<NpsOutcome>[];
  progress.tell({ branches: [] });
  const madeOn = ({ host }: RemovalServer) => made.filter((one) => 'host' in one && sameId(one.host, host));
  const broken = outcomes.flatMap((outcome, index) => {
    const server = servers[index]!;
    const name = nameOf(server.host);
    progress.addToResult({ changes: changesOnServer(server.host, outcome) });
    if ('failure' in outcome) return [{ name, host: server.host, failure: outcome.failure }];
    progress.addToResult({ removed: madeOn(server) });
    return [];
  });
  progress.addToResult({ removed: untouched.flatMap(madeOn) });
  canceled.throwIfRaised();
  if (broken.length > 0) {
    const [first] = broken;
    throw new VpnRadiusError({
      ...first!.failure,
      message: broken.map(({ name, failure }) => `${name}: ${failure.message}`).join(' '),
      target: first!.host,
    });
  }
  outcomes.forEach(valueOrThrow);
  if (plan.servers.length === 0) return 'There is nothing to remove from an NPS server';
  return [
    ...servers.map(({ host, changes }) => `${nameOf(host)}: ${counted(changes!.length)} removed`),
    ...untouched.map(({ host }) => `${nameOf(host)}: everything was already removed`),
  ].join('; ');
}

const counted = (count: number) => (count === 1 ? 'one thing' : `${count} things`);

const common = ({ cancelLock }: Cancelable, { host: id, kind, location, secret }: RemovalServer) => ({
  host: { id, kind, location },
  secret,
  cancelLock,
});
