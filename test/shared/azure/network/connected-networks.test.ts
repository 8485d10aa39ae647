import { describe, expect, it } from 'vitest';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import { type Answer, endpoint, group, notFound, recordedAzure, subscriptionId } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const other = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-edge`;
const elsewhere = (name: string) =>
  `/subscriptions/${subscriptionId}/resourceGroups/rg-sites/providers/Microsoft.Network/localNetworkGateways/${name}`;
const edge = `${group}/Microsoft.Network/virtualNetworks/edge`;
const connection = (name: string, properties: object) => ({ id: `${id}-${name}`, name, properties });
const site = (name: string) =>
  connection(`to-${name}`, {
    connectionType: 'IPsec',
    virtualNetworkGateway1: { id },
    localNetworkGateway2: { id: elsewhere(name) },
  });

/** Azure with these connections of the gateway, and with `resources` by path. */
function azureWith(connections: readonly object[], resources: Readonly<Record<string, Answer>>) {
  return recordedAzure(({ url: { pathname } }) =>
    pathname === `${id}/connections`
      ? { status: 200, body: { value: connections } }
      : (resources[pathname] ?? notFound),
  );
}
const local = (name: string, ...addressPrefixes: string[]) => ({
  [elsewhere(name)]: {
    status: 200,
    body: { id: elsewhere(name), properties: { localNetworkAddressSpace: { addressPrefixes } } },
  },
});

describe('the networks that a gateway is connected with', () => {
  it('are those of sites, in whatever group', async () => {
    const { azure, sent } = azureWith([site('dc'), site('bgp-only')], {
      ...local('dc', '172.16.0.0/16', '10.200.0.0/16'),
      ...local('bgp-only'),
    });
    expect(await vpnGateways(azure).connectedNetworks(id)).toEqual([
      { connection: 'to-dc', by: elsewhere('dc'), prefixes: ['172.16.0.0/16', '10.200.0.0/16'] },
      { connection: 'to-bgp-only', by: elsewhere('bgp-only'), prefixes: [] },
    ]);
    expect(sent.map(({ href }) => href.startsWith(endpoint))).not.toContain(false);
  });

  it.each([
    ['this', { virtualNetworkGateway1: { id: id.toUpperCase() }, virtualNetworkGateway2: { id: other } }],
    ['the other', { virtualNetworkGateway1: { id: other }, virtualNetworkGateway2: { id } }],
  ])('are the VNets of other gateways, seen from %s side', async (_, ends) => {
    const { azure } = azureWith([connection('to-edge', { connectionType: 'Vnet2Vnet', ...ends })], {
      [other]: {
        status: 200,
        body: {
          id: other,
          properties: {
            ipConfigurations: [{ properties: { subnet: { id: `${edge}/subnets/GatewaySubnet` } } }],
          },
        },
      },
      [edge]: {
        status: 200,
        body: { id: edge, properties: { addressSpace: { addressPrefixes: ['10.8.0.0/16'] } } },
      },
    });
    expect(await vpnGateways(azure).connectedNetworks(id)).toEqual([
      { connection: 'to-edge', by: edge, prefixes: ['10.8.0.0/16'] },
    ]);
  });

  it('are told with the reason where the app may not read them', async () => {
    const refusal = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'It may not.' } } };
    const { azure } = azureWith([site('theirs')], { [elsewhere('theirs')]: refusal });
    expect(await vpnGateways(azure).connectedNetworks(id)).toMatchObject([
      { connection: 'to-theirs', prefixes: [], unread: expect.stringContaining('It may not.') },
    ]);
  });

  it('are not taken for free while Azure has no time to answer', async () => {
    const { azure } = azureWith([site('dc')], { [elsewhere('dc')]: { status: 503 } });
    await expect(vpnGateways(azure).connectedNetworks(id)).rejects.toMatchObject({
      failure: { transient: true },
    });
  });
});
