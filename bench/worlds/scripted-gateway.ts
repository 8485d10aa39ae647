import { hubNetworkId } from '../../simulator/azure/default-world.ts';
import type { WireResponse } from '../../simulator/azure/wire/messages.ts';
import type { Local } from '../../simulator/local/local.ts';

const inNetwork = (path: string) => hubNetworkId.replace(/virtualNetworks\/hub$/, path);
const subnet = `${hubNetworkId}/subnets/GatewaySubnet`;
const address = inNetwork('publicIPAddresses/vpngw-hub-pip');
const gateway = inNetwork('virtualNetworkGateways/vpngw-hub');

/**
 * What a person would write with `az`: each command sends a PUT, polls the operation to its end, and reads the result.
 */
export async function scriptedGateway(local: Local): Promise<void> {
  const az = azureCli(local);
  await az.put(subnet, { properties: { addressPrefix: '10.0.255.224/27' } });
  await az.put(address, {
    location: 'westeurope',
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    properties: { publicIPAllocationMethod: 'Static' },
  });
  await az.put(gateway, {
    location: 'westeurope',
    properties: {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: [
        { name: 'default', properties: { subnet: { id: subnet }, publicIPAddress: { id: address } } },
      ],
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
        vpnClientProtocols: ['IkeV2'],
        vpnAuthenticationTypes: ['Radius'],
        radiusServerAddress: '10.0.1.4',
        radiusServerSecret: 'simulated-secret-of-a-script',
      },
    },
  });
}

/**
 * `ARMPolling` of azure-core, with which the Azure CLI waits, asks this often when Azure does not say how long to wait.
 */
const usualSeconds = 30;

function azureCli({ world, host }: Local) {
  const { token } = world.azure.token('https://management.azure.com');
  const send = async (method: string, url: string, body?: object): Promise<WireResponse> => {
    const answer = await world.azure.handle({
      method,
      url,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (answer.status >= 400) throw new Error(`${method} ${url}: ${answer.status} ${answer.body}`);
    return answer;
  };
  const headerOf = ({ headers }: WireResponse, wanted: string) =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return {
    async put(id: string, body: object): Promise<void> {
      const url = `https://management.azure.com${id}?api-version=2025-01-01`;
      let answer = await send('PUT', url, body);
      const operation = headerOf(answer, 'azure-asyncoperation');
      while (operation && stateOf(answer) !== 'Succeeded') {
        await host.runFor(Number(headerOf(answer, 'retry-after') ?? usualSeconds) / 60);
        answer = await send('GET', operation);
      }
      await send('GET', url);
    },
  };
}

/** The state of an operation. The first answer to a write has none. */
function stateOf({ body }: WireResponse): string {
  const { status } = JSON.parse(body) as { readonly status?: string };
  if (status === 'Failed' || status === 'Canceled') throw new Error(body);
  return status ?? 'Unknown';
}
