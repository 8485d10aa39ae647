import type { InvocationContext } from '@azure/functions';
import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import { shortHash } from '../../../shared/core/resource-id.ts';
import type { MappedRequest } from '../../../shared/deployment/tickets/mapped-request.ts';
import type { AnswerOrder } from '../../deployment/steps/answer-ticket.ts';
import { startTelling } from '../../deployment/telling/start-telling.ts';
import type { TicketSystemName } from './authenticity.ts';

/** Refusals that the person who wrote the ticket can fix, or should at least know. */
const toldOnTicket = ['InvalidRequest', 'SecretReserved', 'DeploymentInProgress'];

/**
 * Nobody reads the response to a webhook. So a refused ticket gets the reason as a comment or work note. This is tried
 * for a day, as with final answers. It is written once, also when the same is sent again. A ticket that fills in no
 * field of a request is not for this app, and gets no comment.
 */
export async function tellRefusal(
  context: InvocationContext,
  system: TicketSystemName,
  { input, isEmpty }: MappedRequest,
  failure: Failure,
): Promise<void> {
  const id = (input.ticket as { id?: unknown } | undefined)?.id;
  if (typeof id !== 'string' || id === '' || isEmpty || !toldOnTicket.includes(failure.code)) return;
  const text = refusalText(failure);
  const answerId = `refusal-${shortHash(`${system} ${id} ${text}`)}`;
  const order: AnswerOrder = {
    ticket: { system, id },
    answer: {
      id: answerId,
      deploymentId: failure.code === 'DeploymentInProgress' ? (failure.target ?? '') : '',
      virtualNetworkId: typeof input.virtualNetworkId === 'string' ? input.virtualNetworkId : '',
      status: 'Refused',
      text,
      at: new Date().toISOString(),
      error: { code: failure.code, message: failure.message, target: failure.target },
    },
  };
  try {
    await startTelling(order, context);
  } catch (error) {
    // The sender of the webhook is still told the reason. When the same is refused twice at once, the first one is
    // being told.
    context.warn(`The refusal of ${id} (${system}) could not be sent: ${failureOf(error).code}.`);
  }
}

function refusalText({ message, details = [] }: Failure): string {
  if (details.length === 0) return message;
  return [
    'The ticket was not accepted, and nothing was started. Please correct:',
    ...details.map((detail) => `- ${detail.target ? `${detail.target}: ` : ''}${detail.message}`),
    'The app reads the corrected ticket when it is saved.',
  ].join('\n');
}
