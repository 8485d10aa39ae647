import { machines } from '../compute/machines.ts';
import { networkResources } from '../network/network-resources.ts';
import { publicIpAddresses } from '../network/public-ip-addresses.ts';
import { virtualNetworkGateways } from '../network/virtual-network-gateways.ts';
import { virtualNetworks } from '../network/virtual-networks.ts';
import { otherResources } from './other-resources.ts';
import type { ResourceType } from './resource-types.ts';

/** Every resource type that the simulator imitates, by name in lower case. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    virtualNetworks,
    publicIpAddresses,
    virtualNetworkGateways,
    ...networkResources,
    ...machines,
    ...otherResources,
  ].map((type) => [type.type.toLowerCase(), type]),
);
