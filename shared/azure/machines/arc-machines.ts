import type { Azure } from '../wire/connection.ts';
import { operationIn } from '../wire/operation.ts';
import { bodyIn } from '../wire/resource-manager.ts';
import { type Machines, namesIn, type RunCommandView } from './run-command.ts';

/** The first stable version with run commands on Arc machines. */
const apiVersion = 'api-version=2025-01-13';

/** Arc machines and their run commands. */
export function arcMachines(azure: Azure): Machines {
  const commandUrl = (hostId: string, name: string) =>
    `${hostId}/runCommands/${encodeURIComponent(name)}?${apiVersion}`;
  return {
    async read(hostId) {
      const { id, location, tags, properties } = bodyIn<Machine>(
        await azure.arm({ method: 'GET', url: `${hostId}?${apiVersion}` }),
      );
      const isConnected = properties?.status === 'Connected';
      return {
        id: id ?? hostId,
        kind: 'arcMachine',
        location: location ?? '',
        isRunning: isConnected,
        isAgentReady: isConnected && takesRunCommands(properties?.agentVersion),
        osType: properties?.osType ?? properties?.osName ?? '',
        tags: tags ?? {},
        ...arcAddresses(properties?.networkProfile),
      };
    },

    async start(host, name, command) {
      const body = { location: host.location, properties: command };
      const response = await azure.arm({ method: 'PUT', url: commandUrl(host.id, name), body });
      return { retryAfterSeconds: operationIn(response).retryAfterSeconds };
    },

    async command(hostId, name) {
      const response = await azure.arm({ method: 'GET', url: commandUrl(hostId, name) });
      return bodyIn<{ readonly properties?: RunCommandView }>(response).properties ?? {};
    },

    commands: (hostId) => namesIn(azure, `${hostId}/runCommands?${apiVersion}`),

    async forget(hostId, name) {
      await azure.arm({ method: 'DELETE', url: commandUrl(hostId, name) });
    },
  };
}

interface Machine {
  readonly id?: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties?: {
    readonly status?: string;
    readonly agentVersion?: string;
    readonly osType?: string;
    readonly osName?: string;
    readonly networkProfile?: NetworkProfile;
  };
}

/** What the agent reports of the machine's network interfaces. */
interface NetworkProfile {
  readonly networkInterfaces?: readonly {
    readonly ipAddresses?: readonly { readonly address?: string; readonly ipAddressVersion?: string }[];
  }[];
}

/** An agent that has not reported yet has no profile. */
function arcAddresses(profile: NetworkProfile | undefined): { readonly addresses?: readonly string[] } {
  const addresses = (profile?.networkInterfaces ?? [])
    .flatMap(({ ipAddresses = [] }) => ipAddresses)
    .flatMap(({ address, ipAddressVersion }) => (address && ipAddressVersion !== 'IPv6' ? [address] : []));
  return addresses.length > 0 ? { addresses } : {};
}

/** Connected Machine agent 1.33 or later (Azure Arc, "Run command on Azure Arc-enabled servers"). */
function takesRunCommands(agentVersion = ''): boolean {
  const [major = 0, minor = 0] = agentVersion.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 33);
}
