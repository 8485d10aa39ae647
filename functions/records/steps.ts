import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { shortHash } from '../../shared/core/resource-id.ts';
import type { Ending, Order, Plan, Progress } from '../../shared/deployment/contract.ts';
import { askedAt } from '../../shared/deployment/ids.ts';
import type { AnswerTold, DecisionMade, Ticket } from '../../shared/deployment/record.ts';
import type { Archive } from '../../shared/ports.ts';
import type { AnswerOrder } from '../deployment/steps/answer-ticket.ts';
import { startOnce } from '../durable-instances.ts';
import { readCard } from './cards.ts';
import { keepDeployed } from './deployed.ts';
import { releaseLock } from './lock.ts';
import { remember } from './remember.ts';

export interface PlannedEntry {
  readonly id: string;
  readonly order: Order;
  readonly at: string;
  readonly plan: Plan;
  readonly planDigest?: string | undefined;
  readonly waits: boolean;
}

/** Keeps the plan, and that somebody is to decide on it. */
export const recordPlan =
  (archive: Archive) =>
  async ({ id, order, at, plan, planDigest, waits }: PlannedEntry): Promise<void> => {
    const status = waits ? 'AwaitingApproval' : 'Running';
    await remember(archive, { id, order, entry: 'planned', at, change: { status, plan, planDigest } });
  };

export interface DecisionEntry {
  readonly id: string;
  readonly order: Order;
  readonly decision: DecisionMade;
}

/** Keeps who decided what; what follows from it is told when it has followed. */
export const recordDecision =
  (archive: Archive) =>
  async ({ id, order, decision }: DecisionEntry): Promise<void> => {
    const change = { status: 'Running', decisions: [decision] } as const;
    await remember(archive, { id, order, entry: `decided-${decision.at}`, at: decision.at, change });
  };

export interface EndedOrder {
  readonly id: string;
  readonly order: Order;
  readonly ending: Ending;
  readonly result?: Progress['result'] | undefined;
}

/** Lets the next deployment of the VNet begin, since this one changes nothing any more; returns the tickets that joined it. */
export const releaseVirtualNetwork =
  ({ rows }: Archive) =>
  async ({ id, order, ending, result }: EndedOrder): Promise<readonly Ticket[]> =>
    releaseLock(rows, { id, virtualNetworkId: order.request.virtualNetworkId }, { ending, result });

export interface EndedEntry extends EndedOrder {
  readonly at: string;
  readonly progress: Progress;
  readonly furtherTickets: readonly Ticket[];
  readonly answers: readonly AnswerTold[];
}

/** Keeps how it ended, with everything that was done and told. */
export const recordEnd =
  (archive: Archive) =>
  async ({ id, order, ending, at, progress, furtherTickets, answers }: EndedEntry): Promise<void> => {
    const { stages, result } = progress;
    const { failure } = ending;
    const change = {
      status: ending.status,
      endedAt: at,
      stages,
      result,
      ending,
      furtherTickets,
      answers,
      correlationIds: failure?.correlationId ? [failure.correlationId] : [],
    };
    if (result?.gatewayId) await keepDeployed(archive.rows, id, order, result.gatewayId);
    await remember(archive, { id, order, entry: 'ended', at, change });
  };

export interface FurtherAnswers {
  readonly tickets: readonly Ticket[];
  readonly answer: AnswerOrder['answer'];
}

/** Answers the tickets that asked for the same, each by an orchestration of its own that goes on trying for a day. */
export const answerFurtherTickets =
  () =>
  async ({ tickets, answer }: FurtherAnswers, context: InvocationContext): Promise<readonly AnswerTold[]> => {
    const told: AnswerTold[] = [];
    for (let from = 0; from < tickets.length; from += 8) {
      const some = tickets.slice(from, from + 8).map(async (ticket): Promise<AnswerTold> => {
        const isAnswered = ticket.system !== 'webhook' || ticket.callbackUrl !== undefined;
        if (!isAnswered) return { ticket, at: answer.at, outcome: 'nowhere to answer' };
        const id = `${answer.id}-${shortHash(`${ticket.system} ${ticket.id} ${ticket.callbackUrl}`)}`;
        const order: AnswerOrder = { ticket, answer: { ...answer, id } };
        await startOnce(getClient(context), 'deliverAnswer', `answer-${id}`, order);
        return { ticket, at: answer.at, outcome: 'trying' };
      });
      told.push(...(await Promise.all(some)));
    }
    return told;
  };

export interface AnswerEntry {
  readonly order: AnswerOrder;
  readonly told: AnswerTold;
}

/** Keeps whether an answer arrived that was still being told when the deployment had ended. */
export const recordAnswer =
  (archive: Archive) =>
  async ({ order: { answer }, told }: AnswerEntry): Promise<void> => {
    // A refusal is of no deployment.
    const card = askedAt(answer.deploymentId) && (await readCard(archive.rows, answer.deploymentId));
    if (!card || answer.status === 'Refused') return;
    const { order } = card;
    await remember(archive, {
      id: answer.deploymentId,
      order,
      entry: `answered-${answer.id}`,
      at: told.at,
      change: { answers: [told] },
    });
  };
