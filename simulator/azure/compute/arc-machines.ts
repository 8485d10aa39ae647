import { plainType } from '../arm/other-resources.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import { nextGuid, timestamp } from '../core.ts';
import { text } from '../wire/messages.ts';

export const arcMachines: ResourceType = plainType('Microsoft.HybridCompute/machines', {
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
