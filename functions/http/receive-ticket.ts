import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../shared/config.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../../shared/deployment/request.ts';
import { wishFingerprint } from '../../shared/deployment/wish.ts';
import type { Archive } from '../../shared/ports.ts';
import type { RemovalNeeds } from '../deployment/removal/facts.ts';
import { jsonOf, parsed, textOf } from './answers.ts';
import type { Caller } from './callers.ts';
import { type MigrationNeeds, receiveMigration } from './migrations/migrate-gateway.ts';
import { receiveRemoval } from './removals/remove-gateway.ts';
import { startOrder } from './start-order.ts';
import { allowed, foreignSystem } from './ticket-systems/ticket-checks.ts';

/** `POST /tickets`: a ticket in our own form, which asks for a gateway, or of the kind `remove` or `migrate`. */
export const receiveTicket =
  (archive: Archive, settings: Settings, removals: RemovalNeeds, migrations: MigrationNeeds) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const body = jsonOf(await textOf(http));
    const kind = (body as { kind?: unknown } | null)?.kind;
    if (kind === 'migrate') return receiveMigration(migrations, http, context, body, caller);
    if (kind !== undefined) return receiveRemoval(removals, settings, http, context, body, caller);
    const request = parsed(body, vpnGatewayRequest, foreignSystem(body, caller));
    return startRequest(archive, http, context, allowed(request, settings), caller);
  };

/** Starts the deployment that a ticket asks for, in the name of whoever sent it. */
export async function startRequest(
  archive: Archive,
  http: HttpRequest,
  context: InvocationContext,
  wanted: VpnGatewayRequest,
  caller?: Caller,
  requesterIds: readonly string[] = [],
): Promise<HttpResponseInit> {
  const request = caller ? { ...wanted, ticket: { requestedBy: caller.name, ...wanted.ticket } } : wanted;
  const order = {
    request,
    fingerprint: wishFingerprint(request),
    ...(requesterIds.length > 0 && { requesterIds }),
  };
  return startOrder(archive, http, context, order, caller);
}
