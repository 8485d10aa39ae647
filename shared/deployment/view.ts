import type { Failure } from '../core/errors.ts';
import type { Deployment, DeploymentStatus, Ending, Progress, Stage, StageName } from './contract.ts';
import type { VpnGatewayRequest } from './request.ts';
import { newStages, percent, stageEnded } from './stages.ts';

/** What a deployment is made from: the orchestration instance, in our words. */
export interface DeploymentRecord {
  readonly id: string;
  readonly request: VpnGatewayRequest;
  readonly runtimeStatus: string;
  readonly progress: Progress | null;
  readonly ending: Ending | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The branches that have ended while the deployment itself still waits for others. */
  readonly endedBranches: readonly {
    readonly stage: StageName;
    readonly at: string;
    readonly failure?: Failure;
  }[];
}

export function statusOf({ runtimeStatus, progress, ending }: DeploymentRecord): DeploymentStatus {
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
export function deploymentView(record: DeploymentRecord, now: string): Deployment {
  const { id, request, progress, ending } = record;
  const status = statusOf(record);
  const stages = record.endedBranches.reduce<readonly Stage[]>(
    (before, { stage, at, failure }) =>
      stageEnded(before, stage, failure ? 'Failed' : 'Succeeded', at, failure?.message),
    progress?.stages ?? newStages(),
  );
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
    percent: status === 'Succeeded' ? 100 : percent(stages, now, progress?.expectedEndAt),
    startedAt: progress?.startedAt ?? record.createdAt,
    expectedEndAt: progress?.expectedEndAt ?? null,
    endedAt: isEnded(status) ? record.updatedAt : null,
    stages,
    ...(progress?.planDigest && { planDigest: progress.planDigest }),
    ...(status === 'AwaitingApproval' && progress?.decideBy && { decideBy: progress.decideBy }),
    ...(progress?.result && { result: progress.result }),
    ...(failure && { error: withoutTransient(failure) }),
  };
}

function withoutTransient({ code, message, target, details }: Failure): Failure {
  return { code, message, ...(target !== undefined && { target }), ...(details && { details }) };
}
