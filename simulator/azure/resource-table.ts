import { machines } from './machines.ts';
import { networkResources } from './network-resources.ts';
import { otherResources } from './other-resources.ts';
import { publicIpAddresses } from './public-ip-addresses.ts';
import type { ResourceType } from './resource-types.ts';
import { virtualNetworkGateways } from './virtual-network-gateways.ts';
import { virtualNetworks } from './virtual-networks.ts';

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
