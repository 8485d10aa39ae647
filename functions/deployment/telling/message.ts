import type { OutgoingEvent } from '../../../shared/deployment/contract.ts';
import type { AnswerOrder } from '../steps/answer-ticket.ts';

/** What a ticket system or the topic is told. */
export type Message = AnswerOrder | { readonly event: OutgoingEvent };

/** The orchestration that goes on telling a message. Each message has its own, so that only one tells it. */
export const tellingOf = (message: Message) =>
  'event' in message ? `telling-event-${message.event.id}` : `telling-ticket-${message.answer.id}`;
