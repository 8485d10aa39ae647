import { describe, expect, it } from 'vitest';
import { publicIpAddresses } from '../../../../shared/azure/network/public-ip-addresses.ts';
import { virtualNetworks } from '../../../../shared/azure/network/virtual-networks.ts';
import { sharedFolder } from '../../../shared-folder.ts';
import { openApiValidator } from '../openapi.ts';
import { endpoint, group, notFound, recordedAzure, refusal, subscriptionId } from '../recorded-azure.ts';

const vnet = `${group}/Microsoft.Network/virtualNetworks/hub`;
const subnetId = `${vnet}/subnets/GatewaySubnet`;
const gateway = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const accepted = {
  status: 201,
  headers: { 'Azure-AsyncOperation': `${endpoint}/operations/1?s=c2ln`, 'Retry-After': '3' },
  body: { properties: { provisioningState: 'Updating' } },
};

const subnetBody = {
  id: subnetId,
  name: 'GatewaySubnet',
  properties: {
    addressPrefix: '10.0.255.0/27',
    provisioningState: 'Succeeded',
    routeTable: { id: `${group}/Microsoft.Network/routeTables/rt` },
    networkSecurityGroup: { id: `${group}/Microsoft.Network/networkSecurityGroups/nsg` },
    serviceEndpoints: [{ service: 'Microsoft.Storage' }],
    ipConfigurations: [
      { id: `${gateway}/ipConfigurations/default` },
      { id: `${gateway.toUpperCase()}/IPCONFIGURATIONS/second` },
      { id: `${group}/Microsoft.Network/networkInterfaces/nic/ipConfigurations/1` },
    ],
  },
};

const routeServerSubnet = {
  id: `${vnet}/subnets/RouteServerSubnet`,
  name: 'RouteServerSubnet',
  properties: {
    addressPrefix: '10.0.254.0/27',
    provisioningState: 'Succeeded',
    ipConfigurations: [{ id: `${group}/Microsoft.Network/virtualHubs/ars/ipConfigurations/cfg` }],
  },
};

describe('a virtual network', () => {
  it('is read with its subnets, peerings and who sits in them', async () => {
    const { azure, sent } = recordedAzure(() => ({
      status: 200,
      body: {
        id: vnet,
        name: 'hub',
        location: 'westeurope',
        tags: { 'vpn-radius': 'enabled' },
        properties: {
          addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
          dhcpOptions: { dnsServers: ['10.0.1.10'] },
          subnets: [subnetBody, routeServerSubnet],
          virtualNetworkPeerings: [
            {
              name: 'to-spoke',
              properties: {
                useRemoteGateways: true,
                remoteVirtualNetwork: { id: `${vnet}-spoke` },
                remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16'] },
                remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.1.0.0/16', '10.2.0.0/16'] },
              },
            },
          ],
        },
      },
    }));
    expect(await virtualNetworks(azure).read(vnet)).toEqual({
      id: vnet,
      name: 'hub',
      location: 'westeurope',
      tags: { 'vpn-radius': 'enabled' },
      addressPrefixes: ['10.0.0.0/16'],
      subnets: [
        {
          id: subnetId,
          name: 'GatewaySubnet',
          addressPrefixes: ['10.0.255.0/27'],
          provisioningState: 'Succeeded',
          networkSecurityGroupId: `${group}/Microsoft.Network/networkSecurityGroups/nsg`,
          routeTableId: `${group}/Microsoft.Network/routeTables/rt`,
          gatewayIds: [gateway],
        },
        {
          id: routeServerSubnet.id,
          name: 'RouteServerSubnet',
          addressPrefixes: ['10.0.254.0/27'],
          provisioningState: 'Succeeded',
          gatewayIds: [],
          routeServerIds: [`${group}/Microsoft.Network/virtualHubs/ars`],
        },
      ],
      peerings: [
        {
          name: 'to-spoke',
          remoteVirtualNetworkId: `${vnet}-spoke`,
          remoteAddressPrefixes: ['10.1.0.0/16', '10.2.0.0/16'],
          usesRemoteGateways: true,
        },
      ],
      dnsServers: ['10.0.1.10'],
    });
    expect(sent.map(({ method, url }) => `${method} ${url.origin}${url.pathname}`)).toEqual([
      `GET ${endpoint}${vnet}`,
    ]);
    expect(sent[0]?.timeout).toBe(30_000);
  });

  it('is read where Azure tells little of it', async () => {
    const read = (body: object) => virtualNetworks(recordedAzure(() => ({ status: 200, body })).azure);
    const bare = { location: '', tags: {}, addressPrefixes: [], subnets: [], peerings: [], dnsServers: [] };
    const unnamed = await read({ id: vnet, properties: { subnets: [{ name: 'a', properties: {} }] } }).read(
      vnet,
    );
    expect(unnamed?.subnets[0]?.id).toBe(`${vnet}/subnets/a`);
    for (const properties of [{}, { addressSpace: {}, dhcpOptions: {} }])
      expect(await read({ id: vnet, properties }).read(vnet)).toEqual({ ...bare, id: vnet, name: 'hub' });
    expect(await read({ id: subnetId, properties: { ipConfigurations: [{}] } }).readSubnet(subnetId)).toEqual(
      {
        id: subnetId,
        name: 'GatewaySubnet',
        addressPrefixes: [],
        provisioningState: 'Updating',
        gatewayIds: [],
      },
    );
    expect(
      await read({ id: 'rt', properties: { routes: [{ properties: {} }] } }).readRouteTable(vnet),
    ).toEqual({
      id: 'rt',
      bgpRoutePropagationDisabled: false,
      routes: [{ name: '', addressPrefix: '' }],
    });
    expect(await read({ id: 'rt', properties: {} }).readRouteTable(vnet)).toMatchObject({ routes: [] });
  });

  it('has the id that Azure gives it, in whatever case it was asked for', async () => {
    const azureAnswering = (id: string) =>
      recordedAzure(() => ({ status: 200, body: { id, properties: {} } })).azure;
    const ofNetwork = await virtualNetworks(azureAnswering(vnet)).read(vnet.toUpperCase());
    const ofSubnet = await virtualNetworks(azureAnswering(subnetId)).readSubnet(subnetId.toUpperCase());
    const ofAddress = await publicIpAddresses(azureAnswering('pip')).read(vnet);
    expect([ofNetwork?.id, ofSubnet?.id, ofAddress?.id]).toEqual([vnet, subnetId, 'pip']);
  });

  it('has subnets with several prefixes, and with several gateways', async () => {
    const ipConfigurations = ['vpn', 'er', 'VPN'].map((name) => ({
      id: `${gateway}-${name}/ipConfigurations/default`,
    }));
    const addressPrefixes = ['10.0.255.0/27', '10.0.254.0/27'];
    const { azure } = recordedAzure(() => ({
      status: 200,
      body: { id: subnetId, properties: { addressPrefixes, addressPrefix: '10.9.0.0/27', ipConfigurations } },
    }));
    expect(await virtualNetworks(azure).readSubnet(subnetId)).toMatchObject({
      addressPrefixes,
      gatewayIds: [`${gateway}-vpn`, `${gateway}-er`],
    });
  });

  it('says of each peering to which VNet it leads, and who uses whose gateway', async () => {
    const peering = (name: string, properties: object) => ({ name, properties });
    const remoteVirtualNetwork = { id: `${vnet}-spoke` };
    const { azure } = recordedAzure(() => ({
      status: 200,
      body: {
        id: vnet,
        properties: {
          virtualNetworkPeerings: [
            peering('to-spoke', {
              remoteVirtualNetwork,
              allowGatewayTransit: true,
              useRemoteGateways: false,
            }),
            peering('from-spoke', { remoteVirtualNetwork, remoteAddressSpace: {}, useRemoteGateways: true }),
            peering('to-nowhere', { remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16'] } }),
            peering('to-nobody', { remoteVirtualNetwork: {} }),
            { properties: { remoteVirtualNetwork } },
          ],
        },
      },
    }));
    const its = { remoteVirtualNetworkId: remoteVirtualNetwork.id, remoteAddressPrefixes: [] };
    expect((await virtualNetworks(azure).read(vnet))?.peerings).toEqual([
      { ...its, name: 'to-spoke', allowsGatewayTransit: true },
      { ...its, name: 'from-spoke', usesRemoteGateways: true },
      { ...its, name: '' },
    ]);
  });

  it('is tried to be read in a subscription, to know whether the app may', async () => {
    const id = `/subscriptions/${subscriptionId}/resourceGroups/vpn-radius-health/providers/Microsoft.Network/virtualNetworks/health`;
    const { azure, sent } = recordedAzure(() => notFound);
    await virtualNetworks(azure).tryToRead(subscriptionId);
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([`GET ${id}`]);
    const denied = recordedAzure(() => refusal(403, 'AuthorizationFailed', 'No.'));
    await expect(virtualNetworks(denied.azure).tryToRead(subscriptionId)).rejects.toMatchObject({
      failure: { code: 'AuthorizationFailed', target: id },
    });
  });

  it.each(['read', 'readSubnet', 'readRouteTable'] as const)(
    '%s says undefined when there is none',
    async (name) => {
      const id = name === 'readSubnet' ? subnetId : vnet;
      expect(await virtualNetworks(recordedAzure(() => notFound).azure)[name](id)).toBeUndefined();
      const missing = { status: 404, body: { error: { code: 'NotFound', message: 'Resource not found.' } } };
      expect(await virtualNetworks(recordedAzure(() => missing).azure)[name](id)).toBeUndefined();
    },
  );

  it.each([
    ['of an AKS cluster', { managedBy: '/aks' }, '/aks'],
    ['of people', {}, undefined],
    ['of people, as Azure says it too', { managedBy: '' }, undefined],
  ])('knows whom its group belongs to: one %s', async (_, group, expected) => {
    const { azure, sent } = recordedAzure(() => ({ status: 200, body: { id: '/group', ...group } }));
    expect(await virtualNetworks(azure).managerOf(vnet)).toBe(expected);
    expect(sent[0]?.url.pathname).toBe(vnet.split('/providers/')[0]);
  });

  it('believes no group that is none', async () => {
    const { azure } = recordedAzure(() => ({ status: 200, body: {} }));
    await expect(virtualNetworks(azure).managerOf(vnet)).rejects.toMatchObject({
      failure: {
        code: 'UnexpectedAnswer',
        message: expect.stringContaining('the body is no resource group'),
        transient: true,
        target: vnet.split('/providers/')[0],
      },
    });
  });

  it('knows the routes that would take the gateway away', async () => {
    const { azure } = recordedAzure(() => ({
      status: 200,
      body: {
        id: 'rt',
        properties: {
          disableBgpRoutePropagation: true,
          routes: [{ name: 'all', properties: { addressPrefix: '0.0.0.0/0' } }],
        },
      },
    }));
    expect(await virtualNetworks(azure).readRouteTable(`${group}/Microsoft.Network/routeTables/rt`)).toEqual({
      id: 'rt',
      bgpRoutePropagationDisabled: true,
      routes: [{ name: 'all', addressPrefix: '0.0.0.0/0' }],
    });
  });

  it('has behind it what its local network gateways say, on every page', async () => {
    const local = (name: string, addressPrefixes: string[]) => ({
      id: `${group}/Microsoft.Network/localNetworkGateways/${name}`,
      properties: { localNetworkAddressSpace: { addressPrefixes } },
    });
    const { azure, sent } = recordedAzure((_, index) => ({
      status: 200,
      body:
        index === 0
          ? {
              value: [local('office', ['192.168.0.0/16'])],
              nextLink: `${endpoint}${group}/more?api-version=2025-05-01`,
            }
          : {
              value: [
                local('empty', []),
                { id: 'untold', properties: {} },
                local('plant', ['10.200.0.0/16', '10.201.0.0/16']),
              ],
            },
    }));
    expect(await virtualNetworks(azure).onPremisesPrefixes(vnet)).toEqual([
      { by: local('office', []).id, prefixes: ['192.168.0.0/16'] },
      { by: local('plant', []).id, prefixes: ['10.200.0.0/16', '10.201.0.0/16'] },
    ]);
    expect(sent[0]?.url.pathname).toBe(`${group}/Microsoft.Network/localNetworkGateways`);
    expect(sent).toHaveLength(2);
  });
});

describe('a subnet that is created', () => {
  it('is a child of its own, and is not waited for', async () => {
    const { azure, sent } = recordedAzure(({ method }) => (method === 'GET' ? notFound : accepted));
    expect(await virtualNetworks(azure).createSubnet(subnetId, '10.0.255.0/27')).toEqual({
      retryAfterSeconds: 3,
    });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      `GET ${subnetId}`,
      `PUT ${subnetId}`,
    ]);
    expect(sent[1]?.body).toMatchObject({ properties: { addressPrefix: '10.0.255.0/27' } });
  });

  it('is not written over one that somebody created meanwhile', async () => {
    const { azure, sent } = recordedAzure(() => ({ status: 200, body: subnetBody }));
    await expect(virtualNetworks(azure).createSubnet(subnetId, '10.0.255.0/27')).rejects.toMatchObject({
      failure: {
        code: 'GatewaySubnetChanged',
        message: 'Somebody else created the subnet at the same time. The app compares it again.',
        target: subnetId,
        transient: true,
      },
    });
    expect(sent.map(({ method }) => method)).toEqual(['GET']);
  });
});

describe('a public IP address', () => {
  const id = `${group}/Microsoft.Network/publicIPAddresses/pip-1`;
  it.each([
    [['1', '2', '3'], { zones: ['1', '2', '3'] }],
    [[], {}],
  ])('in zones %j is Standard, static and IPv4', async (zones, expected) => {
    const { azure, sent } = recordedAzure(() => accepted);
    expect(await publicIpAddresses(azure).create(id, 'westeurope', zones)).toEqual({ retryAfterSeconds: 3 });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([`PUT ${id}`]);
    expect(sent[0]?.body).toEqual({
      location: 'westeurope',
      sku: { name: 'Standard', tier: 'Regional' },
      properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' },
      ...expected,
    });
  });

  it('is read with who uses it', async () => {
    const usedBy = `${gateway}/ipConfigurations/default`;
    const { azure } = recordedAzure(() => ({
      status: 200,
      body: {
        id,
        sku: { name: 'Standard' },
        zones: ['1'],
        properties: {
          publicIPAllocationMethod: 'Static',
          provisioningState: 'Succeeded',
          ipAddress: '20.1.2.3',
          ipConfiguration: { id: usedBy },
        },
      },
    }));
    expect(await publicIpAddresses(azure).read(id)).toEqual({
      id,
      sku: 'Standard',
      allocationMethod: 'Static',
      provisioningState: 'Succeeded',
      ipAddress: '20.1.2.3',
      zones: ['1'],
      usedBy,
    });
    expect(await publicIpAddresses(recordedAzure(() => notFound).azure).read(id)).toBeUndefined();
  });

  it('is Basic and dynamic where Azure does not say what it is', async () => {
    const { azure } = recordedAzure(() => ({ status: 200, body: { id, properties: {} } }));
    expect(await publicIpAddresses(azure).read(id)).toEqual({
      id,
      sku: 'Basic',
      allocationMethod: 'Dynamic',
      provisioningState: 'Updating',
      zones: [],
    });
  });
});

const specs = sharedFolder && `${sharedFolder}/azure/specs`;
describe.skipIf(!specs)(
  'the bodies (skipped where the OpenAPI documents are not beside the checkout)',
  () => {
    const folder = 'network/resource-manager/Microsoft.Network/stable/2024-01-01';
    it('keep to the OpenAPI documents', async () => {
      const { azure, sent } = recordedAzure(({ method }) => (method === 'GET' ? notFound : accepted));
      await virtualNetworks(azure).createSubnet(subnetId, '10.0.255.0/27');
      await publicIpAddresses(azure).create(
        `${group}/Microsoft.Network/publicIPAddresses/pip`,
        'westeurope',
        ['1'],
      );
      const subnetProblems = openApiValidator(`${specs}`, `${folder}/virtualNetwork.json`, 'Subnet');
      const addressProblems = openApiValidator(
        `${specs}`,
        `${folder}/publicIpAddress.json`,
        'PublicIPAddress',
      );
      expect(subnetProblems(sent[1]?.body)).toEqual([]);
      expect(addressProblems(sent[2]?.body)).toEqual([]);
      expect(addressProblems({ sku: { name: 'Gold' } })).not.toEqual([]);
    });
  },
);
