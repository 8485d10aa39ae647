import type { PublicIPAddress } from '@azure/arm-network';
import type { PublicIpAddress } from '../../gateway/model.ts';
import type { PublicIpAddresses } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking, found } from '../wire/errors.ts';
import { startDeletion, startOperation } from '../wire/operation.ts';
import { resourcePath } from '../wire/resource-path.ts';
import { provisioningState } from './provisioning-state.ts';

export function publicIpAddresses(azure: Azure): PublicIpAddresses {
  return {
    async read(id) {
      const { subscriptionId, resourceGroup, name } = resourcePath(id);
      const model = await found(id, async () =>
        (await azure.network(subscriptionId)).publicIPAddresses.get(resourceGroup, name),
      );
      return model && publicIpAddress(model, id);
    },

    async delete(id) {
      const { subscriptionId, resourceGroup, name } = resourcePath(id);
      return startDeletion(id, async (first) =>
        (await azure.network(subscriptionId)).publicIPAddresses.beginDelete(resourceGroup, name, first),
      );
    },

    async create(id, location, zones) {
      const { subscriptionId, resourceGroup, name } = resourcePath(id);
      const wanted: PublicIPAddress = {
        location,
        sku: { name: 'Standard', tier: 'Regional' },
        publicIPAllocationMethod: 'Static',
        publicIPAddressVersion: 'IPv4',
        ...(zones.length > 0 ? { zones: [...zones] } : {}),
      };
      return asking(id, async () => {
        const { publicIPAddresses } = await azure.network(subscriptionId);
        const { retryAfterSeconds } = await startOperation((first) =>
          publicIPAddresses.beginCreateOrUpdate(resourceGroup, name, wanted, first),
        );
        return { retryAfterSeconds };
      });
    },
  };
}

export function publicIpAddress(model: PublicIPAddress, id: string): PublicIpAddress {
  return {
    id: model.id ?? id,
    sku: model.sku?.name ?? 'Basic',
    allocationMethod: model.publicIPAllocationMethod ?? 'Dynamic',
    provisioningState: provisioningState(model.provisioningState),
    ...(model.ipAddress ? { ipAddress: model.ipAddress } : {}),
    zones: model.zones ?? [],
    ...(model.ipConfiguration?.id ? { usedBy: model.ipConfiguration.id } : {}),
  };
}
