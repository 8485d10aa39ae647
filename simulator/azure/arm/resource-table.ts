import { arcMachines } from '../compute/arc-machines.ts';
import { runCommandTypes } from '../compute/run-command-types.ts';
import { virtualMachines } from '../compute/virtual-machines.ts';
import { eventQueueTypes } from '../events/event-queue.ts';
import { networkInterfaces } from '../network/network-interfaces.ts';
import { plainResources } from '../network/plain-resources.ts';
import { publicIpAddresses } from '../network/public-ip-addresses.ts';
import { subnetAttachments } from '../network/subnet-attachments.ts';
import { virtualNetworks } from '../network/virtual-networks.ts';
import { connections } from '../vpn-gateway/connections.ts';
import { virtualNetworkGateways } from '../vpn-gateway/virtual-network-gateways.ts';
import { otherResources } from './other-resources.ts';
import type { ResourceType } from './resource-types.ts';

/** Every resource type that the simulator imitates, by its name in lower case. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    virtualNetworks,
    publicIpAddresses,
    virtualNetworkGateways,
    connections,
    networkInterfaces,
    ...subnetAttachments,
    ...plainResources,
    virtualMachines,
    arcMachines,
    ...runCommandTypes,
    ...eventQueueTypes,
    ...otherResources,
  ].map((type) => [type.type.toLowerCase(), type]),
);
