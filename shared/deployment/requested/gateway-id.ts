import * as z from 'zod';
import { isResourceOfType, resourceIdIn } from '../../core/resource-id.ts';

/** The gateway of a rotation, a migration or a removal. The id is also read from an address of the portal. */
export const virtualNetworkGatewayId = z
  .string()
  .overwrite(resourceIdIn)
  .refine(
    (id) => isResourceOfType(id, 'Microsoft.Network/virtualNetworkGateways'),
    'must be the resource id of a virtual network gateway: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworkGateways/…',
  );
