import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import type { MappedRequest } from '../../../shared/deployment/tickets/mapped-request.ts';
import type { TicketPeople } from '../../../shared/ports.ts';
import type { RemovalNeeds } from '../../removal/facts.ts';
import { startOrder } from '../start-order.ts';
import type { TicketSystemName } from './authenticity.ts';
import { whyNoCorrection } from './correction.ts';
import { ignored } from './ignored.ts';
import { tellRefusal } from './refusal.ts';
import { orderOfTicket } from './ticket-order.ts';

/** Starts what a ticket asks for. A refusal is told on the ticket, too. */
export const beginRequest =
  (needs: RemovalNeeds, settings: Settings, people: TicketPeople) =>
  async (
    system: TicketSystemName,
    ticket: MappedRequest,
    http: HttpRequest,
    context: InvocationContext,
  ): Promise<HttpResponseInit> => {
    try {
      const order = await orderOfTicket(needs, settings, ticket);
      const reason = ticket.isEdit && (await whyNoCorrection(needs, context, order));
      if (reason) return ignored(reason);
      const requesterIds = await people.identities(system, ticket.requester);
      return await startOrder(needs, http, context, {
        ...order,
        ...(requesterIds.length > 0 && { requesterIds }),
      });
    } catch (error) {
      await tellRefusal(context, system, ticket, failureOf(error));
      throw error;
    }
  };
