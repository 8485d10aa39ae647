import { once, type Step, steps } from '../../shared/core/durable.ts';
import { type Failure, failureOf } from '../../shared/core/errors.ts';
import { answerText, type Question } from '../../shared/deployment/answer.ts';
import type { TicketAnswer } from '../../shared/deployment/contract.ts';
import type { AnswerTold, Ticket } from '../../shared/deployment/record/record.ts';
import type { VpnGatewayRequest } from '../../shared/deployment/request.ts';
import type { Activities } from '../steps.ts';
import type { Run } from './run.ts';
import type { AnswerOrder } from './steps/answer-ticket.ts';
import { tellLater } from './telling/keep-telling.ts';

interface Told {
  readonly status: Exclude<TicketAnswer['status'], 'Refused'>;
  readonly failure?: Failure | undefined;
  readonly stage?: string | undefined;
  readonly question?: Question | undefined;
  readonly isRemoval?: boolean;
}

/**
 * Tells the ticket how far the deployment is. A note that does not arrive delays nothing: `keepTelling` goes on trying.
 */
export function* tellTicket(run: Run, request: VpnGatewayRequest, told: Told): Step<void> {
  if (request.ticket.system === 'webhook' && told.status === 'Running') return;
  const order = answerOrder(run, request, told);
  const failure = yield* run.step.noteOnTicket(order);
  if (!failure?.transient) return;
  const telling = yield* tellLater(run.context, order);
  run.progress.tell({ branches: [...(run.progress.status.branches ?? []), telling] });
}

/**
 * Answers the ticket, also when the deployment failed. An answer that cannot be delivered at once goes to
 * `keepTelling`, which tries for a day. The deployment itself has ended, and the VNet is free for the next ticket.
 */
export function* sendAnswers(
  run: Run,
  request: VpnGatewayRequest,
  told: Told,
  furtherTickets: readonly Ticket[],
): Step<readonly AnswerTold[]> {
  const { context, progress } = run;
  const order = answerOrder(run, request, told);
  const { at } = order.answer;
  progress.begin('answer');
  const further: AnswerTold[] = [];
  for (let from = 0; from < furtherTickets.length; from += mostInOneStep) {
    const tickets = furtherTickets.slice(from, from + mostInOneStep);
    further.push(
      ...(yield* steps<Activities>(context).answerFurtherTickets({ tickets, answer: order.answer })),
    );
  }
  const andOthers =
    further.length > 0 ? ` ${further.length} more tickets that asked for the same are answered too.` : '';
  const outcomes = (outcome: AnswerTold['outcome'], failure?: Failure): readonly AnswerTold[] => [
    { ticket: request.ticket, at, outcome, ...(failure && { failure }) },
    ...further,
  ];
  try {
    yield* steps<Activities>(context, once).answerTicket(order);
    progress.end('answer', 'Succeeded', `${whereItIs(request)}${andOthers && `.${andOthers}`}`);
    return outcomes(isAnswered(request) ? 'arrived' : 'nowhere to answer');
  } catch (error) {
    const failure = failureOf(error);
    if (failure.transient) {
      progress.tell({ delivery: yield* tellLater(context, order) });
    }
    const more = failure.transient ? ' The app tries again for one day.' : '';
    progress.end('answer', 'Failed', `${failure.message}${more}`);
    return outcomes(failure.transient ? 'trying' : 'failed', failure);
  }
}

function answerOrder(
  { id, context, progress }: Run,
  { ticket, virtualNetworkId }: VpnGatewayRequest,
  told: Told,
): AnswerOrder {
  const { status, failure, question } = told;
  const turn = question && question.turn > 1 ? `-${question.turn}` : '';
  const at = context.df.currentUtcDateTime.toISOString();
  const { result } = progress.status;
  return {
    ticket,
    answer: {
      id: `${id}-${status}${turn}`,
      deploymentId: context.df.instanceId,
      virtualNetworkId,
      status,
      text: answerText({ ...told, result }),
      at,
      ...(result && { result: { ...result } }),
      ...(failure && {
        error: {
          code: failure.code,
          message: failure.message,
          target: failure.target,
          ...(failure.details && { details: failure.details }),
        },
      }),
    },
  };
}

const isAnswered = ({ ticket }: VpnGatewayRequest) =>
  ticket.system !== 'webhook' || ticket.callbackUrl !== undefined;

function whereItIs({ ticket: { id, system, callbackUrl } }: VpnGatewayRequest): string {
  return system === 'webhook' && !callbackUrl
    ? `Ticket ${id} names no callbackUrl, so its answer is only in this deployment`
    : `Ticket ${id} is answered`;
}

/** A step should end within seconds. */
const mostInOneStep = 25;
