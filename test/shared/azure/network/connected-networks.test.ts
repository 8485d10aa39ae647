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

  const ofGateway = (properties: object): Record<string, Answer> => ({
    [other]: { status: 200, body: { id: other, properties } },
  });
  const inSubnet = {
    ipConfigurations: [{ properties: { subnet: { id: `${edge}/subnets/GatewaySubnet` } } }],
  };
  const toEdge = connection('to-edge', {
    virtualNetworkGateway1: { id },
    virtualNetworkGateway2: { id: other },
  });

  it.each<[string, object, Record<string, Answer>, string]>([
    ['a site that is gone', site('dc'), {}, elsewhere('dc')],
    [
      'a site that only learns routes',
      site('dc'),
      { [elsewhere('dc')]: { status: 200, body: { id: elsewhere('dc'), properties: {} } } },
      elsewhere('dc'),
    ],
    [
      'a site whose address space is empty',
      site('dc'),
      { [elsewhere('dc')]: { status: 200, body: { id: 'x', properties: { localNetworkAddressSpace: {} } } } },
      elsewhere('dc'),
    ],
    ['a gateway that is gone', toEdge, {}, other],
    ['a gateway that has no address yet', toEdge, ofGateway({}), other],
    ['a gateway whose addresses are gone', toEdge, ofGateway({ ipConfigurations: [] }), other],
    ['a gateway without a subnet', toEdge, ofGateway({ ipConfigurations: [{}] }), other],
    [
      'a gateway of which the subnet is not told',
      toEdge,
      ofGateway({ ipConfigurations: [{ properties: { subnet: {} } }] }),
      other,
    ],
    ['a VNet that is gone', toEdge, ofGateway(inSubnet), edge],
    [
      'a VNet without an address space',
      toEdge,
      { ...ofGateway(inSubnet), [edge]: { status: 200, body: { id: edge, properties: {} } } },
      edge,
    ],
    [
      'a VNet whose address space is not told',
      toEdge,
      {
        ...ofGateway(inSubnet),
        [edge]: { status: 200, body: { id: edge, properties: { addressSpace: {} } } },
      },
      edge,
    ],
  ])('have no prefixes at %s', async (_, one, resources, by) => {
    const { azure } = azureWith([one], resources);
    expect(await vpnGateways(azure).connectedNetworks(id)).toEqual([
      { connection: expect.stringMatching(/^to-(dc|edge)$/), by, prefixes: [] },
    ]);
  });

  it('are not looked for at connections that lead to no network', async () => {
    const circuit = {
      connectionType: 'ExpressRoute',
      virtualNetworkGateway1: { id },
      peer: { id: 'circuit' },
    };
    const { azure, sent } = azureWith([connection('to-circuit', circuit), connection('to-nowhere', {})], {});
    expect(await vpnGateways(azure).connectedNetworks(id)).toEqual([]);
    expect(sent).toHaveLength(1);
  });
});
