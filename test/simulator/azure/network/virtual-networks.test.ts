import { describe, expect, it } from 'vitest';
import { azureAt, hub, network, readyHub, subnetId } from '../client.ts';

const networkId = `${hub}/Microsoft.Network/virtualNetworks/hub`;
const spokeId = `${hub}/Microsoft.Network/virtualNetworks/shop`;

describe('IPv6 beside IPv4', () => {
  const dual = (prefix: string) => ({
    scenario: {
      resources: [
        {
          id: networkId,
          properties: {
            addressSpace: { addressPrefixes: ['10.0.0.0/16', 'fd12:1::/48'] },
            subnets: [{ name: 'apps', properties: { addressPrefixes: ['10.0.4.0/24', prefix] } }],
          },
        },
      ],
    },
  });
  const subnet = { properties: { addressPrefix: '10.0.255.0/27' } };

  it('is written when its subnets are /64', async () => {
    const { put, get, done } = azureAt(undefined, dual('fd12:1:0:4::/64'));
    await done(put(network('virtualNetworks/hub/subnets/GatewaySubnet'), subnet));
    expect((await get(network('virtualNetworks/hub/subnets/GatewaySubnet'))).status).toBe(200);
  });

  it.each(['fd12:1:0:4::/63', 'fd12:1:0:4::/120'])('refuses %s', async (prefix) => {
    const { put } = azureAt(undefined, dual(prefix));
    const answer = await put(network('virtualNetworks/hub/subnets/GatewaySubnet'), subnet);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'NetcfgInvalidSubnet']);
  });
});

describe('a PUT of the whole network', () => {
  const body = {
    location: 'westeurope',
    properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } },
  };

  it('without a list of subnets keeps them from api-version 2023-11-01 on, and deleted them before', async () => {
    const { put, get, done } = azureAt();
    await done(put(network('virtualNetworks/hub', '2025-01-01'), body));
    expect((await get(network('virtualNetworks/hub/subnets/servers'))).status).toBe(200);
    const refused = await put(network('virtualNetworks/hub', '2022-01-01'), body);
    expect(refused.body.error.code).toBe('InUseSubnetCannotBeDeleted');
  });

  it('with a list deletes those left out', async () => {
    const { put, get, done } = azureAt(undefined, {
      scenario: { resources: [{ id: spokeId, properties: body.properties }] },
    });
    const subnets = [{ name: 'a', properties: { addressPrefix: '10.0.1.0/24' } }];
    await done(
      put(network('virtualNetworks/shop'), { ...body, properties: { ...body.properties, subnets } }),
    );
    await done(
      put(network('virtualNetworks/shop'), { ...body, properties: { ...body.properties, subnets: [] } }),
    );
    expect((await get(network('virtualNetworks/shop/subnets/a'))).status).toBe(404);
  });
});

describe('If-Match', () => {
  const address = (
    azure: ReturnType<typeof azureAt>['azure'],
    headers: Record<string, string>,
    path: string,
  ) =>
    azure.handle({
      method: 'PUT',
      url: `https://management.azure.com${network(path)}`,
      headers: {
        authorization: `Bearer ${azure.token('https://management.azure.com').token}`,
        ...headers,
      },
      body: JSON.stringify({
        location: 'westeurope',
        properties: { addressPrefix: '10.0.255.0/26', addressSpace: { addressPrefixes: ['10.0.0.0/16'] } },
      }),
    });

  it('of another version: 412 with the etag that it has, and nothing is written', async () => {
    const { azure, get } = await readyHub();
    const before = await get(network('virtualNetworks/hub/subnets/GatewaySubnet'));
    for (const path of ['virtualNetworks/hub/subnets/GatewaySubnet', 'virtualNetworks/hub']) {
      const answer = await address(azure, { 'if-match': 'W/"00000000-0000-4000-8000-000000000000"' }, path);
      const { error } = JSON.parse(answer.body);
      expect([answer.status, error.code]).toEqual([412, 'PreconditionFailed']);
      expect(error.details[0].message).toContain(before.headers.etag);
    }
    expect((await get(network('virtualNetworks/hub/subnets/GatewaySubnet'))).body).toEqual(before.body);
  });

  it('of this version is written, with and without W/; If-None-Match: * only where nothing is', async () => {
    const { azure, get, clock } = await readyHub();
    const path = 'virtualNetworks/hub/subnets/GatewaySubnet';
    for (const shape of [(etag: string) => etag, (etag: string) => etag.replace('W/', '')]) {
      const { headers } = await get(network(path));
      expect((await address(azure, { 'if-match': shape(headers.etag!) }, path)).status).toBe(200);
      clock.advance(60_000);
    }
    expect((await address(azure, { 'if-none-match': '*' }, path)).status).toBe(412);
    expect((await address(azure, { 'if-match': '*' }, 'publicIPAddresses/none')).status).toBe(412);
  });
});

describe('peerings', () => {
  const peering = (change: Record<string, unknown> = {}) => ({
    properties: { remoteVirtualNetwork: { id: spokeId }, ...change },
  });
  const withSpoke = {
    scenario: {
      resources: [
        {
          id: spokeId,
          properties: {
            addressSpace: { addressPrefixes: ['10.80.0.0/16'] },
            subnets: [],
            virtualNetworkPeerings: [
              { name: 'to-hub', properties: { remoteVirtualNetwork: { id: networkId } } },
            ],
          },
        },
      ],
    },
  };

  it('cannot use the gateways of a network that has none', async () => {
    const { put } = azureAt(undefined, withSpoke);
    const answer = await put(
      network('virtualNetworks/hub/virtualNetworkPeerings/to-shop'),
      peering({ useRemoteGateways: true }),
    );
    expect([answer.status, answer.body.error.code]).toEqual([400, 'RemoteVnetHasNoGateways']);
  });

  it('show the address space of the peer, and what was told where the peer is unknown', async () => {
    const elsewhere = `/subscriptions/77777777-2222-4333-8444-555555555555/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/far`;
    const { put, get, done } = azureAt(undefined, withSpoke);
    await done(put(network('virtualNetworks/hub/virtualNetworkPeerings/to-shop'), peering()));
    await done(
      put(network('virtualNetworks/hub/virtualNetworkPeerings/to-far'), {
        properties: {
          remoteVirtualNetwork: { id: elsewhere },
          remoteAddressSpace: { addressPrefixes: ['10.90.0.0/16'] },
        },
      }),
    );
    const { value } = (await get(network('virtualNetworks/hub/virtualNetworkPeerings'))).body;
    const spaces = value.map(
      (one: { properties: { remoteAddressSpace: unknown } }) => one.properties.remoteAddressSpace,
    );
    expect(spaces).toEqual([{ addressPrefixes: ['10.80.0.0/16'] }, { addressPrefixes: ['10.90.0.0/16'] }]);
  });
});

describe('an exported network', () => {
  const serverId = `${hub}/Microsoft.Network/virtualHubs/routes`;
  const configuration = `${serverId}/ipConfigurations/one`;
  const exported = {
    scenario: {
      resources: [
        {
          id: `${hub}/Microsoft.Network/virtualNetworks/hub/subnets/RouteServerSubnet`,
          properties: { addressPrefix: '10.0.7.0/27', ipConfigurations: [{ id: configuration }] },
        },
        {
          id: networkId,
          properties: {
            addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
            subnets: [{ name: 'servers', properties: { addressPrefix: '10.0.1.0/24' } }],
          },
        },
        { id: serverId, kind: 'RouteServer', properties: { sku: 'Standard' } },
        { id: configuration, properties: {} },
        { id: `${hub}/Contoso.Own/things/one`, tags: { kept: 'yes' }, properties: { answer: 42 } },
      ],
    },
  };

  it('keeps a subnet that was exported by itself, and who lives in it', async () => {
    const { get, remove } = azureAt(undefined, exported);
    const { body } = await get(network('virtualNetworks/hub/subnets/RouteServerSubnet'));
    expect(body.properties.ipConfigurations).toEqual([{ id: configuration }]);
    const refused = await remove(network('virtualNetworks/hub/subnets/RouteServerSubnet'));
    expect(refused.body.error.code).toBe('InUseSubnetCannotBeDeleted');
    expect((await get(network('virtualHubs/routes'))).body.properties.sku).toBe('Standard');
    const { value } = (await get(network('virtualHubs/routes/ipConfigurations'))).body;
    expect(value.map(({ id }: { id: string }) => id)).toEqual([configuration]);
  });

  it('keeps who lives there when the subnet is written again', async () => {
    const { put, get, done } = azureAt(undefined, exported);
    const path = network('virtualNetworks/hub/subnets/RouteServerSubnet');
    await done(put(path, { properties: { addressPrefix: '10.0.7.0/27', serviceEndpoints: [] } }));
    expect((await get(path)).body.properties.ipConfigurations).toEqual([{ id: configuration }]);
  });

  it('brings resources of other types as they were told, to be read and not written', async () => {
    const { get, put } = azureAt(undefined, exported);
    const path = `${hub}/contoso.own/things/one?api-version=2024-01-01`;
    expect((await get(path)).body).toMatchObject({ properties: { answer: 42 }, tags: { kept: 'yes' } });
    expect((await put(path, { location: 'westeurope' })).body.error.code).toBe('InvalidResourceType');
  });
});

describe('what subnets are attached to', () => {
  const table = `${hub}/Microsoft.Network/routeTables/to-firewall`;
  const scenario = {
    resources: [
      {
        id: networkId,
        properties: {
          addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
          subnets: [
            {
              name: 'GatewaySubnet',
              properties: { addressPrefix: '10.0.255.0/27', routeTable: { id: table } },
            },
          ],
        },
      },
      { id: table, properties: { routes: [] } },
    ],
  };

  it('lists them, and goes only after they let go of it', async () => {
    const { get, put, remove, done } = azureAt(undefined, { scenario });
    expect((await get(network('routeTables/to-firewall'))).body.properties.subnets).toEqual([
      { id: subnetId },
    ]);
    expect((await remove(network('routeTables/to-firewall'))).body.error.code).toBe(
      'InUseRouteTableCannotBeDeleted',
    );
    await done(
      put(network('virtualNetworks/hub/subnets/GatewaySubnet'), {
        properties: { addressPrefix: '10.0.255.0/27' },
      }),
    );
    expect((await get(network('routeTables/to-firewall'))).body.properties.subnets).toBeUndefined();
    expect((await remove(network('routeTables/to-firewall'))).status).toBe(202);
  });
});
