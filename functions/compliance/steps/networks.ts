import type { GatewayReportFacts } from '../../../shared/compliance/facts.ts';
import { existingGatewaySubnet, virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type { VpnGateway } from '../../../shared/gateway/model.ts';
import type { NetworksRead } from './discovery.ts';

type NetworkFacts = Pick<
  GatewayReportFacts,
  'virtualNetwork' | 'networkProblem' | 'routeTable' | 'publicIps'
>;

/** What a subscription has around a gateway, by id. */
export function networksBy(read: NetworksRead): (gateway: VpnGateway) => NetworkFacts {
  if ('problem' in read) {
    const networkProblem = `The networks of the subscription could not be read: ${read.problem.message}`;
    return () => ({ networkProblem, publicIps: [] });
  }
  const byId = <T extends { readonly id: string }>(list: readonly T[]) =>
    new Map(list.map((one) => [one.id.toLowerCase(), one]));
  const [networks, tables, addresses] = [
    byId(read.virtualNetworks),
    byId(read.routeTables),
    byId(read.publicIps),
  ];
  return ({ subnetId, publicIpIds }) => {
    const id = virtualNetworkIdOf(subnetId);
    const virtualNetwork = networks.get(id.toLowerCase());
    const table = virtualNetwork && existingGatewaySubnet(virtualNetwork)?.routeTableId;
    return {
      virtualNetwork,
      ...(!virtualNetwork && { networkProblem: `The VNet ${id} was not found.` }),
      routeTable: table ? tables.get(table.toLowerCase()) : undefined,
      publicIps: publicIpIds.flatMap((address) => addresses.get(address.toLowerCase()) ?? []),
    };
  };
}
