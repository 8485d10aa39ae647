import type {
  RouteTable as RouteTableModel,
  Subnet as SubnetModel,
  VirtualNetwork as VirtualNetworkModel,
} from '@azure/arm-network';
import { VpnRadiusError } from '../../core/errors.ts';
import type { RouteTable, Subnet, TakenPrefixes, VirtualNetwork } from '../../gateway/model.ts';
import type { VirtualNetworks } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking, found, foundForSure } from '../wire/errors.ts';
import { startDeletion, startOperation } from '../wire/operation.ts';
import { bodyIn } from '../wire/resource-manager.ts';
import { resourcePath } from '../wire/resource-path.ts';
import { unexpectedAnswer } from '../wire/sensible-answer.ts';
import { provisioningState } from './provisioning-state.ts';

export function virtualNetworks(azure: Azure): VirtualNetworks {
  const modelOf = (id: string) => {
    const { subscriptionId, resourceGroup, name, child } = resourcePath(id);
    return found(id, async () =>
      (await azure.network(subscriptionId)).subnets.get(resourceGroup, name, child),
    );
  };
  return {
    async read(id) {
      const { subscriptionId, resourceGroup, name } = resourcePath(id);
      const model = await foundForSure(id, async () =>
        (await azure.network(subscriptionId)).virtualNetworks.get(resourceGroup, name),
      );
      return model && virtualNetwork(model, id);
    },

    async tryToRead(subscriptionId) {
      const [group, name] = ['vpn-radius-health', 'health'];
      const id = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/${name}`;
      await found(id, async () => (await azure.network(subscriptionId)).virtualNetworks.get(group, name));
    },

    async readSubnet(id) {
      const model = await modelOf(id);
      return model && subnet(model, id);
    },

    async readRouteTable(id) {
      const { subscriptionId, resourceGroup, name } = resourcePath(id);
      const model = await found(id, async () =>
        (await azure.network(subscriptionId)).routeTables.get(resourceGroup, name),
      );
      return model && routeTable(model, id);
    },

    async onPremisesPrefixes(virtualNetworkId) {
      const { subscriptionId, resourceGroup } = resourcePath(virtualNetworkId);
      return asking(virtualNetworkId, async () => {
        const taken: TakenPrefixes[] = [];
        const { localNetworkGateways } = await azure.network(subscriptionId);
        for await (const gateway of localNetworkGateways.list(resourceGroup)) {
          const prefixes = gateway.localNetworkAddressSpace?.addressPrefixes ?? [];
          if (gateway.id && prefixes.length > 0) taken.push({ by: gateway.id, prefixes });
        }
        return taken;
      });
    },

    async managerOf(virtualNetworkId) {
      const { subscriptionId, resourceGroup } = resourcePath(virtualNetworkId);
      const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
      return asking(group, async () => {
        const answer = await azure.arm({ method: 'GET', url: `${group}?api-version=2021-04-01` });
        const { id, managedBy } = bodyIn<ResourceGroup>(answer);
        if (typeof id !== 'string') throw unexpectedAnswer(group, 'is no resource group', answer);
        return managedBy || undefined;
      });
    },

    async deleteSubnet(subnetId) {
      const { subscriptionId, resourceGroup, name, child } = resourcePath(subnetId);
      return startDeletion(subnetId, async (first) =>
        (await azure.network(subscriptionId)).subnets.beginDelete(resourceGroup, name, child, first),
      );
    },

    async createSubnet(subnetId, addressPrefix) {
      const { subscriptionId, resourceGroup, name, child } = resourcePath(subnetId);
      // The specification of Microsoft.Network documents no If-None-Match for this PUT, so the subnet is
      // looked up once more.
      if (await modelOf(subnetId)) throw appeared(subnetId);
      return asking(subnetId, async () => {
        const { subnets } = await azure.network(subscriptionId);
        const { retryAfterSeconds } = await startOperation((first) =>
          subnets.beginCreateOrUpdate(resourceGroup, name, child, { addressPrefix }, first),
        );
        return { retryAfterSeconds };
      });
    },
  };
}

const appeared = (subnetId: string) =>
  new VpnRadiusError({
    code: 'GatewaySubnetChanged',
    message: 'Somebody else created the subnet at the same time. The app compares it again.',
    target: subnetId,
    transient: true,
  });

interface ResourceGroup {
  readonly id?: unknown;
  readonly managedBy?: string | null;
}

export function virtualNetwork(model: VirtualNetworkModel, id: string): VirtualNetwork {
  const peerings = (model.virtualNetworkPeerings ?? []).flatMap((peering) => {
    const remoteVirtualNetworkId = peering.remoteVirtualNetwork?.id;
    // Of the two address spaces, the one of the remote virtual network is current. The other one is what was
    // synchronised into the peering.
    const spaces = [peering.remoteAddressSpace, peering.remoteVirtualNetworkAddressSpace];
    const remoteAddressPrefixes = [...new Set(spaces.flatMap((space) => space?.addressPrefixes ?? []))];
    if (!remoteVirtualNetworkId) return [];
    const usesRemoteGateways = peering.useRemoteGateways === true;
    const allowsGatewayTransit = peering.allowGatewayTransit === true;
    return [
      {
        name: peering.name ?? '',
        remoteVirtualNetworkId,
        remoteAddressPrefixes,
        ...(usesRemoteGateways && { usesRemoteGateways }),
        ...(allowsGatewayTransit && { allowsGatewayTransit }),
      },
    ];
  });
  return {
    id: model.id ?? id,
    name: model.name ?? resourcePath(id).name,
    location: model.location ?? '',
    tags: model.tags ?? {},
    addressPrefixes: model.addressSpace?.addressPrefixes ?? [],
    subnets: (model.subnets ?? []).map((one) => subnet(one, `${id}/subnets/${one.name}`)),
    peerings,
    dnsServers: model.dhcpOptions?.dnsServers ?? [],
  };
}

function subnet(model: SubnetModel, id: string): Subnet {
  const { networkSecurityGroup, routeTable } = model;
  const routeServerIds = ownersOf(model, 'virtualHubs');
  return {
    id: model.id ?? id,
    name: model.name ?? resourcePath(id).child,
    addressPrefixes: model.addressPrefixes?.length
      ? model.addressPrefixes
      : [model.addressPrefix ?? []].flat(),
    provisioningState: provisioningState(model.provisioningState),
    ...(networkSecurityGroup?.id ? { networkSecurityGroupId: networkSecurityGroup.id } : {}),
    ...(routeTable?.id ? { routeTableId: routeTable.id } : {}),
    gatewayIds: ownersOf(model, 'virtualNetworkGateways'),
    ...(routeServerIds.length > 0 && { routeServerIds }),
  };
}

/**
 * An IP configuration is a child of the resource that it belongs to:
 * `…/virtualNetworkGateways/<name>/ipConfigurations/<name>`.
 */
const owners = {
  virtualNetworkGateways: /^.*\/virtualNetworkGateways\/[^/]+(?=\/ipConfigurations\/)/i,
  virtualHubs: /^.*\/virtualHubs\/[^/]+(?=\/ipConfigurations\/)/i,
};

function ownersOf(model: SubnetModel, type: keyof typeof owners): string[] {
  const ids = (model.ipConfigurations ?? []).flatMap(({ id }) => owners[type].exec(id ?? '')?.[0] ?? []);
  return ids.filter((id, index) => ids.findIndex((one) => one.toLowerCase() === id.toLowerCase()) === index);
}

export function routeTable(model: RouteTableModel, id: string): RouteTable {
  return {
    id: model.id ?? id,
    bgpRoutePropagationDisabled: model.disableBgpRoutePropagation ?? false,
    routes: (model.routes ?? []).map(({ name, addressPrefix }) => ({
      name: name ?? '',
      addressPrefix: addressPrefix ?? '',
    })),
  };
}
