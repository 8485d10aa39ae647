import { grouped } from '../core/grouped.ts';
import { virtualNetworkIdOf } from '../gateway/gateway-subnet.ts';
import type { Connection, TakenPrefixes, VirtualNetwork, VpnGateway } from '../gateway/model.ts';

interface Known {
  readonly onPremises: readonly TakenPrefixes[];
  readonly connections: readonly Connection[];
  readonly virtualNetworkOf: (gateway: VpnGateway) => VirtualNetwork | undefined;
}

/**
 * The networks around a gateway, the same as in planning: the local network gateways of its resource group, those of
 * other groups that its connections lead to, and the VNets of the gateways that it is connected with.
 */
export function networksAround(
  gateways: readonly VpnGateway[],
  { onPremises, connections, virtualNetworkOf }: Known,
): (gateway: VpnGateway) => TakenPrefixes[] {
  const byGroup = grouped(onPremises, ({ by }) => groupOf(by));
  const byId = new Map(onPremises.map((one) => [one.by.toLowerCase(), one]));
  const gatewaysById = new Map(gateways.map((gateway) => [gateway.id.toLowerCase(), gateway]));
  const byGateway = new Map<string, TakenPrefixes[]>();
  for (const { gatewayIds, siteId } of connections) {
    for (const id of gatewayIds.map((one) => one.toLowerCase())) {
      const site = siteId && byId.get(siteId.toLowerCase());
      if (site) addPrefixes(byGateway, id, site);
      for (const other of gatewayIds) {
        const gateway = other.toLowerCase() === id ? undefined : gatewaysById.get(other.toLowerCase());
        const network = gateway && virtualNetworkOf(gateway);
        if (network)
          addPrefixes(byGateway, id, {
            by: virtualNetworkIdOf(gateway.subnetId),
            prefixes: network.addressPrefixes,
          });
      }
    }
  }
  return ({ id }) => {
    const all = [...(byGateway.get(id.toLowerCase()) ?? []), ...(byGroup.get(groupOf(id)) ?? [])];
    return [...new Map(all.map((one) => [one.by.toLowerCase(), one])).values()];
  };
}

const groupOf = (id: string) => id.toLowerCase().split('/providers/')[0]!;

function addPrefixes(lists: Map<string, TakenPrefixes[]>, key: string, one: TakenPrefixes): void {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}
