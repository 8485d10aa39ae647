import * as z from 'zod';
import { nameOf } from '../../core/resource-id.ts';
import { sha256 } from '../../core/sha256.ts';
import type { Order, Removal } from '../contract.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../request.ts';
import { virtualNetworkGatewayId } from '../requested/gateway-id.ts';

const { ticket, virtualNetworkId } = vpnGatewayRequest.shape;

const fields = {
  virtualNetworkGatewayId: virtualNetworkGatewayId.optional(),
  virtualNetworkId: virtualNetworkId
    .optional()
    .meta({ description: 'Give this instead of the gateway: the VNet whose gateway it is.' }),
  keepGateway: z.boolean().default(false).meta({
    description:
      'Removes point-to-site from the gateway. The gateway stays with its addresses and its subnet.',
  }),
  approval: z
    .strictObject({
      required: z
        .literal(true, 'must be true or left out: a removal always waits for an approval')
        .default(true),
      timeoutDays: z.int().min(1, 'must be 1 to 30').max(30, 'must be 1 to 30').default(7),
    })
    .prefault({}),
};

const oneOfBoth = {
  error: 'must name the gateway: give either virtualNetworkGatewayId or virtualNetworkId, not both',
  path: ['virtualNetworkGatewayId'],
};
const namesOne = (asked: {
  readonly virtualNetworkGatewayId?: unknown;
  readonly virtualNetworkId?: unknown;
}) => (asked.virtualNetworkGatewayId === undefined) !== (asked.virtualNetworkId === undefined);

/** The body of `POST /removals`. */
export const removalRequest = z
  .strictObject({ ...fields, ticket: ticket.optional() })
  .refine(namesOne, oneOfBoth);

/** A ticket of the kind `remove`. */
export const removalTicket = z
  .strictObject({ kind: z.literal('remove'), ...fields, ticket })
  .refine(namesOne, oneOfBoth);

export type RemovalRequest = z.output<typeof removalRequest>;

/**
 * The order for a removal: a request that only says which gateway it is about, so that it is recorded and found like
 * other orders.
 */
export function removalOrder(
  removal: Removal,
  virtualNetworkId: string,
  asked: { readonly ticket: VpnGatewayRequest['ticket']; readonly timeoutDays: number },
): Order {
  const request = vpnGatewayRequest.parse({
    ticket: asked.ticket,
    virtualNetworkId,
    gateway: { name: nameOf(removal.gatewayId) },
    approval: { required: true, timeoutDays: asked.timeoutDays },
  });
  const wish = ['remove', removal.gatewayId.toLowerCase(), removal.keepsGateway === true];
  return { request, removes: removal, fingerprint: sha256(JSON.stringify(wish)).slice(0, 32) };
}
