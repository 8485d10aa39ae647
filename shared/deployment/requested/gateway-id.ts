import * as z from 'zod';
import { isResourceOfType, resourceIdIn } from '../../core/resource-id.ts';

/** The gateway that a rotation, a migration or a removal is about; an address of the portal is taken for the id in it. */
export const virtualNetworkGatewayId = z
  .string()
  .overwrite(resourceIdIn)
  .refine(
    (id) => isResourceOfType(id, 'Microsoft.Network/virtualNetworkGateways'),
    'must be the resource id of a virtual network gateway: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworkGateways/…',
  );
