import type { InvocationContext } from '@azure/functions';
import { type Failure, failureOf } from '../../shared/core/errors.ts';
import { shortHash } from '../../shared/core/resource-id.ts';
import type {
  AnyPlan,
  Ending,
  EventTold,
  Order,
  Progress,
  TicketAnswer,
  Verification,
} from '../../shared/deployment/contract.ts';
import { askedAt } from '../../shared/deployment/ids.ts';
import type { AnswerTold, DecisionMade, Ticket } from '../../shared/deployment/record/record.ts';
import type { Brought } from '../../shared/deployment/wished.ts';
import type { Archive, Tickets } from '../../shared/ports.ts';
import { stagesWithAttempts } from '../deployment/instances.ts';
import type { AnswerOrder } from '../deployment/steps/answer-ticket.ts';
import { startTelling } from '../deployment/telling/start-telling.ts';
import { readCard } from './cards.ts';
import { forgetDeployed, keepDeployed } from './deployed.ts';
import { releaseLock } from './lock.ts';
import { remember } from './remember.ts';

export interface PlannedEntry {
  readonly id: string;
  readonly order: Order;
  readonly at: string;
  readonly plan: AnyPlan;
  readonly planDigest?: string | undefined;
  /** The number of this question, also when nobody had to be asked. */
  readonly turn: number;
  readonly isWaiting: boolean;
}

/** Keeps the plan, and whether somebody has to decide on it. */
export const recordPlan =
  (archive: Archive) =>
  async ({ id, order, at, plan, planDigest, turn, isWaiting }: PlannedEntry): Promise<void> => {
    const status = isWaiting ? 'AwaitingApproval' : 'Running';
    await remember(archive, {
      id,
      order,
      entry: `planned-${turn}`,
      at,
      change: { status, plan, planDigest },
    });
  };

export interface DecisionEntry {
  readonly id: string;
  readonly order: Order;
  readonly decision: DecisionMade;
}

/** Keeps who decided what. What follows from it is recorded when it has followed. */
export const recordDecision =
  (archive: Archive) =>
  async ({ id, order, decision }: DecisionEntry): Promise<void> => {
    const change = { status: 'Running', decisions: [decision] } as const;
    await remember(archive, { id, order, entry: `decided-${decision.at}`, at: decision.at, change });
  };

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

export interface FurtherAnswers {
  readonly tickets: readonly Ticket[];
  readonly answer: TicketAnswer;
}

/**
 * Answers tickets that asked for the same. An answer that does not arrive goes to an orchestration of its own, which
 * tries for a day.
 */
export const answerFurtherTickets =
  (tickets: Tickets) =>
  async (
    { tickets: further, answer }: FurtherAnswers,
    context: InvocationContext,
  ): Promise<readonly AnswerTold[]> => {
    const told: AnswerTold[] = [];
    for (let from = 0; from < further.length; from += 8) {
      const some = further.slice(from, from + 8).map(async (ticket): Promise<AnswerTold> => {
        const order = answerFor(ticket, answer);
        if (!order) return { ticket, at: answer.at, outcome: 'nowhere to answer' };
        try {
          await tickets.answer(order.ticket, order.answer);
          return { ticket, at: answer.at, outcome: 'arrived' };
        } catch (error) {
          const failure = failureOf(error);
          if (!failure.transient) return { ticket, at: answer.at, outcome: 'failed', failure };
          return { ...(await handedOver(context, ticket, answer)), failure };
        }
      });
      told.push(...(await Promise.all(some)));
    }
    return told;
  };

/** Undefined when there is nowhere to answer. Each ticket has an answer with its own id. */
function answerFor(ticket: Ticket, answer: TicketAnswer): AnswerOrder | undefined {
  if (ticket.system === 'webhook' && ticket.callbackUrl === undefined) return undefined;
  const id = `${answer.id}-${shortHash(`${ticket.system} ${ticket.id} ${ticket.callbackUrl}`)}`;
  return { ticket, answer: { ...answer, id } };
}

/** Hands an answer to the orchestration that goes on trying for a day. */
export async function handedOver(
  context: InvocationContext,
  ticket: Ticket,
  answer: TicketAnswer,
): Promise<AnswerTold> {
  const order = answerFor(ticket, answer);
  if (!order) return { ticket, at: answer.at, outcome: 'nowhere to answer' };
  await startTelling(order, context);
  return { ticket, at: answer.at, outcome: 'trying' };
}

export interface EventEntry {
  readonly deploymentId: string;
  readonly told: EventTold;
}

/** Keeps what became of an event that the topic had not taken at once. */
export const recordEvent =
  (archive: Archive) =>
  async ({ deploymentId: id, told }: EventEntry): Promise<void> => {
    const card = askedAt(id) && (await readCard(archive.rows, id));
    if (!card) return;
    const { order } = card;
    const entry = `told-${told.id}-${told.outcome}`;
    await remember(archive, { id, order, entry, at: told.at, change: { events: [told] } });
  };

export interface AnswerEntry {
  readonly order: AnswerOrder;
  readonly told: AnswerTold;
}

/** Keeps whether an answer arrived that was still being told when the deployment had ended. */
export const recordAnswer =
  (archive: Archive) =>
  async ({ order: { answer }, told }: AnswerEntry): Promise<void> => {
    // A refusal belongs to no deployment.
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
