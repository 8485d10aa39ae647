import { failed } from '../../shared/core/errors.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { type RemovalRequest, removalOrder } from '../../shared/deployment/removal/request.ts';
import type { RemovalNeeds } from './facts.ts';
import { gatewayOfNetwork, removedGateway } from './removed-gateway.ts';

/** The order to remove what was made for a gateway that exists, or that the records know. */
export async function removalOrderOf(
  needs: RemovalNeeds,
  asked: RemovalRequest & { readonly ticket: NonNullable<RemovalRequest['ticket']> },
): Promise<Order> {
  const { virtualNetworkGatewayId: id, virtualNetworkId, ticket, keepGateway, approval } = asked;
  const found = id ? await removedGateway(needs, id) : await gatewayOfNetwork(needs, virtualNetworkId!);
  if (!found) {
    const what = id ? `no VPN gateway ${id}` : `no VPN gateway in ${virtualNetworkId}`;
    throw failed(
      'NotFound',
      `There is ${what}, or the app's identity may not read it. There is also no record of one that this app made.`,
      id ? 'virtualNetworkGatewayId' : 'virtualNetworkId',
    );
  }
  const { gatewayId, isThere } = found;
  const removal = { gatewayId, ...(keepGateway && { keepsGateway: true }) };
  const { timeoutDays } = approval;
  const order = removalOrder(removal, found.virtualNetworkId, { ticket, timeoutDays });
  return { ...order, ...(isThere && { isSeen: true }) };
}
