import type { Step } from '../../shared/core/durable.ts';
import type { Failure } from '../../shared/core/errors.ts';
import type { OutgoingEvent } from '../../shared/deployment/contract.ts';
import type { VpnGatewayRequest } from '../../shared/deployment/request.ts';
import type { Run } from './run.ts';
import { tellTopic } from './telling/keep-telling.ts';

type Deployed = 'Succeeded' | 'Failed' | 'AwaitingApproval';

interface Told {
  readonly status: Deployed | 'Canceled' | 'Rejected';
  readonly failure?: Failure | undefined;
  readonly plan?: Readonly<Record<string, unknown>>;
  /** The number of this announcement within the deployment. */
  readonly turn?: number;
}

/**
 * Tells the subscribers of the topic. A deployment that was canceled or rejected did not succeed: its `data.status`
 * says which of the two it was.
 */
export function* tellSubscribers(
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
  // Runs outside the steps of the run, which a cancel ends: a cancel has to be announced too.
  const stages = status === 'AwaitingApproval' ? undefined : progress.status.stages;
  progress.noteUntold(yield* tellTopic(context, { ...event, ...(stages && { stages }) }));
}
