import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed } from '../../shared/core/errors.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import type { Archive } from '../../shared/ports.ts';
import { startDeployment } from '../deployment/start.ts';
import type { Caller } from './callers.ts';

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
  const { id, isNew, order, isSameWish } = await startDeployment(archive, context, {
    ...wanted,
    ...(requestedBy && { requestedBy }),
  });
  if (!isSameWish) {
    throw failed(
      'DeploymentInProgress',
      `Another deployment of this virtual network is running with a different request (ticket ${order.request.ticket.id}). Wait until it has ended, or cancel it.`,
      id,
    );
  }
  const statusUrl = new URL(`/api/deployments/${id}`, http.url).href;
  return {
    status: 202,
    headers: { Location: statusUrl, 'Retry-After': '10' },
    jsonBody: { id, virtualNetworkId: request.virtualNetworkId, statusUrl, alreadyRunning: !isNew },
  };
}
