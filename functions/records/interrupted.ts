import type { InvocationContext } from '@azure/functions';
import { answerText } from '../../shared/deployment/answer.ts';
import type { Ending } from '../../shared/deployment/contract.ts';
import type { Archive } from '../../shared/ports.ts';
import { type DeploymentInstance, viewOf } from '../deployment/instances.ts';
import { timeOfHost } from '../durable-instances.ts';
import type { Lock } from './lock.ts';
import { answerFurtherTickets, recordEnd, releaseVirtualNetwork } from './steps.ts';

/**
 * Ends a deployment whose instance was stopped from outside before it could say so itself: the VNet is free again, every
 * ticket is told, and the record says how it ended.
 */
export async function interrupted(
  archive: Archive,
  context: InvocationContext,
  { id, order }: Lock,
  instance: DeploymentInstance,
): Promise<void> {
  const { status, result, error, stages } = viewOf(instance);
  const canceled = status === 'Canceled';
  const ending: Ending = {
    status: status === 'Succeeded' || status === 'Rejected' || canceled ? status : 'Failed',
    failure: error ?? { code: 'Interrupted', message: 'The orchestration was stopped from outside.' },
    stage: stages.find((one) => one.status === 'Running')?.name,
  };
  const at = (await timeOfHost(context)).toISOString();
  const furtherTickets = await releaseVirtualNetwork(archive)({ id, order, ending, result });
  const answers = await answerFurtherTickets()(
    {
      tickets: [order.request.ticket, ...furtherTickets],
      answer: {
        id: `${id}-${ending.status}`,
        deploymentId: id,
        virtualNetworkId: order.request.virtualNetworkId,
        status: ending.status,
        text: answerText({ ...ending, result }),
        at,
        ...(result && { result: { ...result } }),
        ...(ending.failure && {
          error: {
            code: ending.failure.code,
            message: ending.failure.message,
            target: ending.failure.target,
          },
        }),
      },
    },
    context,
  );
  const progress = instance.customStatus ?? { stages, startedAt: at };
  await recordEnd(archive)({ id, order, ending, at, result, progress, furtherTickets, answers });
}
