import { describe, expect, it } from 'vitest';
import type { Facts, Plan } from '../../../shared/deployment/contract.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import {
  defaults,
  facts,
  gateway,
  gatewayId,
  hub,
  hubId,
  hubSecret,
  inPlace,
  network,
  npsHost,
  npsId,
  request,
  subnet,
} from '../hub.ts';

function planned(wish: VpnGatewayRequest, found: Facts): Plan {
  const { plan, problems } = makePlan(wish, found, defaults);
  expect(problems).toEqual([]);
  return plan!;
}

const actions = (plan: Plan) => plan.steps.map(({ name, action }) => `${name}: ${action}`);
const codes = (list: readonly { readonly code: string }[]) => list.map(({ code }) => code);
const found = (wish: VpnGatewayRequest, what: Facts, settings = defaults) =>
  makePlan(wish, what, settings).problems.map(({ code, target }) => `${code} ${target}`);

describe('a hub without a gateway', () => {
  it('gets everything, named after the VNet, at the end of its address space', () => {
    const plan = planned(request(), facts());
    expect(plan).toMatchObject({
      virtualNetworkId: hubId,
      gatewayId,
      location: 'westeurope',
      gatewaySubnetId: `${hubId}/subnets/GatewaySubnet`,
      gatewaySubnetPrefix: '10.0.255.224/27',
      publicIpIds: [network('publicIPAddresses', 'vpngw-hub-pip')],
      zones: ['1', '2', '3'],
      sku: 'VpnGw1AZ',
      activeActive: false,
      addressPool: ['172.16.0.0/24'],
      protocols: ['IkeV2'],
      authenticationTypes: ['Radius'],
      servers: [
        { address: '10.0.1.4', score: 30, host: npsId, kind: 'virtualMachine', location: 'westeurope' },
      ],
      mfaExtension: 'require',
    });
    expect(codes(plan.warnings)).toEqual(['ClientDnsServers']);
    expect(actions(plan)).toEqual([
      'gatewaySubnet: create',
      'publicIp: create',
      'radiusSecret: create',
      'gateway: create',
      'nps: update',
      'pointToSite: create',
    ]);
    expect(plan.estimatedMinutes).toBeGreaterThanOrEqual(45);
    expect(plan.estimatedMinutes).toBeLessThan(60);
  });

  it('takes the NPS servers of the settings when the ticket names none', () => {
    const servers = [{ address: '10.0.1.4', score: 20, host: npsId }];
    const { plan } = makePlan(request({ radius: {} }), facts(), {
      ...defaults,
      radiusServers: servers,
    });
    expect(plan?.servers).toMatchObject(servers);
  });

  it('gets three public IP addresses when it is active-active', () => {
    const plan = planned(request({ gateway: { name: 'edge', activeActive: true } }), facts());
    expect(plan.publicIpIds).toEqual(
      ['edge-pip', 'edge-pip-2', 'edge-pip-3'].map((name) => network('publicIPAddresses', name)),
    );
  });

  it('goes on with what an earlier attempt left behind', () => {
    const left = {
      id: network('publicIPAddresses', 'vpngw-hub-pip').toUpperCase(),
      sku: 'Standard',
      allocationMethod: 'Static',
      provisioningState: 'Succeeded' as const,
      zones: ['1', '2', '3'],
    };
    const virtualNetwork = hub({ subnets: [subnet('GatewaySubnet', '10.0.254.0/26')] });
    const plan = planned(request(), facts({ virtualNetwork, publicIps: [left], secrets: [hubSecret()] }));
    expect(plan.gatewaySubnetPrefix).toBe('10.0.254.0/26');
    expect(actions(plan).slice(0, 4)).toEqual([
      'gatewaySubnet: keep',
      'publicIp: keep',
      'radiusSecret: keep',
      'gateway: create',
    ]);
  });

  it('may have an ExpressRoute gateway beside the new one', () => {
    const expressRoute = gateway({
      id: network('virtualNetworkGateways', 'ergw'),
      name: 'ergw',
      gatewayType: 'ExpressRoute',
    });
    const itsAddress = {
      id: expressRoute.publicIpIds[0]!.replace('vpngw', 'ergw'),
      sku: 'Standard',
      allocationMethod: 'Static',
      provisioningState: 'Succeeded' as const,
      zones: [],
      usedBy: `${expressRoute.id}/ipConfigurations/default`,
    };
    const plan = planned(request(), inPlace(expressRoute, { publicIps: [itsAddress] }));
    expect(plan.gatewayId).toBe(gatewayId);
    expect(actions(plan)).toContain('gateway: create');
  });
});

describe('a gateway that is there', () => {
  it('is left alone when it is as wished, whatever the case of ids and the order of lists', () => {
    const standing = gateway({ id: gatewayId.toLowerCase(), sku: 'vpngw1az' });
    const plan = planned(request(), inPlace(standing));
    expect(actions(plan)).toEqual([
      'gatewaySubnet: keep',
      'publicIp: keep',
      'radiusSecret: keep',
      'gateway: keep',
      'nps: update',
      'pointToSite: keep',
    ]);
    expect(plan.warnings).toEqual([]);
    expect(plan.estimatedMinutes).toBeLessThanOrEqual(15);
  });

  it('keeps its SKU, mode and pool when the ticket says nothing of them', () => {
    const ids = ['a', 'b', 'c'].map((name) => network('publicIPAddresses', name));
    const standing = gateway({ sku: 'VpnGw3AZ', activeActive: true, publicIpIds: ids });
    const plan = planned(request(), inPlace(standing));
    expect(plan).toMatchObject({
      sku: 'VpnGw3AZ',
      activeActive: true,
      publicIpIds: ids,
      addressPool: ['172.16.0.0/24'],
    });
    expect(actions(plan)).toContain('gateway: keep');
  });

  it('of another name is used when the ticket names none', () => {
    const id = network('virtualNetworkGateways', 'corp-vpn');
    expect(planned(request(), inPlace(gateway({ id, name: 'corp-vpn' }))).gatewayId).toBe(id);
  });

  it('without point-to-site gets it, and its users need not be warned', () => {
    const { pointToSite: _, ...siteToSite } = gateway();
    const plan = planned(request(), inPlace(siteToSite));
    expect(actions(plan).slice(-1)).toEqual(['pointToSite: create']);
    expect(actions(plan)).toContain('gateway: keep');
    expect(codes(plan.warnings)).toEqual(['ClientDnsServers']);
  });

  it('is told apart from the wish, and its users are thought of', () => {
    const standing = gateway({
      pointToSite: {
        addressPool: ['172.16.0.0/24'],
        protocols: ['SSTP'],
        authenticationTypes: ['Radius'],
        radiusServers: [
          { address: '10.0.1.4', score: 5 },
          { address: '10.0.1.9', score: 30 },
        ],
      },
    });
    const wish = request({
      pointToSite: { protocols: ['IkeV2'] },
      radius: { servers: [{ address: '10.0.1.4', host: npsId, score: 30 }] },
    });
    const plan = planned(wish, inPlace(standing));
    expect(plan.takesAway.map(({ target }) => target)).toEqual(['10.0.1.9', 'SSTP']);
    expect(plan.steps.find(({ name }) => name === 'pointToSite')).toMatchObject({
      action: 'update',
      changes: [
        'protocol IkeV2 is missing',
        'protocol SSTP is not wanted',
        'RADIUS server 10.0.1.9 is not wanted',
        'RADIUS server 10.0.1.4 has the score 5, but 30 is wanted',
        '10.0.1.9 is taken off only after 10.0.1.4 is verified',
      ],
    });
    expect(plan.usersNotice.map(({ change, target }) => `${change} ${target}`)).toEqual([
      'serverTakenOff 10.0.1.9',
      'protocolTakenAway SSTP',
      'gatewayWritten vpngw-hub',
      'serverScored 10.0.1.4',
      'protocolAdded IkeV2',
    ]);
    expect(codes(plan.warnings)).toEqual([
      'ClientProfilesOutdated',
      'UsersWillBeDisconnected',
      'ClientProfilesOutdated',
    ]);
  });

  it('is written when its secret is new, for it cannot know it', () => {
    const plan = planned(request(), inPlace(gateway(), { secrets: [] }));
    expect(plan.steps.at(-1)).toMatchObject({
      action: 'update',
      changes: ['the shared secret of RADIUS server 10.0.1.4 is new'],
    });
    expect(codes(plan.warnings)).toEqual(['UsersWillBeDisconnected']);
  });

  it('is written again when it failed', () => {
    const plan = planned(request(), inPlace(gateway({ provisioningState: 'Failed' })));
    expect(plan.steps.find(({ name }) => name === 'gateway')).toMatchObject({
      action: 'update',
      changes: ['its state is Failed'],
    });
    expect(codes(plan.warnings)).toEqual(['GatewayFailed', 'UsersWillBeDisconnected']);
  });

  it('keeps the authentication types of others with OpenVPN alone', () => {
    const pointToSite = { ...gateway().pointToSite!, protocols: ['OpenVPN'], authenticationTypes: ['AAD'] };
    const found = inPlace(gateway({ pointToSite }));
    const openVpn = request({ pointToSite: { protocols: ['OpenVPN'] } });
    expect(planned(openVpn, found).authenticationTypes).toEqual(['Radius', 'AAD']);
    expect(planned(request(), found).authenticationTypes).toEqual(['Radius', 'AAD']);
    const ikev2 = request({ pointToSite: { protocols: ['IkeV2'] } });
    expect(makePlan(ikev2, found, defaults).problems).toMatchObject([
      {
        code: 'AuthenticationTypeInTheWay',
        target: 'pointToSite.protocols',
        message: expect.stringContaining('AAD'),
      },
    ]);
  });

  it('takes its time to become larger or active-active, and says so', () => {
    const resized = planned(request({ gateway: { sku: 'VpnGw2AZ' } }), inPlace());
    expect(codes(resized.warnings)).toEqual(['GatewayResized', 'UsersWillBeDisconnected']);
    expect(resized.estimatedMinutes).toBeGreaterThanOrEqual(45);
    const doubled = planned(request({ gateway: { activeActive: true } }), inPlace());
    expect(codes(doubled.warnings)).toEqual(['GatewayBecomesActiveActive', 'UsersWillBeDisconnected']);
    expect(doubled.publicIpIds).toHaveLength(3);
    expect(actions(doubled).filter((step) => step === 'publicIp: create')).toHaveLength(2);
  });
});

it('becomes active-standby where it has no connections: its first address stays', () => {
  const plan = planned(request({ gateway: { activeActive: false } }), inPlace(activeActive()));
  expect(plan.publicIpIds).toEqual([network('publicIPAddresses', '1')]);
  expect(plan.takesAway.map(({ what, target }) => `${what} ${target.split('/').at(-1)}`)).toEqual([
    'mode active-active',
    'publicIpAddress 2',
    'publicIpAddress 3',
  ]);
  expect(plan.estimatedMinutes).toBeGreaterThanOrEqual(45);
});

function activeActive() {
  const publicIpIds = ['1', '2', '3'].map((n) => network('publicIPAddresses', n));
  return gateway({ activeActive: true, publicIpIds });
}

it('all of a change that Azure refuses is told at once', () => {
  const wish = request({
    gateway: { sku: 'VpnGw1AZ', activeActive: true },
    pointToSite: { addressPool: ['10.0.9.0/24'], protocols: ['IkeV2'] },
  });
  const pointToSite = { ...gateway().pointToSite!, protocols: ['OpenVPN'], authenticationTypes: ['AAD'] };
  expect(found(wish, inPlace(gateway({ sku: 'VpnGw2AZ', pointToSite })))).toEqual([
    'GatewaySkuSmaller gateway.sku',
    'AuthenticationTypeInTheWay pointToSite.protocols',
    'AddressPoolOverlapsVirtualNetwork pointToSite.addressPool[0]',
  ]);
});

describe('what stands in the way is told all at once', () => {
  it('with the field of each', () => {
    const wish = request({
      gatewaySubnetPrefix: '10.0.1.0/29',
      pointToSite: { addressPool: ['10.0.0.0/24'] },
      radius: {
        servers: [
          { address: '10.0.1.1', host: npsId },
          { address: '10.0.1.9', host: `${npsId}x` },
        ],
      },
      nps: { mfaExtension: 'install' },
    });
    const what = facts({
      npsHosts: [npsHost({ osType: 'Linux', isRunning: false }), undefined],
      secrets: [hubSecret({ problem: 'it is empty: a shared secret has 1 to 128 characters' })],
    });
    expect(found(wish, what)).toEqual([
      'GatewaySubnetOverlapsSubnet gatewaySubnetPrefix',
      'AddressPoolOverlapsVirtualNetwork pointToSite.addressPool[0]',
      'NpsHostNotWindows radius.servers[0].host',
      'NpsHostStopped radius.servers[0].host',
      'NpsHostNotFound radius.servers[1].host',
      'RadiusServerInGatewaySubnet radius.servers[0].address',
      'SecretUnusable radius.secretName',
      'MfaInstallerNotConfigured nps.mfaExtension',
    ]);
  });

  it('and leaves no plan to carry out, while warnings are still told', () => {
    const result = makePlan(
      request({ nps: { mfaExtension: 'skip' } }),
      facts({ npsHosts: [null] }),
      defaults,
    );
    expect(result.plan).toBeUndefined();
    expect(codes(result.problems)).toEqual(['NpsHostNotFound']);
    expect(codes(result.warnings)).toEqual(['ClientDnsServers', 'MfaNotChecked']);
  });

  it.each([
    ['no RADIUS server at all', request({ radius: {} }), facts(), 'RadiusServersMissing radius.servers'],
    [
      'an agent that does not answer',
      request(),
      facts({ npsHosts: [npsHost({ isAgentReady: false })] }),
      'NpsHostAgentNotReady radius.servers[0].host',
    ],
    [
      'another VPN gateway',
      request({ gateway: { name: 'mine' } }),
      inPlace(),
      'GatewayAlreadyPresent gateway.name',
    ],
    [
      'a gateway of that name in another VNet',
      request(),
      facts({ gateway: gateway({ subnetId: `${hubId}-2/subnets/GatewaySubnet` }) }),
      'GatewayOfAnotherVirtualNetwork gateway.name',
    ],
    [
      'an ExpressRoute gateway of that name',
      request({ gateway: { name: 'VPNGW-hub' } }),
      inPlace(gateway({ gatewayType: 'ExpressRoute' })),
      'GatewayTypeNotVpn gateway.name',
    ],
    [
      'a policy-based gateway',
      request(),
      inPlace(gateway({ vpnType: 'PolicyBased' })),
      'GatewayPolicyBased gateway.name',
    ],
    ['the SKU Basic', request(), inPlace(gateway({ sku: 'Basic' })), 'GatewaySkuUnusable gateway.sku'],
    ['a legacy SKU', request(), inPlace(gateway({ sku: 'Standard' })), 'GatewaySkuUnusable gateway.sku'],
    [
      'a gateway on its way out',
      request(),
      inPlace(gateway({ provisioningState: 'Deleting' })),
      'GatewayDeleting gateway.name',
    ],
    [
      'peers of a second address',
      request({ gateway: { activeActive: false } }),
      inPlace(activeActive(), { connected: [{ connection: 'to-factory', by: 'factory', prefixes: [] }] }),
      'GatewayIsActiveActive gateway.activeActive',
    ],
    [
      'a smaller SKU',
      request({ gateway: { sku: 'VpnGw1AZ' } }),
      inPlace(gateway({ sku: 'VpnGw2AZ' })),
      'GatewaySkuSmaller gateway.sku',
    ],
    [
      'a SKU of the second generation',
      request({ gateway: { sku: 'VpnGw5AZ' } }),
      inPlace(gateway({ sku: 'VpnGw3AZ', generation: 'Generation1' })),
      'GatewayOfFirstGeneration gateway.sku',
    ],
    [
      'the pool of before, too small for active-active',
      request({ gateway: { activeActive: true } }),
      inPlace(gateway({ pointToSite: { ...gateway().pointToSite!, addressPool: ['172.16.0.0/29'] } })),
      'AddressPoolTooSmall pointToSite.addressPool',
    ],
    [
      'a secret that does not fit',
      request(),
      facts({ secrets: [hubSecret({ problem: 'it has 200 characters' })] }),
      'SecretUnusable radius.secretName',
    ],
  ])('%s', (_, wish, what, expected) => {
    expect(found(wish, what)).toEqual([expected]);
  });

  it('but an installer in the settings serves "install"', () => {
    const wish = request({ nps: { mfaExtension: 'install' } });
    expect(found(wish, facts(), { ...defaults, hasMfaInstaller: true })).toEqual([]);
  });
});

describe('what somebody should know is a warning', () => {
  it.each([
    ['PAP', request({ pointToSite: { protocols: ['OpenVPN', 'IkeV2'] } }), facts(), 'PapMustBeAllowed'],
    ['a retired SKU', request(), inPlace(gateway({ sku: 'VpnGw2' })), 'GatewaySkuRetired'],
    ['somebody at work', request(), inPlace(gateway({ provisioningState: 'Updating' })), 'GatewayBusy'],
    [
      'an NPS server that nothing leads to',
      request({ radius: { servers: [{ address: '192.168.10.4', host: npsId }] } }),
      facts(),
      'RadiusServerRouteUnknown',
    ],
  ])('%s', (_, wish, what, expected) => {
    expect(codes(planned(wish, what).warnings)).toEqual([
      ...(what.gateway ? [] : ['ClientDnsServers']),
      expected,
    ]);
  });

  it('an NPS server in a peered VNet or behind a local network gateway needs none', () => {
    const wish = request({ radius: { servers: [{ address: '192.168.10.4', host: npsId }] } });
    const remote = {
      name: 'to-2',
      remoteVirtualNetworkId: `${hubId}-2`,
      remoteAddressPrefixes: ['192.168.0.0/16'],
    };
    const peered = facts({ virtualNetwork: hub({ peerings: [remote] }) });
    const behind = facts({ onPremises: [{ by: 'lng', prefixes: ['192.168.10.0/24'] }] });
    for (const what of [peered, behind])
      expect(codes(planned(wish, what).warnings)).toEqual(['ClientDnsServers']);
  });
});
