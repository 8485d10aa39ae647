import { key } from '../arm/identifiers.ts';
import { list, object, text } from '../wire/messages.ts';
import type { Resource, ResourceStore } from '../world.ts';

/**
 * The private addresses of a machine: of a virtual machine by its network interfaces, of an Arc machine as its agent
 * reports them.
 */
export function addressesOf(machine: Resource, resources: ResourceStore): string[] {
  const interfaces = list(object(machine.properties.networkProfile).networkInterfaces);
  return interfaces.flatMap((one) => [
    ...list(one.ipAddresses).flatMap(({ address }) => text(address) ?? []),
    ...privateAddressesOf(resources.get(text(one.id) ?? '')),
  ]);
}

const privateAddressesOf = (nic: Resource | undefined): string[] =>
  list(nic?.properties.ipConfigurations).flatMap(
    (configuration) => text(object(configuration.properties).privateIPAddress) ?? [],
  );

const machineTypes = ['microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines'];

const isLinux = ({ properties }: Resource): boolean =>
  /linux/i.test(
    `${text(object(object(properties.storageProfile).osDisk).osType)} ${text(properties.osType)}`,
  ) || object(properties.osProfile).linuxConfiguration !== undefined;

/** The machines that may be NPS servers: those with Windows. */
export const windowsMachines = (resources: ResourceStore): Resource[] =>
  [...resources].filter((one) => machineTypes.includes(key(one.type)) && !isLinux(one));
