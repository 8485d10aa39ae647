import type { InvocationContext } from '@azure/functions';
import { EntityId, getClient } from 'durable-functions';
import type { Failure } from '../../shared/core/errors.ts';
import type {
  BranchProgress,
  Deployment,
  Ending,
  Order,
  Progress,
  Stage,
  StageName,
} from '../../shared/deployment/contract.ts';
import { looksLikeDeploymentId } from '../../shared/deployment/ids.ts';
import { withAttempts } from '../../shared/deployment/progress/stages.ts';
import type { DeploymentRecord } from '../../shared/deployment/record/record.ts';
import { type DeploymentState, deploymentView } from '../../shared/deployment/record/view.ts';
import type { PoolLedger } from '../../shared/gateway/pool-ledger.ts';
import type { Archive } from '../../shared/ports.ts';
import { type Instance, isRunning, readInstance, timeOfHost } from '../durable-instances.ts';
import { readCard } from '../records/cards.ts';
import { lastRecord } from '../records/chain/chain.ts';

/** A deployment is an instance of `provisionVpnGateway`; the branches that it waits for are instances of their own. */
export type DeploymentInstance = Instance<Order, Progress, Ending>;

export async function readDeployment(
  context: InvocationContext,
  id: string,
): Promise<DeploymentInstance | undefined> {
  // Its branches have ids that begin with its own id.
  const instance = looksLikeDeploymentId(id)
    ? await readInstance<DeploymentInstance>(context, id)
    : undefined;
  return instance?.input?.request ? instance : undefined;
}

/** Like `readDeployment`, but reads the record when the instance has been purged. */
export async function findDeployment(
  archive: Archive,
  context: InvocationContext,
  id: string,
): Promise<DeploymentInstance | undefined> {
  if (!looksLikeDeploymentId(id)) return undefined;
  const instance = await readDeployment(context, id);
  if (instance) return instance;
  const card = await readCard(archive.rows, id);
  const record = card && (await lastRecord(archive, card));
  return record && instanceOfRecord(record);
}

/** How a deployment ended; undefined while it runs. */
export async function endOf(
  archive: Archive,
  context: InvocationContext,
  id: string,
): Promise<{ readonly status: string; readonly failure?: Failure | undefined } | undefined> {
  const instance = await findDeployment(archive, context, id);
  if (!instance) return { status: 'Failed' };
  if (isRunning(instance)) return undefined;
  const { output } = instance;
  if (!output) return { status: instance.runtimeStatus };
  return 'value' in output ? output.value : { status: 'Failed', failure: output.failure };
}

/** The instance as it was when it ended, or before it began. */
function instanceOfRecord({
  id,
  order,
  askedAt,
  endedAt,
  stages,
  result,
  ending,
  planDigest,
}: DeploymentRecord): DeploymentInstance {
  return {
    instanceId: id,
    runtimeStatus: ending ? 'Completed' : 'Pending',
    input: order,
    customStatus: {
      stages,
      startedAt: askedAt,
      ...(result && { result }),
      ...(planDigest && { planDigest }),
    },
    output: ending ? { value: ending } : null,
    createdTime: askedAt,
    lastUpdatedTime: endedAt ?? askedAt,
  };
}

/** The client address pools that deployments have claimed. Azure may not know their gateways yet. */
export async function claimedPools(context: InvocationContext): Promise<PoolLedger> {
  const { entityState } = await getClient(context).readEntityState<PoolLedger>(
    new EntityId('addressPools', 'all'),
  );
  return entityState ?? [];
}

/** The deployment as the API shows it, with what its branches wait for. */
export async function viewWithBranches(
  context: InvocationContext,
  instance: DeploymentInstance,
): Promise<Deployment> {
  const { branches = [], pastBranches = [], delivery } = instance.customStatus ?? {};
  const ids = [...(isRunning(instance) ? branches : delivery ? [delivery] : []), ...pastBranches];
  const found = await Promise.all(ids.map((id) => readInstance<Instance>(context, id)));
  const itsBranches = found.filter((branch) => branch !== undefined);
  return deploymentView(stateOf(instance, itsBranches), await nowFor(context, [instance, ...itsBranches]));
}

/**
 * A deployment that has not ended is shown as of now, by the clock of the host. That clock may lag behind the clock
 * that stamped the instances.
 */
async function nowFor(
  context: InvocationContext,
  instances: readonly [DeploymentInstance, ...Pick<Instance, 'lastUpdatedTime'>[]],
): Promise<string> {
  const [deployment] = instances;
  if (!isRunning(deployment)) return deployment.lastUpdatedTime;
  const now = await timeOfHost(context);
  const latest = Math.max(
    now.getTime(),
    ...instances.map(({ lastUpdatedTime }) => Date.parse(lastUpdatedTime)),
  );
  return new Date(latest).toISOString();
}

/** The deployment as it was when it was last updated. */
export const viewOf = (instance: DeploymentInstance): Deployment =>
  deploymentView(stateOf(instance, []), new Date(instance.lastUpdatedTime).toISOString());

export async function instanceSummary(
  context: InvocationContext,
  instance: DeploymentInstance,
): Promise<Omit<Deployment, 'stages' | 'result' | 'planDigest'>> {
  const view = deploymentView(stateOf(instance, []), await nowFor(context, [instance]));
  const { stages: _, result: __, planDigest: ___, ...summary } = view;
  return summary;
}

function stateOf(instance: DeploymentInstance, branches: readonly Instance[]): DeploymentState {
  const output = outcomeOf(instance);
  return {
    id: instance.instanceId,
    request: instance.input.request,
    runtimeStatus: instance.runtimeStatus,
    progress: instance.customStatus,
    ending:
      output === null
        ? null
        : 'value' in output
          ? output.value
          : { status: 'Failed', failure: output.failure },
    createdAt: new Date(instance.createdTime).toISOString(),
    updatedAt: new Date(instance.lastUpdatedTime).toISOString(),
    ...toldBy(branches),
  };
}

/** Undefined when the host itself stopped the instance: then its output is a text. */
const outcomeOf = <O>({ output }: Pick<Instance<unknown, unknown, O>, 'output'>) =>
  typeof output === 'object' ? output : null;

/** The attempts of branches that have ended. */
const attemptsOf = (branches: readonly Instance[]) =>
  branches.flatMap((branch) => {
    const stage = stageOfBranch(branch.instanceId);
    const waiting = (branch.customStatus as BranchProgress | null)?.waiting;
    return stage && waiting && !isRunning(branch) ? [{ stage, waiting }] : [];
  });

/**
 * The stages of a deployment that has ended, with the attempts of its branches. A purged instance tells nothing more.
 */
export async function stagesWithAttempts(
  context: InvocationContext,
  { stages, pastBranches = [] }: Progress,
): Promise<readonly Stage[]> {
  const found = await Promise.all(pastBranches.map((id) => readInstance<Instance>(context, id)));
  return withAttempts(stages, attemptsOf(found.filter((branch) => branch !== undefined)));
}

function toldBy(branches: readonly Instance[]): Pick<DeploymentState, 'branches' | 'attempts' | 'answered'> {
  const answer = branches.find(
    ({ instanceId }) => instanceId.startsWith('telling-') && !stageOfBranch(instanceId),
  );
  const outcome = answer && outcomeOf(answer);
  const failure = outcome && 'failure' in outcome ? outcome.failure : undefined;
  return {
    attempts: attemptsOf(branches),
    branches: branches.flatMap((branch) => {
      const stage = stageOfBranch(branch.instanceId);
      const progress = branch.customStatus as BranchProgress | null;
      return stage && progress && isRunning(branch) ? [{ stage, progress }] : [];
    }),
    ...(answer &&
      !isRunning(answer) && {
        answered: { at: new Date(answer.lastUpdatedTime).toISOString(), ...(failure && { failure }) },
      }),
  };
}

function stageOfBranch(instanceId: string): StageName | undefined {
  if (/-nps-\d+(?:-back)?$/.test(instanceId)) return 'nps';
  if (/-nps-\d+-plan-\d+$/.test(instanceId)) return 'plan';
  if (/-nps-\d+-again$/.test(instanceId)) return 'verify';
  if (/^telling-ticket-.*-AwaitingApproval(?:-\d+)?$/.test(instanceId)) return 'approval';
  if (!instanceId.startsWith('gateway-')) return undefined;
  return instanceId.endsWith('-p2s') ? 'pointToSite' : 'gateway';
}
