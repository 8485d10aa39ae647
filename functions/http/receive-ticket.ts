import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import type { Settings } from '../../shared/config.ts';
import { failed, refused } from '../../shared/core/errors.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { deploymentId } from '../../shared/deployment/ids.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../../shared/deployment/request.ts';
import { wishFingerprint } from '../../shared/deployment/wish.ts';
import { callbackProblem } from '../../shared/ticketing/callback-url.ts';
import { readDeployment } from '../deployment/instances.ts';
import { isRunning, startOnce } from '../durable-instances.ts';
import { bodyOf } from './answers.ts';
import type { Caller } from './callers.ts';

/** `POST /tickets`: a ticket in our own form. */
export const receiveTicket =
  (settings: Settings) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const request = allowed(await bodyOf(http, vpnGatewayRequest), settings);
    return startDeployment(http, context, request, caller);
  };

/** A ticket that could never be answered is refused now, not in forty minutes. */
export function allowed(request: VpnGatewayRequest, settings: Settings): VpnGatewayRequest {
  const { callbackUrl } = request.ticket;
  const problem =
    callbackUrl === undefined ? undefined : callbackProblem(callbackUrl, settings.CALLBACK_ALLOWED_HOSTS);
  if (problem)
    throw refused('InvalidRequest', `The request is not as it must be: ${problem.message}`, [problem]);
  return request;
}

/**
 * Starts the deployment of a VNet, or finds the one that runs: its instance id comes from the VNet's id, so a second
 * ticket, a repeated one and two at once all meet the same instance.
 */
export async function startDeployment(
  http: HttpRequest,
  context: InvocationContext,
  wanted: VpnGatewayRequest,
  caller?: Caller,
): Promise<HttpResponseInit> {
  const request = caller ? { ...wanted, ticket: { requestedBy: caller.name, ...wanted.ticket } } : wanted;
  return startOrder(http, context, { request, fingerprint: wishFingerprint(request) }, caller);
}

export async function startOrder(
  http: HttpRequest,
  context: InvocationContext,
  wanted: Order,
  caller?: Caller,
): Promise<HttpResponseInit> {
  const order: Order = {
    ...wanted,
    ...(caller && { requestedBy: { id: caller.id, name: caller.name } }),
  };
  const { request } = order;
  const id = deploymentId(request.virtualNetworkId);
  const before = await readDeployment(context, id);
  const started =
    !(before && isRunning(before)) && (await startOnce(getClient(context), 'provisionVpnGateway', id, order));
  // Read back also after a start: of two starts at the same instant a storage account may take both and keep one.
  const running = await readDeployment(context, id);
  if (running && !sameWish(running.input, order)) {
    throw failed(
      'DeploymentInProgress',
      `Another deployment of this virtual network is under way with another wish (ticket ${running.input.request.ticket.id}): wait until it has ended, or cancel it.`,
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

const sameWish = (one: Order, other: Order) =>
  one.fingerprint === other.fingerprint && one.rotates?.gatewayId === other.rotates?.gatewayId;
