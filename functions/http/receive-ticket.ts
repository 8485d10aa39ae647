import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../shared/config.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../../shared/deployment/request.ts';
import { wishFingerprint } from '../../shared/deployment/wish-fingerprint.ts';
import type { Archive } from '../../shared/ports.ts';
import type { RemovalNeeds } from '../removal/facts.ts';
import { jsonOf, parsedBy, textOf } from './answers.ts';
import type { Caller, Handler } from './callers.ts';
import { type MigrationNeeds, receiveMigration } from './migrations/migrate-gateway.ts';
import { receiveRemoval } from './removals/remove-gateway.ts';
import { startOrder } from './start-order.ts';
import { allowed, foreignSystem } from './ticket-systems/ticket-checks.ts';

/** `POST /tickets`: a ticket in our own form, which asks for a gateway, or of the kind `remove` or `migrate`. */
export const receiveTicket =
  (archive: Archive, settings: Settings, removals: RemovalNeeds, migrations: MigrationNeeds): Handler =>
  async (http, context, caller) => {
    const body = jsonOf(await textOf(http));
    const kind = (body as { kind?: unknown } | null)?.kind;
    if (kind === 'migrate') return receiveMigration(migrations, http, context, body, caller);
    if (kind !== undefined) return receiveRemoval(removals, settings, http, context, body, caller);
    const request = parsedBy(body, vpnGatewayRequest, foreignSystem(body, caller));
    const wanted = allowed(request, settings);
    return startRequest(archive, http, context, wanted, caller);
  };

/** Starts the deployment that a ticket asks for, in the name of its sender. */
function startRequest(
  archive: Archive,
  http: HttpRequest,
  context: InvocationContext,
  wanted: VpnGatewayRequest,
  caller?: Caller,
): Promise<HttpResponseInit> {
  const request = caller ? { ...wanted, ticket: { requestedBy: caller.name, ...wanted.ticket } } : wanted;
  return startOrder(archive, http, context, { request, fingerprint: wishFingerprint(request) }, caller);
}
