import type { HttpClient } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { fleet } from '../../../../shared/azure/network/fleet.ts';
import { publicIpAddresses } from '../../../../shared/azure/network/public-ip-addresses.ts';
import { virtualNetworks } from '../../../../shared/azure/network/virtual-networks.ts';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import { secretCatalogue } from '../../../../shared/azure/vault/secret-catalogue.ts';
import { secrets } from '../../../../shared/azure/vault/secrets.ts';
import { connectAzure } from '../../../../shared/azure/wire/connection.ts';
import { besides } from '../../../../shared/core/resource-id.ts';
import { createAzure } from '../../../../simulator/azure/azure.ts';
import { hubNetworkId, subscriptionId } from '../../../../simulator/azure/default-world.ts';
import { parseScenario } from '../../../../simulator/azure/scenario.ts';
import { inProcessHttpClient, simulatedCredential } from '../../../../simulator/azure/wire/http-client.ts';
import { virtualClock } from '../../../../simulator/clock.ts';

const gatewayId = besides(hubNetworkId, 'virtualNetworkGateways', 'vpngw-hub');
const properties = {
  gatewayType: 'Vpn',
  vpnType: 'RouteBased',
  sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
  vpnClientConfiguration: {
    vpnClientAddressPool: { addressPrefixes: ['172.16.1.0/24'] },
    radiusServers: [{ radiusServerAddress: '10.0.1.4', radiusServerSecret: 'held-by-the-gateway' }],
  },
};

/** The simulated Azure. Every successful answer of it comes with another body than it should have. */
function ports(body: (text: string) => string) {
  const simulated = createAzure({
    clock: virtualClock(new Date('2027-01-04T08:00:00Z')),
    seed: 'sensible',
    scenario: parseScenario({
      secrets: [{ name: 'known', value: 'a-secret-of-the-test' }],
      resources: [{ id: gatewayId, properties }],
    }),
  });
  const { version } = simulated.world.vault.secrets.get('known')![0]!;
  const plain = inProcessHttpClient(simulated);
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const response = await plain.sendRequest(request);
      if (response.status >= 300) return response;
      response.headers.set('x-ms-correlation-request-id', 'c-1');
      return { ...response, bodyAsText: body(response.bodyAsText ?? '') };
    },
  };
  const azure = connectAzure({
    resourceManagerEndpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    keyVaultUrl: 'https://kv-hub.vault.azure.net',
    version: '0.0.0',
    credential: simulatedCredential(simulated),
    httpClient,
  });
  return {
    'the VNet': () => virtualNetworks(azure).read(hubNetworkId),
    'a subnet': () => virtualNetworks(azure).readSubnet(`${hubNetworkId}/subnets/servers`),
    'networks on premises': () => virtualNetworks(azure).onPremisesPrefixes(hubNetworkId),
    'a new public IP address': () =>
      publicIpAddresses(azure).create(besides(hubNetworkId, 'publicIPAddresses', 'pip-1'), 'westeurope', []),
    'a secret': () => secrets(azure).read('known'),
    'a new secret': () => secrets(azure).write('new', 'another-secret', {}),
    'the names of secrets': () => secretCatalogue(azure).list(),
    'the tags of a secret': () => secrets(azure).tag('known', version, { owner: 'somebody' }),
    'the secrets that a gateway holds': () => vpnGateways(azure).radiusSecrets(gatewayId),
    'the fleet': () => fleet(azure).discover([subscriptionId]),
    'a gateway': () => vpnGateways(azure).read(gatewayId),
    'a gateway that is not there': () => vpnGateways(azure).read(`${gatewayId}-2`),
  };
}

const whole = (text: string) => text;
const bad: [string, (text: string) => string][] = [
  ['nothing', () => ''],
  ['half of it', (text) => text.slice(0, text.length / 2)],
  ['a page of HTML', () => '<html><body>Sign in to the proxy</body></html>'],
  ['{}', () => '{}'],
  ['null', () => 'null'],
];

describe.each(Object.keys(ports(whole)) as (keyof ReturnType<typeof ports>)[])('%s', (what) => {
  it('is believed as Azure answers it', async () => {
    await ports(whole)[what]();
  });

  it.each(bad)('with a success and %s is no answer, and worth asking again', async (kind, body) => {
    // Only the acceptance of a write is known: a read follows `{}`.
    if (what === 'a gateway that is not there' || (kind === '{}' && what === 'a new public IP address'))
      return;
    await expect(ports(body)[what]()).rejects.toMatchObject({
      failure: { code: 'UnexpectedAnswer', transient: true, correlationId: 'c-1' },
    });
  });
});
