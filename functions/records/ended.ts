import type { InvocationContext } from '@azure/functions';
import type { Failure } from '../../shared/core/errors.ts';
import type { Ending, Order, Progress, Verification } from '../../shared/deployment/contract.ts';
import type { AnswerTold, Ticket } from '../../shared/deployment/record/record.ts';
import type { Brought } from '../../shared/deployment/wished.ts';
import type { Archive } from '../../shared/ports.ts';
import { stagesWithAttempts } from '../deployment/instances.ts';
import { forgetDeployed, keepDeployed } from './deployed.ts';
import { releaseLock } from './lock.ts';
import { remember } from './remember.ts';

export interface EndedOrder {
  readonly id: string;
  readonly order: Order;
  readonly at: string;
  readonly ending: Ending;
  readonly result?: Progress['result'] | undefined;
}

/**
 * Lets the next deployment of the VNet begin, because this one changes nothing any more; returns the tickets that
 * joined it.
 */
export const releaseVirtualNetwork =
  ({ rows }: Archive) =>
  async ({ id, order, at, ending, result }: EndedOrder): Promise<readonly Ticket[]> =>
    releaseLock(rows, { id, virtualNetworkId: order.request.virtualNetworkId }, { at, ending, result });

export interface EndedEntry extends EndedOrder {
  readonly progress: Progress;
  readonly furtherTickets: readonly Ticket[];
  readonly answers: readonly AnswerTold[];
  /** The ids of every write in Azure, and of every attempt that failed. */
  readonly correlationIds?: readonly string[] | undefined;
  readonly brought?: Brought | undefined;
}

/** Keeps how it ended, with everything that was done and told. */
export const recordEnd =
  (archive: Archive) =>
  async (
    { id, order, ending, at, progress, furtherTickets, answers, correlationIds = [], brought }: EndedEntry,
    context: InvocationContext,
  ): Promise<void> => {
    const { result } = progress;
    const stages = await stagesWithAttempts(context, progress);
    const { failure } = ending;
    const verification = verificationOf(progress, failure);
    const change = {
      status: ending.status,
      endedAt: at,
      stages,
      ...(verification && { verification }),
      result,
      ending,
      furtherTickets,
      answers,
      ...(progress.events && { events: progress.events }),
      correlationIds: [
        ...correlationIds,
        ...stages.map(({ lastError }) => lastError?.correlationId),
        failure?.correlationId,
        ...answers.map((answer) => answer.failure?.correlationId),
      ].filter((id) => id !== undefined),
    };
    if (order.removes) {
      // From then on the gateway is not the app's: the app does not check, repair or rotate it any more.
      if (ending.status === 'Succeeded') await forgetDeployed(archive.rows, id, order.removes.gatewayId);
    } else if (order.migrates?.path === 'to-entra' && ending.status === 'Succeeded')
      await forgetDeployed(archive.rows, id, order.migrates.gatewayId);
    else if (result?.gatewayId && (!order.migrates || order.rotates || brought))
      await keepDeployed(archive.rows, id, order, result.gatewayId, result.secrets ?? [], brought);
    await remember(archive, { id, order, entry: 'ended', at, change });
  };

/** For a deployment that failed, the failure says what is not as planned. */
function verificationOf({ verification }: Progress, failure: Failure | undefined): Verification | undefined {
  if (failure?.code !== 'VerificationFailed') return verification;
  return { problems: failure.details ?? [], servers: verification?.servers ?? [] };
}
