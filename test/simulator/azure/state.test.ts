import { describe, expect, it } from 'vitest';
import { createAzure } from '../../../simulator/azure/azure.ts';
import { npsMachineId } from '../../../simulator/azure/default-world.ts';
import { parseScenario } from '../../../simulator/azure/scenario.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import {
  azureAt,
  gatewayBody,
  gatewayId,
  gatewayPath,
  hub,
  network,
  read,
  readyHub,
  send,
} from './client.ts';

describe('the world to begin with', () => {
  it('is a hub with two NPS servers, a third on premises, and no gateway', () => {
    const { azure } = azureAt();
    expect([...azure.world.resources].map(({ id }) => id.replace(`${hub}/`, ''))).toEqual([
      'Microsoft.Network/virtualNetworks/hub',
      'Microsoft.Network/networkInterfaces/nps-01-nic',
      'Microsoft.Compute/virtualMachines/nps-01',
      'Microsoft.Network/networkInterfaces/nps-02-nic',
      'Microsoft.Compute/virtualMachines/nps-02',
      'Microsoft.Network/localNetworkGateways/onprem',
      'Microsoft.HybridCompute/machines/nps-onprem',
      'Microsoft.KeyVault/vaults/kv-hub',
    ]);
  });

  it('has the same ids for the same seed, and others for another', async () => {
    const idsOf = async (seed: string) => {
      const { azure, put } = await readyHub(undefined, { seed });
      const { body, headers } = await put(gatewayPath(), gatewayBody());
      return [body.etag, headers['azure-asyncoperation'], [...azure.world.resources].map(({ etag }) => etag)];
    };
    expect(await idsOf('one')).toEqual(await idsOf('one'));
    expect(await idsOf('one')).not.toEqual(await idsOf('two'));
  });
});

describe('a snapshot', () => {
  it('is plain JSON from which the same Azure goes on: the gateway is ready when it would have been', async () => {
    const at = await readyHub();
    at.azure.faults.add({
      match: { method: 'DELETE' },
      effect: { kind: 'respond', status: 500 },
      times: 'always',
    });
    const accepted = await at.put(gatewayPath(), gatewayBody());
    await send(at.azure, 'PUT', 'https://kv-hub.vault.azure.net/secrets/a?api-version=7.5', {
      value: 'kept',
    });
    at.clock.advance(10 * 60_000);
    const saved = JSON.parse(JSON.stringify(at.azure.snapshot()));

    const clock = virtualClock(at.clock.now());
    const azure = createAzure({ clock }, saved);
    const ask = async (method: string, url: string, body?: unknown) =>
      read(
        await send(
          azure,
          method,
          url.startsWith('https:') ? url : `https://management.azure.com${url}`,
          body,
        ),
      );
    expect((await ask('PUT', gatewayPath(), gatewayBody())).body.error.code).toBe(
      'AnotherOperationInProgress',
    );
    expect((await ask('DELETE', gatewayPath())).status).toBe(500);
    clock.advance(29 * 60_000);
    expect((await ask('GET', accepted.headers['azure-asyncoperation']!)).body.status).toBe('InProgress');
    clock.advance(60_000);
    expect((await ask('GET', accepted.headers['azure-asyncoperation']!)).body.status).toBe('Succeeded');
    expect((await ask('GET', 'https://kv-hub.vault.azure.net/secrets/a/?api-version=7.5')).body.value).toBe(
      'kept',
    );
    expect(azure.resource(gatewayId.toUpperCase())?.properties.provisioningState).toBe('Succeeded');
  });

  it('taken while a script waits: the script runs after the restart, with its secret', async () => {
    const { put, azure, clock } = azureAt();
    const onVm = `${npsMachineId}/runCommands/radius?api-version=2024-07-01`;
    await put(onVm, {
      location: 'westeurope',
      properties: {
        source: { script: 'x' },
        protectedParameters: [{ name: 'SharedSecret', value: 'c2VjcmV0' }],
      },
    });
    clock.advance(60_000);
    const saved = azure.snapshot();
    const runs: unknown[] = [];
    const run = async ({ parameters }: { parameters: unknown }) => {
      runs.push(parameters);
      return { exitCode: 0, output: '', error: '' };
    };
    const restored = virtualClock(new Date(clock.now().getTime() + 60 * 60_000));
    const again = createAzure(
      { clock: restored, npsHosts: new Map([[npsMachineId.toLowerCase(), { run }]]) },
      saved,
    );
    restored.advance(0);
    await again.settled();
    expect(runs).toEqual([{ SharedSecret: 'c2VjcmV0' }]);
  });
});

describe('a scenario', () => {
  it('changes durations, adds and removes resources, stores secrets, injects faults', async () => {
    const { azure, get, put, clock } = await readyHub(undefined, {
      scenario: {
        durations: { gatewayCreate: 60 },
        resourceGroups: [{ name: 'rg-spoke' }],
        resources: [
          {
            id: `${hub.replace('rg-hub', 'rg-other')}/Microsoft.Network/virtualNetworks/spoke`,
            properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } },
          },
        ],
        without: [`${hub}/Microsoft.Network/localNetworkGateways/onprem`],
        secrets: [{ name: 'radius-hub', value: 'given', expires: 1_800_000_000 }],
        faults: [{ match: { url: '/rg-other/' }, effect: { kind: 'respond', status: 503 } }],
      },
    });
    const spoke = network('virtualNetworks/spoke').replace('rg-hub', 'rg-other');
    expect((await get(spoke)).status).toBe(503);
    expect((await get(spoke)).body.properties.addressSpace.addressPrefixes).toEqual(['10.1.0.0/16']);
    expect((await get(network('localNetworkGateways/onprem'))).status).toBe(404);
    await put(gatewayPath(), gatewayBody());
    clock.advance(60_000);
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Succeeded');
    const secret = read(
      await send(azure, 'GET', 'https://kv-hub.vault.azure.net/secrets/radius-hub/?api-version=7.5'),
    );
    expect(secret.body).toMatchObject({ value: 'given', attributes: { exp: 1_800_000_000 } });
  });

  it.each([
    [{ colour: 'red' }, /Unrecognized key: "colour"/],
    [{ durations: { gatewayCreate: -1 } }, /durations\.gatewayCreate/],
    [{ radiusSecretOmitted: 'maybe' }, /radiusSecretOmitted/],
    [{ faults: [{ match: {}, effect: { kind: 'explode' } }] }, /faults\[0\]\.effect\.kind/],
  ])('that is wrong says where: %j', (scenario, message) => {
    expect(() => parseScenario(scenario)).toThrow(message);
  });

  it('that names what is not there is refused', () => {
    expect(() => azureAt(undefined, { scenario: { without: ['/subscriptions/x'] } })).toThrow(/not there/);
    expect(() => azureAt(undefined, { scenario: { resources: [{ id: '/nonsense' }] } })).toThrow(
      /not the id/,
    );
  });
});
