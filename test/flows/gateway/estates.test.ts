import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import { hub, inResourceGroup, type Stage, stage } from '../stage/stage.ts';

/** One network with a VNet for each case that others have met, and what a plan for it says. Nothing is written. */
const network = (name: string) => inResourceGroup(`Microsoft.Network/virtualNetworks/${name}`);
const inGroup = (group: string, path: string) => inResourceGroup(path).replace('rg-hub', group);
const ofNodes = inGroup('MC_shop_shop-prod_westeurope', 'Microsoft.Network/virtualNetworks/nodes');
const addressId = (name: string) => inResourceGroup(`Microsoft.Network/publicIPAddresses/${name}`);
const gatewayOf = (name: string) => inResourceGroup(`Microsoft.Network/virtualNetworkGateways/gw-${name}`);
const site = inGroup('rg-sites', 'Microsoft.Network/localNetworkGateways/harbour');

const virtualNetwork = (id: string, prefix: string, more: JsonObject = {}): JsonObject => ({
  id,
  properties: {
    addressSpace: { addressPrefixes: [`${prefix}.0.0/16`] },
    subnets: [
      { name: 'GatewaySubnet', properties: { addressPrefix: `${prefix}.250.0/27` } },
      ...((more.subnets as JsonObject[] | undefined) ?? []),
    ],
    ...(more.peerings ? { virtualNetworkPeerings: more.peerings } : {}),
  },
});
const address = (name: string, zones?: string[]): JsonObject => ({
  id: addressId(name),
  ...(zones && { zones }),
  sku: { name: 'Standard', tier: 'Regional' },
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' },
});
const gateway = (name: string, addresses: readonly string[], more: JsonObject = {}): JsonObject => ({
  id: gatewayOf(name),
  properties: {
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
    activeActive: addresses.length > 1,
    ipConfigurations: addresses.map((one, index) => ({
      name: `config-${index}`,
      properties: {
        subnet: { id: `${network(name)}/subnets/GatewaySubnet` },
        publicIPAddress: { id: addressId(one) },
      },
    })),
    ...more,
  },
});

const resources: JsonObject[] = [
  virtualNetwork(ofNodes, '10.40'),
  virtualNetwork(network('leaf'), '10.41', {
    peerings: [
      {
        name: 'to-hub',
        properties: {
          remoteVirtualNetwork: { id: hub },
          remoteAddressSpace: { addressPrefixes: ['10.0.0.0/16'] },
          useRemoteGateways: true,
          peeringState: 'Connected',
        },
      },
    ],
  }),
  virtualNetwork(network('routed'), '10.42', {
    subnets: [
      {
        name: 'RouteServerSubnet',
        properties: {
          addressPrefix: '10.42.251.0/27',
          ipConfigurations: [
            { id: inResourceGroup('Microsoft.Network/virtualHubs/router/ipConfigurations/one') },
          ],
        },
      },
    ],
  }),
  virtualNetwork(network('certified'), '10.43'),
  address('pip-certified', ['1', '2', '3']),
  gateway('certified', ['pip-certified'], {
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/24'] },
      vpnClientProtocols: ['IkeV2'],
      vpnAuthenticationTypes: [],
      vpnClientRootCertificates: [{ name: 'office-root', properties: { publicCertData: 'TUlJRA==' } }],
    },
  }),
  virtualNetwork(network('grouped'), '10.44'),
  address('pip-grouped', ['1', '2', '3']),
  gateway('grouped', ['pip-grouped'], {
    virtualNetworkGatewayPolicyGroups: [
      {
        name: 'crew',
        id: `${gatewayOf('grouped')}/virtualNetworkGatewayPolicyGroups/crew`,
        properties: {
          isDefault: true,
          priority: 1,
          policyMembers: [{ name: 'm', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd07' }],
        },
      },
    ],
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ['172.31.4.0/24'] },
      vpnClientProtocols: ['OpenVPN'],
      vpnAuthenticationTypes: ['Radius'],
      radiusServers: [{ radiusServerAddress: '10.0.1.4', radiusServerSecret: 'x', radiusServerScore: 30 }],
      vngClientConnectionConfigurations: [
        {
          name: 'crew-pool',
          id: `${gatewayOf('grouped')}/vngClientConnectionConfigurations/crew-pool`,
          properties: {
            vpnClientAddressPool: { addressPrefixes: ['172.16.0.0/24'] },
            virtualNetworkGatewayPolicyGroups: [
              { id: `${gatewayOf('grouped')}/virtualNetworkGatewayPolicyGroups/crew` },
            ],
          },
        },
      ],
    },
  }),
  virtualNetwork(network('connected'), '10.45'),
  address('pip-connected', ['1', '2', '3']),
  gateway('connected', ['pip-connected']),
  {
    id: site,
    properties: {
      gatewayIpAddress: '203.0.113.40',
      localNetworkAddressSpace: { addressPrefixes: ['172.16.0.0/15'] },
    },
  },
  {
    id: inResourceGroup('Microsoft.Network/connections/to-harbour'),
    properties: {
      connectionType: 'IPsec',
      virtualNetworkGateway1: { id: gatewayOf('connected') },
      localNetworkGateway2: { id: site },
    },
  },
  virtualNetwork(network('paired'), '10.46'),
  address('pip-paired-1'),
  address('pip-paired-2'),
  gateway('paired', ['pip-paired-1', 'pip-paired-2']),
  virtualNetwork(network('plain'), '10.47'),
];

let story: Stage;
beforeAll(async () => {
  story = await stage({
    scenario: {
      resourceGroups: [
        {
          name: 'MC_shop_shop-prod_westeurope',
          location: 'westeurope',
          managedBy: inGroup('rg-shop', 'Microsoft.ContainerService/managedClusters/shop-prod'),
        },
      ],
      resources: resources as never,
    },
  });
});

interface Step {
  readonly name: string;
  readonly action: string;
  readonly target: string;
  readonly changes?: readonly string[];
}

async function plan(virtualNetworkId: string, wish: JsonObject = {}) {
  const ticket = { ticket: { system: 'webhook', id: 'REQ-1' }, virtualNetworkId, ...wish };
  const { status, body } = await story.call('POST', 'deployments/plan', ticket);
  expect(status).toBe(200);
  expect(story.writes()).toEqual([]);
  const codes = (list: readonly { code: string; target?: string }[]) =>
    list.map(({ code, target }) => `${code} ${target}`);
  const steps = body.steps as readonly Step[];
  const changes = steps.flatMap((one) => one.changes ?? []);
  return { steps, problems: codes(body.problems), warnings: codes(body.warnings), changes };
}

it.each([
  ['of the nodes of a cluster', ofNodes, {}, 'VirtualNetworkManaged virtualNetworkId'],
  [
    'that uses the gateway of another',
    network('leaf'),
    {},
    'VirtualNetworkUsesRemoteGateways virtualNetworkId',
  ],
  ['with a Route Server', network('routed'), {}, 'RouteServerNeedsActiveActive gateway.activeActive'],
  [
    'whose gateway has a root certificate, IKEv2 and no list of authentication types',
    network('certified'),
    {},
    'AuthenticationTypeInTheWay pointToSite.protocols',
  ],
  [
    'whose RADIUS address belongs to another machine',
    network('plain'),
    {
      radius: {
        servers: [{ address: '10.0.1.5', host: inResourceGroup('Microsoft.Compute/virtualMachines/nps-01') }],
      },
    },
    'RadiusAddressOfAnotherMachine radius.servers[0].address',
  ],
] as [string, string, JsonObject, string][])(
  'a VNet %s is a problem of the plan',
  async (_, id, wish, problem) => {
    expect((await plan(id, wish)).problems).toEqual([problem]);
  },
);

it('a Route Server takes a gateway that is active-active', async () => {
  expect((await plan(network('routed'), { gateway: { activeActive: true } })).problems).toEqual([]);
});

it('a pool "auto" keeps clear of the pools of user groups, wherever their gateway is', async () => {
  expect((await plan(network('plain'))).changes.join()).toContain('address pool 172.16.1.0/24 is missing');
});

it('a pool "auto" keeps clear of a site in another resource group, and its announcement there is told', async () => {
  const planned = await plan(network('connected'));
  expect(planned.changes.join()).toContain('address pool 172.18.0.0/24 is missing');
  expect(planned.warnings.join()).toContain('AddressPoolAnnounced');
});

it('of three addresses the third alone is created where two are there', async () => {
  const { steps } = await plan(network('paired'));
  const addresses = steps.filter(({ name }) => name === 'publicIp');
  expect(addresses.map(({ action }) => action)).toEqual(['keep', 'keep', 'create']);
});

it('the case of protocols and SKUs does not matter', async () => {
  const wish = { pointToSite: { protocols: ['IKEv2'] }, gateway: { sku: 'vpngw1az' } };
  const planned = await plan(network('plain'), wish);
  expect(planned.problems).toEqual([]);
  expect(planned.changes.join()).toMatch(/SKU VpnGw1AZ[\s\S]*protocol IkeV2 is missing/);
});
