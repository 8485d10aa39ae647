import type { InvocationContext } from '@azure/functions';
import type { Failure } from '../../shared/core/errors.ts';
import { answerText } from '../../shared/deployment/answer.ts';
import type { Ending, TicketAnswer } from '../../shared/deployment/contract.ts';
import type { AnswerTold } from '../../shared/deployment/record/record.ts';
import type { Archive } from '../../shared/ports.ts';
import { type DeploymentInstance, viewOf } from '../deployment/instances.ts';
import { timeOfHost } from '../durable-instances.ts';
import { handOver } from './answers.ts';
import { recordEnd, releaseVirtualNetwork } from './ended.ts';
import type { Lock } from './lock.ts';

/**
 * Ends a deployment whose instance has ended while its lock or its record says that it runs: it was stopped from outside,
 * or storage failed when it ended. Then the VNet is free again, every ticket is told, and the record says how it ended.
 */
export async function endInterrupted(
  archive: Archive,
  context: InvocationContext,
  { id, order }: Lock,
  instance: DeploymentInstance,
): Promise<void> {
  const { status, result, error, stages } = viewOf(instance);
  const { output } = instance;
  const itsOwn = output && 'value' in output ? output.value : undefined;
  const ending: Ending = itsOwn ?? {
    status: status === 'Canceled' ? 'Canceled' : 'Failed',
    failure: error ?? { code: 'Interrupted', message: 'The orchestration was stopped from outside.' },
    stage: stages.find((one) => one.status === 'Running')?.name,
  };
  const at = (await timeOfHost(context)).toISOString();
  const furtherTickets = await releaseVirtualNetwork(archive)({ id, order, at, ending, result });
  const answer: TicketAnswer = {
    id: `${id}-${ending.status}`,
    deploymentId: id,
    virtualNetworkId: order.request.virtualNetworkId,
    status: ending.status,
    text: answerText({ ...ending, result, isRemoval: order.removes !== undefined }),
    at,
    ...(result && { result: { ...result } }),
    ...(ending.failure && { error: problemOfFailure(ending.failure) }),
  };
  const answers: AnswerTold[] = [];
  for (const ticket of [order.request.ticket, ...furtherTickets])
    answers.push(await handOver(context, ticket, answer));
  const progress = instance.customStatus ?? { stages, startedAt: at };
  await recordEnd(archive)({ id, order, ending, at, result, progress, furtherTickets, answers }, context);
}

const problemOfFailure = ({ code, message, target, details }: Failure) => ({
  code,
  message,
  target,
  ...(details && { details }),
});
