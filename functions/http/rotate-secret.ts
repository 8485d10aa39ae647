import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { failed, refused } from '../../shared/core/errors.ts';
import { isResourceOfType } from '../../shared/core/resource-id.ts';
import { isVpn } from '../../shared/gateway/gateway.ts';
import type { Archive, VpnGateways } from '../../shared/ports.ts';
import { type RotationNeeds, rotationOrder } from '../deployment/secret/rotation-order.ts';
import { bodyOf } from './answers.ts';
import type { Caller } from './callers.ts';
import { startOrder } from './start-order.ts';

export const rotation = z.strictObject({
  virtualNetworkGatewayId: z
    .string()
    .refine(
      (id) => isResourceOfType(id, 'Microsoft.Network/virtualNetworkGateways'),
      'must be the resource id of a virtual network gateway: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworkGateways/…',
    ),
});

/** `POST /rotations`: a new shared secret for the gateway and its NPS servers. */
export const rotateSecret =
  (archive: Archive, gateways: VpnGateways, needs: RotationNeeds) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const { virtualNetworkGatewayId: id } = await bodyOf(http, rotation);
    const gateway = await gateways.read(id);
    if (!gateway || !isVpn(gateway)) {
      const message = `There is no VPN gateway ${id}, or the app's identity may not read it.`;
      throw failed('NotFound', message, 'virtualNetworkGatewayId');
    }
    const { order, problems } = await rotationOrder(
      gateway,
      { id: context.invocationId, requestedBy: caller?.name },
      needs,
    );
    if (problems.length > 0) {
      const sentences = problems.map(({ message }) => message).join(' ');
      throw refused('InvalidRequest', `The secret cannot be rotated. ${sentences}`, problems);
    }
    return startOrder(archive, http, context, order, caller);
  };
