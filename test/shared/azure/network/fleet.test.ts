import { describe, expect, it } from 'vitest';
import { fleet } from '../../../../shared/azure/network/fleet.ts';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import { failureOf, group, recordedAzure, refusal, subscriptionId } from '../recorded-azure.ts';

const network = `${group}/Microsoft.Network`;
const id = `${network}/virtualNetworkGateways/vpngw-hub`;
const subnetId = `${network}/virtualNetworks/hub/subnets/GatewaySubnet`;
const address = (name: string) => `${network}/publicIPAddresses/${name}`;

/** A gateway as Resource Manager answers it. */
const properties = {
  provisioningState: 'Succeeded',
  gatewayType: 'Vpn',
  vpnType: 'RouteBased',
  sku: { name: 'VpnGw2AZ', tier: 'VpnGw2AZ' },
  activeActive: true,
  bgpSettings: { asn: 65515 },
  ipConfigurations: [
    { properties: { subnet: { id: subnetId }, publicIPAddress: { id: address('pip-1') } } },
    { properties: { subnet: { id: subnetId }, publicIPAddress: { id: address('pip-2') } } },
  ],
  virtualNetworkGatewayPolicyGroups: [
    {
      name: 'staff',
      properties: {
        isDefault: true,
        priority: 1,
        policyMembers: [{ name: 'class', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd00' }],
      },
    },
  ],
  vpnClientConfiguration: {
    vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
    vpnClientProtocols: ['IkeV2', 'OpenVPN'],
    vpnAuthenticationTypes: ['Radius'],
    radiusServerAddress: '10.0.1.9',
    radiusServers: [
      { radiusServerAddress: '10.0.1.4', radiusServerScore: 7, radiusServerSecret: 'in clear text' },
      { radiusServerAddress: '10.0.1.5' },
    ],
    vngClientConnectionConfigurations: [
      {
        name: 'staff',
        properties: {
          vpnClientAddressPool: { addressPrefixes: ['172.16.202.0/24'] },
          virtualNetworkGatewayPolicyGroups: [{ id: `${id}/virtualNetworkGatewayPolicyGroups/staff` }],
        },
      },
    ],
  },
};
const resource = { id, name: 'vpngw-hub', location: 'westeurope', tags: { owner: 'net' } };

/** The row of a gateway, by the columns that the query names. */
const rowOf = (its: Partial<typeof properties>) => {
  const { vpnClientConfiguration: client, virtualNetworkGatewayPolicyGroups: policyGroups, ...plain } = its;
  return {
    ...resource,
    type: 'microsoft.network/virtualnetworkgateways',
    ...plain,
    sku: its.sku?.name ?? null,
    asn: its.bgpSettings?.asn ?? null,
    policyGroups: policyGroups ?? null,
    pool: client?.vpnClientAddressPool?.addressPrefixes ?? null,
    protocols: client?.vpnClientProtocols ?? null,
    authenticationTypes: client?.vpnAuthenticationTypes ?? null,
    radiusServerAddress: client?.radiusServerAddress ?? null,
    radiusServers: client?.radiusServers ?? null,
    ofGroups: client?.vngClientConnectionConfigurations ?? null,
  };
};

const discovered = (...data: object[]) =>
  fleet(recordedAzure(() => ({ status: 200, body: { data } })).azure).discover([subscriptionId]);

describe('a row of Resource Graph', () => {
  it('tells of a gateway what Resource Manager tells', async () => {
    const { azure } = recordedAzure(() => ({ status: 200, body: { ...resource, properties } }));
    const read = await vpnGateways(azure).read(id);
    expect(read?.pointToSite?.groups).toHaveLength(1);
    const { gateways } = await discovered(rowOf(properties));
    expect(gateways).toEqual([read]);
  });

  const { vpnClientConfiguration: client } = properties;
  it.each([
    ['its single RADIUS server of old', { radiusServers: [] }, ['10.0.1.9 30']],
    ['no RADIUS server', { radiusServers: [], radiusServerAddress: undefined }, []],
    [
      'servers, and not one without an address',
      { radiusServers: [{ radiusServerScore: 3 }] },
      ['10.0.1.9 30'],
    ],
  ])('tells %s', async (_, change, expected) => {
    const vpnClientConfiguration = { ...client, ...change } as typeof client;
    const { gateways } = await discovered(rowOf({ ...properties, vpnClientConfiguration }));
    const servers = gateways[0]?.pointToSite?.radiusServers.map(
      ({ address, score }) => `${address} ${score}`,
    );
    expect(servers).toEqual(expected);
  });

  it('tells point-to-site that has only the pools of user groups', async () => {
    const { gateways } = await discovered({ ...rowOf(properties), pool: null });
    expect(gateways[0]?.pointToSite).toMatchObject({ addressPool: [], groupPools: ['172.16.202.0/24'] });
    const plain = await discovered({ ...rowOf(properties), ofGroups: null, policyGroups: null });
    expect(plain.gateways[0]?.pointToSite).not.toHaveProperty('groupPools');
    expect(plain.gateways[0]?.pointToSite).not.toHaveProperty('groups');
  });

  it('says nothing that it does not know', async () => {
    const empty = Object.fromEntries(Object.keys(rowOf(properties)).map((name) => [name, null]));
    const { gateways } = await discovered(
      {
        ...empty,
        id,
        type: 'Microsoft.Network/virtualNetworkGateways',
        name: 'vpngw-hub',
        location: 'westeurope',
      },
      { ...rowOf({ ipConfigurations: [{}, { properties: {} }] as never }), asn: 0 },
    );
    const bare = {
      id,
      name: 'vpngw-hub',
      location: 'westeurope',
      tags: {},
      provisioningState: 'Updating',
      gatewayType: '',
      vpnType: '',
      sku: '',
      activeActive: false,
      subnetId: '',
      publicIpIds: [],
    };
    expect(gateways).toEqual([bare, { ...bare, tags: resource.tags }]);
    const half = { ...empty, id, type: 'x/y', pool: ['172.16.1.0/24'] };
    const { gateways: others } = await discovered(
      { ...half, type: 'microsoft.network/virtualnetworkgateways' },
      half,
    );
    expect(others.map(({ pointToSite }) => pointToSite)).toEqual([
      { addressPool: ['172.16.1.0/24'], protocols: [], authenticationTypes: [], radiusServers: [] },
    ]);
  });

  it('is a network on premises, where it has prefixes, or a connection by its ends', async () => {
    const site = `${network}/localNetworkGateways/office`;
    const connection = { type: 'Microsoft.Network/Connections', gateway1: id, gateway2: null, site: null };
    expect(
      await discovered(
        { type: 'microsoft.network/localnetworkgateways', id: site, onPremises: ['192.168.0.0/16'] },
        { type: 'microsoft.network/localnetworkgateways', id: `${site}-2`, onPremises: [] },
        { type: 'microsoft.network/localnetworkgateways', id: `${site}-3`, onPremises: null },
        { ...connection, site },
        { ...connection, gateway2: `${id}-2` },
        { ...connection, gateway1: null },
      ),
    ).toEqual({
      gateways: [],
      onPremises: [{ by: site, prefixes: ['192.168.0.0/16'] }],
      connections: [{ gatewayIds: [id], siteId: site }, { gatewayIds: [id, `${id}-2`] }, { gatewayIds: [] }],
      skipToken: undefined,
      waitSeconds: 0,
    });
  });
});

describe('the fleet', () => {
  it('comes by pages of a thousand rows, as fast as Resource Graph lets', async () => {
    const headers = { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:05' };
    const { azure, sent } = recordedAzure((_, index) =>
      index === 0
        ? { status: 200, headers, body: { data: [], $skipToken: 'more' } }
        : { status: 200, body: { data: [] } },
    );
    expect(await fleet(azure).discover(['a', 'b'])).toMatchObject({ skipToken: 'more', waitSeconds: 5 });
    expect(await fleet(azure).discover(['a', 'b'], 'more')).toMatchObject({ waitSeconds: 0 });
    const options = { resultFormat: 'objectArray', $top: 1000 };
    expect(sent.map(({ url, body }) => [url.pathname, body.subscriptions, body.options])).toEqual([
      ['/providers/Microsoft.ResourceGraph/resources', ['a', 'b'], options],
      ['/providers/Microsoft.ResourceGraph/resources', ['a', 'b'], { ...options, $skipToken: 'more' }],
    ]);
  });

  it('that cannot be read is told with its subscriptions', async () => {
    const { azure } = recordedAzure(() => refusal(403, 'AccessDenied', 'No.'));
    const [rows, lists] = [fleet(azure).discover(['a', 'b']), fleet(azure).networks('a')].map(failureOf);
    expect((await rows!).failure).toMatchObject({ target: '/subscriptions/a, /subscriptions/b' });
    expect((await lists!).failure).toMatchObject({ code: 'AccessDenied', target: '/subscriptions/a' });
  });
});

describe('what a subscription has around its gateways', () => {
  const lists: Record<string, readonly object[]> = {
    virtualNetworks: [
      { id: 'v0', name: 'spoke', properties: { subnets: [{ id: 's', name: 'servers', properties: {} }] } },
      { id: 'v1', name: 'empty', properties: {} },
      {
        id: 'v2',
        name: 'hub',
        properties: {
          addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
          subnets: ['servers', 'GatewaySubnet', 'MyGatewaySubnet', 'GatewaySubnet2', 'routeserversubnet'].map(
            (name) => ({ id: name, name, properties: { addressPrefix: '10.0.0.0/27' } }),
          ),
        },
      },
      {
        id: 'v3',
        name: 'edge',
        properties: { subnets: [{ properties: {} }, { id: 'g', name: 'GATEWAYSUBNET' }] },
      },
    ],
    routeTables: [
      { id: 'rt-0', properties: {} },
      { id: 'rt-1', properties: { subnets: [{ id: `${subnetId}2` }, {}] } },
      {
        id: 'rt-2',
        properties: { disableBgpRoutePropagation: true, subnets: [{}, { id: subnetId.toUpperCase() }] },
      },
    ],
    publicIPAddresses: [
      { id: 'pip-0', properties: {} },
      { id: 'pip-1', properties: { ipConfiguration: { id: `${network}/loadBalancers/lb/frontends/1` } } },
      {
        id: 'pip-2',
        properties: { ipConfiguration: { id: `${id.toUpperCase()}/ipConfigurations/default` } },
      },
      { id: 'pip-3', properties: { ipConfiguration: {} } },
    ],
  };

  it('is the VNets, route tables and addresses of gateways, and nothing else of the subscription', async () => {
    const { azure, sent } = recordedAzure(({ url }) => ({
      status: 200,
      body: { value: lists[url.pathname.split('/').at(-1)!] ?? [] },
    }));
    const { virtualNetworks, routeTables, publicIps } = await fleet(azure).networks(subscriptionId);
    expect(virtualNetworks.map((one) => [one.id, ...one.subnets.map(({ name }) => name)])).toEqual([
      ['v2', 'GatewaySubnet', 'routeserversubnet'],
      ['v3', 'GATEWAYSUBNET'],
    ]);
    expect(routeTables).toEqual([{ id: 'rt-2', bgpRoutePropagationDisabled: true, routes: [] }]);
    expect(publicIps).toMatchObject([{ id: 'pip-2', sku: 'Basic', allocationMethod: 'Dynamic', zones: [] }]);
    const providers = `/subscriptions/${subscriptionId}/providers/Microsoft.Network`;
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`).sort()).toEqual(
      ['publicIPAddresses', 'routeTables', 'virtualNetworks'].map((type) => `GET ${providers}/${type}`),
    );
  });
});
