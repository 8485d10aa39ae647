import { describe, expect, it } from 'vitest';
import { addressesOf, windowsMachines } from '../../../../simulator/azure/compute/machine-addresses.ts';
import { azureAt, hub, network } from '../client.ts';

describe('the machines of the default world', () => {
  it('are tagged by their owner, and their addresses can be read', async () => {
    const { azure, get } = azureAt();
    const { resources } = azure.world;
    const found = windowsMachines(resources).map((machine) => [
      machine.name,
      machine.tags?.['vpn-radius-nps'],
      ...addressesOf(machine, resources),
    ]);
    expect(found).toEqual([
      ['nps-01', 'enabled', '10.0.1.4'],
      ['nps-02', 'enabled', '10.0.1.5'],
      ['nps-onprem', 'enabled', '192.168.10.4'],
    ]);
    const machine = await get(`${hub}/Microsoft.Compute/virtualMachines/nps-01?api-version=2024-03-01`);
    const [{ id }] = machine.body.properties.networkProfile.networkInterfaces;
    const nic = await get(network(`networkInterfaces/${id.split('/').at(-1)}`));
    expect(nic.body.properties.ipConfigurations[0].properties.privateIPAddress).toBe('10.0.1.4');
    const arc = await get(`${hub}/Microsoft.HybridCompute/machines/nps-onprem?api-version=2025-01-13`);
    expect(arc.body.properties.networkProfile.networkInterfaces[0].ipAddresses[0].address).toBe(
      '192.168.10.4',
    );
  });

  it('are NPS servers only where Windows runs', () => {
    const id = `${hub}/Microsoft.Compute/virtualMachines/web`;
    const { azure } = azureAt(undefined, {
      scenario: { resources: [{ id, properties: { osProfile: { linuxConfiguration: {} } } }] },
    });
    expect(windowsMachines(azure.world.resources).map(({ name }) => name)).not.toContain('web');
  });
});
