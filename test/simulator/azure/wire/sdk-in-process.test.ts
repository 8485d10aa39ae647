import { NetworkManagementClient } from '@azure/arm-network';
import { describe, expect, it } from 'vitest';
import { createAzure } from '../../../../simulator/azure/azure.ts';
import { npsMachineId, subscriptionId } from '../../../../simulator/azure/default-world.ts';
import { inProcessHttpClient, simulatedCredential } from '../../../../simulator/azure/wire/http-client.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import type { NpsHost } from '../../../../simulator/nps/host.ts';

const start = new Date('2027-01-04T08:00:00Z');

/**
 * The SDK's own pollers wait in real time, as long as Retry-After says. This removes the wait, and lets a simulated
 * minute pass for every request instead.
 */
function world(npsHost?: NpsHost) {
  const clock = virtualClock(start);
  const azure = createAzure({
    clock,
    seed: 'sdk',
    ...(npsHost ? { npsHosts: new Map([[npsMachineId.toLowerCase(), npsHost]]) } : {}),
  });
  const httpClient = inProcessHttpClient(azure);
  const options = {
    httpClient: {
      async sendRequest(request: Parameters<typeof httpClient.sendRequest>[0]) {
        clock.advance(60_000);
        const response = await httpClient.sendRequest(request);
        response.headers.delete('Retry-After');
        return response;
      },
    },
    retryOptions: { maxRetries: 0 },
  };
  const credential = simulatedCredential(azure);
  return {
    azure,
    clock,
    network: new NetworkManagementClient(credential, subscriptionId, options),
  };
}

const quick = { updateIntervalInMs: 1 };

describe('the Azure SDK over the in-process client', () => {
  it('builds a gateway from nothing: subnet, address, forty minutes, and then RADIUS with its secret hidden', async () => {
    const { network, azure, clock } = world();
    const subnet = await network.subnets.beginCreateOrUpdateAndWait(
      'rg-hub',
      'hub',
      'GatewaySubnet',
      { addressPrefix: '10.0.255.0/27' },
      quick,
    );
    expect(subnet.provisioningState).toBe('Succeeded');
    const address = await network.publicIPAddresses.beginCreateOrUpdateAndWait(
      'rg-hub',
      'pip',
      {
        location: 'westeurope',
        sku: { name: 'Standard' },
        publicIPAllocationMethod: 'Static',
        zones: ['1', '2', '3'],
      },
      quick,
    );
    const began = clock.now().getTime();
    const gateway = await network.virtualNetworkGateways.beginCreateOrUpdateAndWait(
      'rg-hub',
      'vpngw-hub',
      {
        location: 'westeurope',
        gatewayType: 'Vpn',
        vpnType: 'RouteBased',
        sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
        ipConfigurations: [
          { name: 'default', subnet: { id: subnet.id! }, publicIPAddress: { id: address.id! } },
        ],
        vpnClientConfiguration: {
          vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
          vpnClientProtocols: ['IkeV2'],
          vpnAuthenticationTypes: ['Radius'],
          radiusServers: [
            { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: 'very secret' },
          ],
        },
      },
      quick,
    );
    expect((clock.now().getTime() - began) / 60_000).toBeGreaterThanOrEqual(40);
    expect(gateway.provisioningState).toBe('Succeeded');
    expect(gateway.bgpSettings?.bgpPeeringAddress).toBe('10.0.255.30');
    expect(JSON.stringify(gateway)).not.toContain('very secret');
    const secrets = await network.virtualNetworkGateways.listRadiusSecrets('rg-hub', 'vpngw-hub');
    expect(secrets.value).toEqual([{ radiusServerAddress: '10.0.1.4', radiusServerSecret: 'very secret' }]);

    const profile = await network.virtualNetworkGateways.beginGenerateVpnProfileAndWait(
      'rg-hub',
      'vpngw-hub',
      { authenticationMethod: 'EAPMSCHAPv2' },
      quick,
    );
    expect(profile.body).toMatch(/^https:\/\/.*vpnclientconfiguration\.zip\?.*se=/);
    expect(azure.counts()['PUT Microsoft.Network/virtualNetworkGateways/write']).toBe(1);
  });
});
