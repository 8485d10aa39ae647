import type { NetworkInterface } from '@azure/arm-network';
import { isRestError } from '@azure/core-rest-pipeline';
import { isHostAddress } from '../../core/prefixes.ts';
import { modelIn, networkUrl } from '../network/models.ts';
import type { Azure } from '../wire/connection.ts';
import { operationIn } from '../wire/operation.ts';
import { bodyIn } from '../wire/resource-manager.ts';
import { resourcePath } from '../wire/resource-path.ts';
import { type Machines, namesIn, type RunCommandView } from './run-command.ts';

const apiVersion = 'api-version=2026-03-01';

/**
 * Azure VMs and their managed run commands. These are only four requests, so the SDK is not used: it would be
 * the larger part of an installation.
 */
export function virtualMachines(azure: Azure): Machines {
  const machineUrl = (hostId: string) => {
    const { subscriptionId, resourceGroup, name } = resourcePath(hostId);
    const [group, machine] = [resourceGroup, name].map(encodeURIComponent);
    return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${machine}`;
  };
  const commandUrl = (hostId: string, name: string) =>
    `${machineUrl(hostId)}/runCommands/${encodeURIComponent(name)}?${apiVersion}`;
  return {
    async read(hostId) {
      const url = `${machineUrl(hostId)}?$expand=instanceView&${apiVersion}`;
      const { id, location, tags, properties } = bodyIn<Machine>(await azure.arm({ method: 'GET', url }));
      const { statuses, vmAgent } = properties?.instanceView ?? {};
      return {
        id: id ?? hostId,
        kind: 'virtualMachine',
        location: location ?? '',
        isRunning: statuses?.some(({ code }) => code === 'PowerState/running') ?? false,
        isAgentReady: vmAgent?.statuses?.some(({ displayStatus }) => displayStatus === 'Ready') ?? false,
        osType: properties?.storageProfile?.osDisk?.osType ?? '',
        tags: tags ?? {},
        ...(await interfaceAddresses(azure, properties?.networkProfile?.networkInterfaces ?? [])),
      };
    },

    async start(host, name, command) {
      // A script that fails must leave the command readable, because its output is the answer.
      const properties = { ...command, treatFailureAsDeploymentFailure: false };
      const body = { location: host.location, properties };
      const response = await azure.arm({ method: 'PUT', url: commandUrl(host.id, name), body });
      return { retryAfterSeconds: operationIn(response).retryAfterSeconds };
    },

    async command(hostId, name) {
      const url = `${commandUrl(hostId, name)}&$expand=instanceView`;
      const response = await azure.arm({ method: 'GET', url });
      return bodyIn<{ readonly properties?: RunCommandView }>(response).properties ?? {};
    },

    commands: (hostId) => namesIn(azure, `${machineUrl(hostId)}/runCommands?${apiVersion}`),

    async forget(hostId, name) {
      await azure.arm({ method: 'DELETE', url: commandUrl(hostId, name) });
    },
  };
}

/**
 * The addresses of all network interfaces of the machine; no list when one of the interfaces was deleted
 * meanwhile.
 */
async function interfaceAddresses(
  azure: Azure,
  interfaces: readonly { readonly id?: string }[],
): Promise<{ readonly addresses?: readonly string[] }> {
  try {
    const found = await Promise.all(
      interfaces.flatMap(({ id }) => (id ? [addressesOfInterface(azure, id)] : [])),
    );
    return found.length > 0 ? { addresses: found.flat() } : {};
  } catch (error) {
    if (isRestError(error) && error.statusCode === 404) return {};
    throw error;
  }
}

async function addressesOfInterface(azure: Azure, id: string): Promise<string[]> {
  const url = networkUrl(id, 'networkInterfaces');
  const { ipConfigurations = [] } = modelIn<NetworkInterface>(
    bodyIn(await azure.arm({ method: 'GET', url })),
  );
  return ipConfigurations.flatMap(({ privateIPAddress }) =>
    privateIPAddress && isHostAddress(privateIPAddress) ? [privateIPAddress] : [],
  );
}

interface Machine {
  readonly id?: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties?: {
    readonly networkProfile?: { readonly networkInterfaces?: readonly { readonly id?: string }[] };
    readonly storageProfile?: { readonly osDisk?: { readonly osType?: string } };
    readonly instanceView?: {
      readonly statuses?: readonly { readonly code?: string }[];
      readonly vmAgent?: { readonly statuses?: readonly { readonly displayStatus?: string }[] };
    };
  };
}
