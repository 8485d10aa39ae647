import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../shared/config.ts';
import { failed, type Problem, refused } from '../../shared/core/errors.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../../shared/deployment/request.ts';
import { wishFingerprint } from '../../shared/deployment/wish.ts';
import type { Archive } from '../../shared/ports.ts';
import { callbackProblem } from '../../shared/ticketing/callback-url.ts';
import { startDeployment } from '../deployment/start.ts';
import { jsonOf, parsed, textOf } from './answers.ts';
import type { Caller } from './callers.ts';

/** `POST /tickets`: a ticket in our own form. */
export const receiveTicket =
  (archive: Archive, settings: Settings) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const body = jsonOf(await textOf(http));
    const request = parsed(body, vpnGatewayRequest, foreignSystem(body, caller));
    return startRequest(archive, http, context, allowed(request, settings), caller);
  };

/**
 * An answer comments on the ticket and closes it. Whoever may post tickets could so close any ticket of another system, so
 * those come through their own route, which proves who sent them, or from that system itself where it can sign in.
 */
function foreignSystem(body: unknown, caller: Caller | undefined): Problem[] {
  const system = (body as { ticket?: { system?: unknown } } | null)?.ticket?.system;
  if ((system !== 'servicenow' && system !== 'jira') || caller?.roles.includes('TicketSystem')) return [];
  const message = `must be webhook: tickets of ${system} come through POST /api/tickets/${system}, signed by it`;
  return [{ code: 'FieldInvalid', message, target: 'ticket.system' }];
}

/** A ticket that could never be answered is refused now, not in forty minutes. */
export function allowed(request: VpnGatewayRequest, settings: Settings): VpnGatewayRequest {
  const { callbackUrl } = request.ticket;
  const problem =
    callbackUrl === undefined ? undefined : callbackProblem(callbackUrl, settings.CALLBACK_ALLOWED_HOSTS);
  if (problem)
    throw refused('InvalidRequest', `The request is not as it must be: ${problem.message}`, [problem]);
  return request;
}

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

/** Starts what `order` says and answers with where to follow it. */
export async function startOrder(
  archive: Archive,
  http: HttpRequest,
  context: InvocationContext,
  wanted: Order,
  caller?: Caller,
): Promise<HttpResponseInit> {
  const { request } = wanted;
  const requestedBy = caller && { id: caller.id, name: caller.name };
  const { id, started, order, sameWish } = await startDeployment(archive, context, {
    ...wanted,
    ...(requestedBy && { requestedBy }),
  });
  if (!sameWish) {
    throw failed(
      'DeploymentInProgress',
      `Another deployment of this virtual network is under way with another wish (ticket ${order.request.ticket.id}): wait until it has ended, or cancel it.`,
      id,
    );
  }
  const statusUrl = new URL(`/api/deployments/${id}`, http.url).href;
  return {
    status: 202,
    headers: { Location: statusUrl, 'Retry-After': '10' },
    jsonBody: { id, virtualNetworkId: request.virtualNetworkId, statusUrl, alreadyRunning: !started },
  };
}
