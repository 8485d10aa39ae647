import { type Azure, type AzureOptions, createAzure } from '../../../simulator/azure/azure.ts';
import { subscriptionId } from '../../../simulator/azure/default-world.ts';
import type { WireResponse } from '../../../simulator/azure/wire/messages.ts';
import { virtualClock } from '../../../simulator/clock.ts';

/** An answer, parsed. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into by what the test expects of them
  body: any;
}

export const hub = `/subscriptions/${subscriptionId}/resourceGroups/rg-hub/providers`;
export const network = (path: string, version = '2025-05-01') =>
  `${hub}/Microsoft.Network/${path}?api-version=${version}`;

export const header = (response: WireResponse, name: string): string | undefined =>
  Object.entries(response.headers).find(([given]) => given.toLowerCase() === name)?.[1];

/** One request, with a token for the right audience unless `signedIn` is false. */
export function send(
  azure: Azure,
  method: string,
  url: string,
  body?: unknown,
  signedIn = true,
  given: Readonly<Record<string, string>> = {},
): Promise<WireResponse> {
  const audience = /\.vault\.azure\.net/.test(url)
    ? 'https://vault.azure.net'
    : 'https://management.azure.com';
  return azure.handle({
    method,
    url,
    headers: { ...given, ...(signedIn ? { authorization: `Bearer ${azure.token(audience).token}` } : {}) },
    body: body === undefined || body === null ? undefined : JSON.stringify(body),
  });
}

export const read = (response: WireResponse): Answer => ({
  status: response.status,
  headers: Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  body: response.body === '' ? undefined : JSON.parse(response.body),
});

/** A simulated Azure, and how to talk to its Resource Manager. Time stands still until `clock` is moved. */
export function azureAt(start = '2027-01-04T08:00:00Z', options: Partial<AzureOptions> = {}) {
  const clock = virtualClock(new Date(start));
  const azure = createAzure({ clock, ...options });
  const arm = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    read(
      await send(
        azure,
        method,
        path.startsWith('https:') ? path : `https://management.azure.com${path}`,
        body,
      ),
    );
  return {
    azure,
    clock,
    get: (path: string) => arm('GET', path),
    put: (path: string, body: unknown) => arm('PUT', path, body),
    post: (path: string, body: unknown = {}) => arm('POST', path, body),
    patch: (path: string, body: unknown) => arm('PATCH', path, body),
    remove: (path: string) => arm('DELETE', path),
    /** A write, to the end of its operation. */
    async done(answer: Promise<Answer>): Promise<Answer> {
      const accepted = await answer;
      if (accepted.status >= 400) throw new Error(JSON.stringify(accepted.body));
      clock.advance(3 * 60 * 60_000);
      await azure.settled();
      return accepted;
    },
  };
}

export const subnetId = `${hub}/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet`;
export const addressId = (name: string) => `${hub}/Microsoft.Network/publicIPAddresses/${name}`;
export const gatewayId = `${hub}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
export const gatewayPath = (version?: string) => network('virtualNetworkGateways/vpngw-hub', version);

export const standardAddress = {
  location: 'westeurope',
  zones: ['1', '2', '3'],
  sku: { name: 'Standard' },
  properties: { publicIPAllocationMethod: 'Static' },
};

/** A gateway as the app asks for it; `change` changes its properties. */
export function gatewayBody(change: Record<string, unknown> = {}, addresses = ['pip']) {
  return {
    location: 'westeurope',
    properties: {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: addresses.map((name) => ({
        name: `${name}-configuration`,
        properties: { subnet: { id: subnetId }, publicIPAddress: { id: addressId(name) } },
      })),
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
        vpnClientProtocols: ['IkeV2'],
        vpnAuthenticationTypes: ['Radius'],
        radiusServers: [
          { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: 'first secret' },
        ],
      },
      ...change,
    },
  };
}

/** A hub with its GatewaySubnet and an address, ready for a gateway. */
export async function readyHub(start?: string, options: Partial<AzureOptions> = {}) {
  const at = azureAt(start, options);
  await at.done(
    at.put(network('virtualNetworks/hub/subnets/GatewaySubnet'), {
      properties: { addressPrefix: '10.0.255.0/27' },
    }),
  );
  await at.done(at.put(network('publicIPAddresses/pip'), standardAddress));
  return at;
}
