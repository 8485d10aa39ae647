import type { Step } from '../../shared/core/durable.ts';
import type { Failure } from '../../shared/core/errors.ts';
import type { OutgoingEvent } from '../../shared/deployment/contract.ts';
import type { VpnGatewayRequest } from '../../shared/deployment/request.ts';
import type { Run } from './run.ts';
import { published } from './telling/keep-telling.ts';

type Deployed = 'Succeeded' | 'Failed' | 'AwaitingApproval';

interface Told {
  readonly status: Deployed | 'Canceled' | 'Rejected';
  readonly failure?: Failure | undefined;
  readonly plan?: Readonly<Record<string, unknown>>;
  /** How often it has been told of this deployment. */
  readonly turn?: number;
}

/** Tells subscribers of the topic. A deployment that was canceled or rejected did not succeed: its `data.status` says which it was. */
export function* announced(
  { id, context, progress }: Run,
  request: VpnGatewayRequest,
  told: Told,
): Step<void> {
  const { status, failure, plan, turn = 1 } = told;
  const deployed: Deployed = status === 'Succeeded' || status === 'AwaitingApproval' ? status : 'Failed';
  const { instanceId } = context.df;
  const event: OutgoingEvent = {
    id: turn === 1 ? `${id}-${status}` : `${id}-${status}-${turn}`,
    type: `VpnRadius.Deployment.${deployed}`,
    subject: request.virtualNetworkId,
    time: context.df.currentUtcDateTime.toISOString(),
    data: {
      deploymentId: instanceId,
      virtualNetworkId: request.virtualNetworkId,
      ticket: { system: request.ticket.system, id: request.ticket.id },
      status,
      ...(progress.status.result && { result: progress.status.result }),
      ...(failure && { error: { code: failure.code, message: failure.message, target: failure.target } }),
      ...(plan && { plan }),
    },
  };
  // Not a step of the run, which ends with a cancel: that the deployment was canceled is told too.
  const stages = status === 'AwaitingApproval' ? undefined : progress.status.stages;
  progress.untold(yield* published(context, { ...event, ...(stages && { stages }) }));
}
