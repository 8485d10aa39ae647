import type { Failure } from '../../core/errors.ts';
import type {
  BranchProgress,
  Deployment,
  DeploymentStatus,
  Ending,
  Progress,
  Stage,
  StageName,
} from '../contract.ts';
import { askedAt } from '../ids.ts';
import {
  expectedEnd,
  newStages,
  percent,
  stageEnded,
  stageWaiting,
  type Waiting,
  withAttempts,
} from '../progress/stages.ts';
import type { VpnGatewayRequest } from '../request.ts';

/** The input for the view of a deployment: the orchestration instance, in our words. */
export interface DeploymentState {
  readonly id: string;
  readonly request: VpnGatewayRequest;
  readonly runtimeStatus: string;
  readonly progress: Progress | null;
  readonly ending: Ending | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** What the running branches report about themselves. */
  readonly branches: readonly { readonly stage: StageName; readonly progress: BranchProgress }[];
  /** What branches that have ended tried. */
  readonly attempts: readonly { readonly stage: StageName; readonly waiting: Waiting }[];
  /** The outcome of the orchestration that goes on trying to deliver the answer, when there is one. */
  readonly answered?: { readonly at: string; readonly failure?: Failure };
}

function deploymentStatus({ runtimeStatus, progress, ending }: DeploymentState): DeploymentStatus {
  if (ending) return ending.status;
  if (runtimeStatus === 'Terminated' || runtimeStatus === 'Canceled') return 'Canceled';
  if (runtimeStatus === 'Failed') return 'Failed';
  if (runtimeStatus === 'Pending') return 'Pending';
  return progress?.awaitingApproval ? 'AwaitingApproval' : 'Running';
}

export function isEnded(status: DeploymentStatus): boolean {
  return ['Succeeded', 'Failed', 'Canceled', 'Rejected'].includes(status);
}

/** A deployment as the API shows it. `now` is an ISO 8601 time. */
export function deploymentView(record: DeploymentState, now: string): Deployment {
  const { id, request, progress, ending } = record;
  const status = deploymentStatus(record);
  const stages = stagesOf(record);
  const hasEnded = isEnded(status);
  // Time counts only until the end, and without the time in which nothing was done, here or in the branch that runs
  // longest.
  const at = hasEnded ? record.updatedAt : now;
  const waited = Math.max(0, ...record.branches.map((branch) => branch.progress.waitedMilliseconds));
  const estimate = {
    expectedEndAt: progress?.expectedEndAt,
    countedFrom: progress?.countedFrom,
    waitedMilliseconds: (progress?.waitedMilliseconds ?? 0) + waited,
  };
  const failure: Failure | undefined =
    ending?.failure ??
    (status === 'Failed'
      ? { code: 'Interrupted', message: 'The orchestration was stopped by its host.' }
      : undefined);
  return {
    id,
    ticket: request.ticket,
    virtualNetworkId: request.virtualNetworkId,
    status,
    percent: status === 'Succeeded' ? 100 : percent(stages, at, estimate),
    startedAt: (askedAt(id) ?? new Date(progress?.startedAt ?? record.createdAt)).toISOString(),
    expectedEndAt: expectedEnd(stages, at, estimate),
    endedAt: hasEnded ? record.updatedAt : null,
    stages,
    ...(progress?.planDigest && { planDigest: progress.planDigest }),
    ...(status === 'AwaitingApproval' && progress?.decideBy && { decideBy: progress.decideBy }),
    ...(progress?.result && { result: progress.result }),
    ...(failure && { error: withoutTransient(failure) }),
  };
}

function stagesOf({ progress, branches, attempts, answered }: DeploymentState): readonly Stage[] {
  const live = branches.reduce<readonly Stage[]>(
    (before, { stage, progress: { waiting } }) => (waiting ? stageWaiting(before, stage, waiting) : before),
    progress?.stages ?? newStages(),
  );
  const told = withAttempts(live, attempts);
  if (!answered) return told;
  const { at, failure } = answered;
  return stageEnded(told, 'answer', failure ? 'Failed' : 'Succeeded', at, failure?.message);
}

function withoutTransient({
  transient: _,
  retryAfterSeconds: __,
  ...told
}: Failure): NonNullable<Deployment['error']> {
  return told;
}
