import { plain } from '../arm/other-resources.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import { type Core, nextGuid, timestamp } from '../core.ts';
import { copy, defined, type JsonObject, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';

/**
 * Beside what Azure shows, a virtual machine has `powerState` (running, stopped, deallocated) and `agent` (Ready,
 * Not Ready): change them in the world to stop it or to take its agent away.
 */
const own = ['powerState', 'agent'];

export function machineInstanceView(core: Core, machine: Resource): JsonObject {
  const power = text(machine.properties.powerState) ?? 'running';
  const ready = machine.properties.agent !== 'Not Ready';
  const time = timestamp(core);
  return {
    computerName: machine.name,
    osName: 'Windows Server 2022 Datacenter',
    osVersion: '10.0.20348.2849',
    vmAgent: {
      vmAgentVersion: ready ? '2.7.41491.1172' : 'Unknown',
      statuses: [
        {
          code: ready ? 'ProvisioningState/succeeded' : 'ProvisioningState/Unavailable',
          level: ready ? 'Info' : 'Warning',
          displayStatus: ready ? 'Ready' : 'Not Ready',
          message: ready
            ? 'GuestAgent is running and processing the extensions.'
            : 'VM status blob is found but not yet populated.',
          time,
        },
      ],
      extensionHandlers: [],
    },
    disks: [
      {
        name: object(object(machine.properties.storageProfile).osDisk).name ?? `${machine.name}-os`,
        statuses: [
          {
            code: 'ProvisioningState/succeeded',
            level: 'Info',
            displayStatus: 'Provisioning succeeded',
            time,
          },
        ],
      },
    ],
    hyperVGeneration: 'V2',
    statuses: [
      { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded', time },
      { code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` },
    ],
  };
}

const virtualMachines: ResourceType = plain('Microsoft.Compute/virtualMachines', {
  seed(core, machine) {
    machine.properties = {
      vmId: nextGuid(core),
      hardwareProfile: { vmSize: 'Standard_D2s_v5' },
      storageProfile: {
        imageReference: {
          publisher: 'MicrosoftWindowsServer',
          offer: 'WindowsServer',
          sku: '2022-datacenter-azure-edition',
          version: 'latest',
          exactVersion: '20348.2849.241119',
        },
        osDisk: {
          osType: 'Windows',
          name: `${machine.name}-os`,
          createOption: 'FromImage',
          caching: 'ReadWrite',
        },
        dataDisks: [],
      },
      osProfile: {
        computerName: machine.name,
        adminUsername: 'localadmin',
        windowsConfiguration: { provisionVMAgent: true, enableAutomaticUpdates: true },
        secrets: [],
        allowExtensionOperations: true,
      },
      powerState: 'running',
      agent: 'Ready',
      ...machine.properties,
    };
  },
  view(machine, _apiVersion, _moment, core, expand) {
    const properties = Object.fromEntries(
      Object.entries(copy(machine.properties)).filter(([name]) => !own.includes(name)),
    );
    const { provisioningState, ...rest } = properties;
    return defined({
      name: machine.name,
      id: machine.id,
      type: machine.type,
      location: machine.location,
      tags: machine.tags ?? {},
      identity: machine.identity,
      zones: machine.zones,
      properties: {
        ...rest,
        provisioningState,
        ...(expand?.toLowerCase() === 'instanceview'
          ? { instanceView: machineInstanceView(core, machine) }
          : {}),
      },
    });
  },
});

const arcMachines: ResourceType = plain('Microsoft.HybridCompute/machines', {
  seed(core, machine) {
    const address = text(machine.properties.privateIPAddress) ?? '192.168.10.4';
    const { privateIPAddress: _, ...given } = machine.properties;
    machine.identity ??= {
      type: 'SystemAssigned',
      principalId: nextGuid(core),
      tenantId: core.world.tenantId,
    };
    machine.properties = {
      status: 'Connected',
      lastStatusChange: timestamp(core),
      agentVersion: '1.58.02990.2738',
      vmId: nextGuid(core),
      displayName: machine.name,
      machineFqdn: `${machine.name}.corp.example`,
      dnsFqdn: `${machine.name}.corp.example`,
      osName: 'windows',
      osType: 'windows',
      osSku: 'Windows Server 2022 Standard',
      osVersion: '10.0.20348.2849',
      osProfile: { computerName: machine.name },
      networkProfile: {
        networkInterfaces: [
          {
            ipAddresses: [
              { address, ipAddressVersion: 'IPv4', subnet: { addressPrefix: '192.168.10.0/24' } },
            ],
          },
        ],
      },
      ...given,
    };
  },
});

/** The commands themselves are in run-commands.ts; here they are only kept and shown. */
const runCommands: ResourceType[] = [
  'Microsoft.Compute/virtualMachines',
  'Microsoft.HybridCompute/machines',
].map((parent) => {
  const arc = parent.startsWith('Microsoft.Hybrid');
  const type = arc ? `${parent}/runcommands` : `${parent}/runCommands`;
  return plain(type, {
    deletionSeconds: (core) => core.settings.durations.other,
    view(command, _apiVersion, _moment, _core, expand) {
      const { protectedParameters: _, runAsPassword: __, run: ___, ...visible } = copy(command.properties);
      const { instanceView, ...shown } = visible;
      const { timedOut: ____, ...seen } = object(instanceView);
      // Arc always shows the instance view once there is one (recorded), Azure only when it is asked for.
      const ended = seen.endTime !== undefined;
      const expanded = arc ? ended : expand?.toLowerCase() === 'instanceview';
      return defined({
        name: command.name,
        type: command.type,
        location: command.location,
        id: command.id,
        tags: command.tags,
        properties: { ...shown, ...(expanded && instanceView ? { instanceView: seen } : {}) },
      });
    },
  });
});

export const machines: ResourceType[] = [virtualMachines, arcMachines, ...runCommands];
