import { plainType } from '../arm/other-resources.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import { type Core, nextGuid, timestamp } from '../core.ts';
import { copy, defined, type JsonObject, json, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';

/**
 * In addition to what Azure shows, a virtual machine has `powerState` (running, stopped, deallocated) and `agent`
 * (Ready, Not Ready). Change them in the world to stop the machine or to remove its agent.
 */
const own = ['powerState', 'agent'];

function instanceViewOf(core: Core, machine: Resource): JsonObject {
  const power = text(machine.properties.powerState) ?? 'running';
  const isReady = machine.properties.agent !== 'Not Ready';
  const time = timestamp(core);
  return {
    computerName: machine.name,
    osName: 'Windows Server 2022 Datacenter',
    osVersion: '10.0.20348.2849',
    vmAgent: {
      vmAgentVersion: isReady ? '2.7.41491.1172' : 'Unknown',
      statuses: [
        {
          code: isReady ? 'ProvisioningState/succeeded' : 'ProvisioningState/Unavailable',
          level: isReady ? 'Info' : 'Warning',
          displayStatus: isReady ? 'Ready' : 'Not Ready',
          message: isReady
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

export const virtualMachines: ResourceType = plainType('Microsoft.Compute/virtualMachines', {
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
        ...(expand?.toLowerCase() === 'instanceview' ? { instanceView: instanceViewOf(core, machine) } : {}),
      },
    });
  },
  reads: {
    instanceview: ({ core }, machine) => json(200, instanceViewOf(core, machine)),
  },
});
