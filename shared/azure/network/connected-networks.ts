import { VpnRadiusError } from '../../core/errors.ts';
import { sameId } from '../../core/resource-id.ts';
import type { ConnectedNetwork } from '../../gateway/model.ts';
import type { Azure } from '../wire/connection.ts';
import { asking, found } from '../wire/errors.ts';
import { resourcePath } from '../wire/resource-path.ts';

/**
 * The networks at the other ends of a gateway's connections: behind local network gateways, and the VNets of
 * other gateways. When the app may not read one of them, for example in another owner's subscription, the
 * reason is given.
 */
export async function connectedNetworks(azure: Azure, gatewayId: string): Promise<ConnectedNetwork[]> {
  const networks: ConnectedNetwork[] = [];
  for (const { connection, localId, remoteId } of await connectionsOf(azure, gatewayId)) {
    const by = localId ?? remoteId;
    if (!by) continue;
    try {
      const network = localId ? await behind(azure, localId) : await networkOf(azure, by);
      networks.push({ connection, ...network });
    } catch (error) {
      if (!(error instanceof VpnRadiusError) || error.failure.transient) throw error;
      networks.push({ connection, by, prefixes: [], unread: error.message });
    }
  }
  return networks;
}

const connectionsOf = (azure: Azure, gatewayId: string) =>
  asking(gatewayId, async () => {
    const { subscriptionId, resourceGroup, name } = resourcePath(gatewayId);
    const { virtualNetworkGateways } = await azure.network(subscriptionId);
    const ends: { connection: string; localId?: string | undefined; remoteId?: string | undefined }[] = [];
    for await (const one of virtualNetworkGateways.listConnections(resourceGroup, name)) {
      const gateways = [one.virtualNetworkGateway1?.id, one.virtualNetworkGateway2?.id];
      ends.push({
        connection: one.name ?? '',
        localId: one.localNetworkGateway2?.id,
        remoteId: gateways.find((id) => id && !sameId(id, gatewayId)),
      });
    }
    return ends;
  });

async function behind(azure: Azure, id: string) {
  const { subscriptionId, resourceGroup, name } = resourcePath(id);
  const model = await found(id, async () =>
    (await azure.network(subscriptionId)).localNetworkGateways.get(resourceGroup, name),
  );
  return { by: id, prefixes: model?.localNetworkAddressSpace?.addressPrefixes ?? [] };
}

async function networkOf(azure: Azure, gatewayId: string) {
  const { subscriptionId, resourceGroup, name } = resourcePath(gatewayId);
  const network = await azure.network(subscriptionId);
  const gateway = await found(gatewayId, () => network.virtualNetworkGateways.get(resourceGroup, name));
  const id = gateway?.ipConfigurations?.[0]?.subnet?.id?.replace(/\/subnets\/[^/]+$/i, '');
  if (!id) return { by: gatewayId, prefixes: [] };
  const path = resourcePath(id);
  const model = await found(id, async () =>
    (await azure.network(path.subscriptionId)).virtualNetworks.get(path.resourceGroup, path.name),
  );
  return { by: id, prefixes: model?.addressSpace?.addressPrefixes ?? [] };
}
