import type { NetworkInterfaceReference } from '@azure/arm-compute';
import { isRestError } from '@azure/core-rest-pipeline';
import { isHostAddress } from '../../core/prefixes.ts';
import type { Azure } from '../wire/connection.ts';
import { begun } from '../wire/operation.ts';
import { resourcePath } from '../wire/resource-path.ts';
import type { Machines, RunCommandView } from './run-command.ts';

/** Azure VMs and their managed run commands. */
export function virtualMachines(azure: Azure): Machines {
  const commandsAt = async (hostId: string) => {
    const { subscriptionId, resourceGroup, name } = resourcePath(hostId);
    return {
      commands: (await azure.compute(subscriptionId)).virtualMachineRunCommands,
      resourceGroup,
      machine: name,
    };
  };
  return {
    async read(hostId) {
      const { subscriptionId, resourceGroup, name } = resourcePath(hostId);
      const { virtualMachines: machines } = await azure.compute(subscriptionId);
      const model = await machines.get(resourceGroup, name, { expand: 'instanceView' });
      const { statuses, vmAgent } = model.instanceView ?? {};
      return {
        id: model.id ?? hostId,
        kind: 'virtualMachine',
        location: model.location,
        running: statuses?.some(({ code }) => code === 'PowerState/running') ?? false,
        agentReady: vmAgent?.statuses?.some(({ displayStatus }) => displayStatus === 'Ready') ?? false,
        osType: model.storageProfile?.osDisk?.osType ?? '',
        tags: model.tags ?? {},
        ...(await addressesOf(azure, model.networkProfile?.networkInterfaces ?? [])),
      };
    },

    async start(host, name, command) {
      const { commands, resourceGroup, machine } = await commandsAt(host.id);
      // A script that fails must leave the command readable: its output is the answer.
      const wanted = { ...command, location: host.location, treatFailureAsDeploymentFailure: false };
      const { retryAfterSeconds } = await begun(({ onResponse }) =>
        commands.createOrUpdate(resourceGroup, machine, name, wanted, { onResponse }).submitted(),
      );
      return { retryAfterSeconds };
    },

    async command(hostId, name) {
      const { commands, resourceGroup, machine } = await commandsAt(hostId);
      const model = await commands.getByVirtualMachine(resourceGroup, machine, name, {
        expand: 'instanceView',
      });
      return model as RunCommandView;
    },

    async forget(hostId, name) {
      const { commands, resourceGroup, machine } = await commandsAt(hostId);
      await commands.delete(resourceGroup, machine, name).submitted();
    },
  };
}

/** The addresses of all its network interfaces; not told where the app may not read one of them. */
async function addressesOf(
  azure: Azure,
  interfaces: readonly NetworkInterfaceReference[],
): Promise<{ readonly addresses?: readonly string[] }> {
  try {
    const found = await Promise.all(
      interfaces.flatMap(({ id }) => (id ? [addressesOfInterface(azure, id)] : [])),
    );
    return found.length > 0 ? { addresses: found.flat() } : {};
  } catch (error) {
    if (isRestError(error) && (error.statusCode === 403 || error.statusCode === 404)) return {};
    throw error;
  }
}

async function addressesOfInterface(azure: Azure, id: string): Promise<string[]> {
  const { subscriptionId, resourceGroup, name } = resourcePath(id);
  const { networkInterfaces } = await azure.network(subscriptionId);
  const { ipConfigurations = [] } = await networkInterfaces.get(resourceGroup, name);
  return ipConfigurations.flatMap(({ privateIPAddress }) =>
    privateIPAddress && isHostAddress(privateIPAddress) ? [privateIPAddress] : [],
  );
}
