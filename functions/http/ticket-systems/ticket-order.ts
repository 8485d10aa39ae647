import type * as z from 'zod';
import type { Settings } from '../../../shared/config.ts';
import { refused, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import { removalTicket } from '../../../shared/deployment/removal/request.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import type { MappedRequest } from '../../../shared/deployment/tickets/mapped-request.ts';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import type { RemovalNeeds } from '../../removal/facts.ts';
import { removalOrderOf } from '../../removal/removal-order.ts';
import { parsedBy } from '../answers.ts';
import { allowed } from './ticket-checks.ts';

/** What the ticket asks for: a gateway, or that it is removed. */
export async function orderOfTicket(
  needs: RemovalNeeds,
  settings: Settings,
  ticket: MappedRequest,
): Promise<Order> {
  const { kind } = ticket.input;
  if (kind === 'remove') return removalOrderOf(needs, allowed(asMapped(ticket, removalTicket), settings));
  const request = allowed(asMapped(ticket, vpnGatewayRequest, kind), settings);
  return { request, fingerprint: wishFingerprint(request) };
}

/** Parses the mapped request. A problem names the field of the ticket system that holds the wrong value. */
function asMapped<T extends z.ZodType>(
  { input, targetInSource }: MappedRequest,
  schema: T,
  wrongKind?: unknown,
): z.output<T> {
  const { kind: _, ...others } = input;
  const unknown = {
    code: 'FieldInvalid',
    message: 'must be deploy or remove, or must be empty',
    target: 'kind',
  };
  try {
    return wrongKind === undefined ? parsedBy(input, schema) : parsedBy(others, schema, [unknown]);
  } catch (error) {
    if (!(error instanceof VpnRadiusError)) throw error;
    const details = (error.failure.details ?? []).map(({ target, ...problem }) => ({
      ...problem,
      ...(target !== undefined && { target: targetInSource(target) }),
    }));
    const sentences = details.map((detail) => `${detail.target}: ${detail.message}`).join('; ');
    throw refused('InvalidRequest', `The ticket is not valid: ${sentences}.`, details);
  }
}
