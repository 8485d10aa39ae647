import { describe, expect, it } from 'vitest';
import {
  type VirtualNetworkFacts,
  virtualNetworkChecks,
  virtualNetworkFindings,
} from '../../../shared/gateway/checks/virtual-network-checks.ts';
import { gatewayFacts } from '../compliance/facts.ts';
import { gateway, hub, network, subnet } from '../hub.ts';
import { told as inFull } from '../told.ts';

const { pointToSite, ...without } = gateway();
const wish = { activeActive: false, addressPool: pointToSite!.addressPool };

function found(facts: Partial<VirtualNetworkFacts>, ...ignored: string[]) {
  const all = [...virtualNetworkFindings({ virtualNetwork: hub(), wish, connected: [], ...facts })];
  return all.filter(({ code }) => !ignored.includes(code));
}
const told = (facts: Partial<VirtualNetworkFacts>) =>
  found(facts, 'ClientDnsServers').map(({ kind, code }) => `${kind} ${code}`);

describe('a VNet that cannot have this gateway', () => {
  const spoke = (usesRemoteGateways: boolean) =>
    hub({
      peerings: [
        {
          name: 'to-core',
          remoteVirtualNetworkId: network('virtualNetworks', 'core'),
          remoteAddressPrefixes: [],
          usesRemoteGateways,
        },
      ],
    });
  const withRouteServer = hub({
    subnets: [
      subnet('RouteServerSubnet', '10.0.254.0/27', { routeServerIds: [network('virtualHubs', 'ars')] }),
    ],
  });

  it.each<[string, Partial<VirtualNetworkFacts>, string[]]>([
    ['a VNet of its own', {}, []],
    ['one that an AKS cluster made for its nodes', { managedBy: '/aks' }, ['problem VirtualNetworkManaged']],
    [
      'a spoke on the gateway of another',
      { virtualNetwork: spoke(true) },
      ['problem VirtualNetworkUsesRemoteGateways'],
    ],
    ['a peered VNet with its own way out', { virtualNetwork: spoke(false) }, []],
    [
      'an active-standby gateway beside a Route Server',
      { virtualNetwork: withRouteServer },
      ['problem RouteServerNeedsActiveActive'],
    ],
    [
      'an active-active one beside it',
      { virtualNetwork: withRouteServer, wish: { ...wish, activeActive: true } },
      [],
    ],
    [
      'one that is there already is told, for it works',
      { virtualNetwork: withRouteServer, gateway: gateway() },
      ['warning RouteServerNeedsActiveActive'],
    ],
    [
      'one with another ASN',
      {
        virtualNetwork: withRouteServer,
        gateway: gateway({ activeActive: true, bgpAsn: 65010 }),
        wish: { ...wish, activeActive: true },
      },
      ['warning RouteServerNeedsAsn'],
    ],
    [
      'RouteServerSubnet without a Route Server',
      { virtualNetwork: hub({ subnets: [subnet('RouteServerSubnet', '10.0.254.0/27')] }) },
      [],
    ],
  ])('%s', (_, facts, expected) => {
    expect(told(facts)).toEqual(expected);
  });

  const rule =
    'with the Route Server ars in the VNet, a VPN gateway must be active-active with the ASN 65515';
  it.each<[string, Partial<VirtualNetworkFacts>, string[]]>([
    [
      'a managed group',
      { managedBy: '/aks' },
      [
        'problem VirtualNetworkManaged virtualNetworkId',
        'The resource group rg-hub of hub belongs to another service (/aks), which changes and deletes the resources in it. Name a VNet of your own that is peered with this one.',
      ],
    ],
    [
      'a new gateway beside a Route Server',
      { virtualNetwork: withRouteServer },
      [
        'problem RouteServerNeedsActiveActive gateway.activeActive',
        `The gateway would be active-standby, but ${rule}. Ask for gateway.activeActive true.`,
      ],
    ],
    [
      'a gateway that is beside it already',
      { virtualNetwork: withRouteServer, gateway: gateway() },
      [
        'warning RouteServerNeedsActiveActive gateway.activeActive',
        `The gateway is active-standby, but ${rule}. Ask for gateway.activeActive true.`,
      ],
    ],
    [
      'another ASN',
      {
        virtualNetwork: withRouteServer,
        gateway: gateway({ activeActive: true, bgpAsn: 65010 }),
        wish: { ...wish, activeActive: true },
      },
      [
        'warning RouteServerNeedsAsn virtualNetworkId',
        `vpngw-hub has the ASN 65010, but ${rule}. The app does not change BGP. Change the ASN by hand, otherwise routes are not exchanged.`,
      ],
    ],
  ])('is told of %s', (_, facts, expected) => {
    expect(inFull(found(facts, 'ClientDnsServers'))).toEqual([expected]);
  });

  it('may have the ASN that Azure gives by itself', () => {
    const its = gateway({ activeActive: true, bgpAsn: 65515 });
    const facts = { virtualNetwork: withRouteServer, gateway: its, wish: { ...wish, activeActive: true } };
    expect(told(facts)).toEqual([]);
  });

  it('is reported as its gateway is', () => {
    const verdicts = (its: Parameters<typeof gateway>[0], read = true) =>
      virtualNetworkChecks.map(({ check }) => {
        const around = { virtualNetwork: read ? withRouteServer : undefined };
        return check(gatewayFacts({ gateway: { ...without, ...its }, ...around })).is;
      });
    expect(verdicts({})).toEqual(['violated', 'compliant']);
    expect(verdicts({ activeActive: true })).toEqual(['compliant', 'compliant']);
    expect(verdicts({ activeActive: true, bgpAsn: 65010 })).toEqual(['compliant', 'violated']);
    expect(verdicts({}, false)).toEqual(['unknown', 'unknown']);
    for (const [networkProblem, reason] of [
      ['It is forbidden.', 'It is forbidden.'],
      [undefined, 'The VNet could not be read.'],
    ])
      expect(
        virtualNetworkChecks[0]!.check(gatewayFacts({ virtualNetwork: undefined, networkProblem })),
      ).toEqual({ is: 'unknown', reason });
  });

  it('names the peering and the VNet whose gateway it uses', () => {
    const [first] = found({ virtualNetwork: spoke(true) }, 'ClientDnsServers');
    expect(first).toMatchObject({ target: 'virtualNetworkId', message: expect.stringContaining('to-core') });
    expect(first!.message).toContain('gateway of core');
  });
});

describe('what the other side of a connection hears', () => {
  const site = { connection: 'to-dc', by: network('localNetworkGateways', 'dc'), prefixes: ['10.9.0.0/16'] };

  it.each<[string, Partial<VirtualNetworkFacts>, string[]]>([
    ['a first pool', { gateway: without, connected: [site] }, ['warning AddressPoolAnnounced']],
    ['a pool that stays', { gateway: gateway(), connected: [site] }, []],
    [
      'another pool',
      {
        gateway: gateway(),
        connected: [site],
        wish: { ...wish, addressPool: ['172.16.9.0/24'] },
      },
      ['warning AddressPoolAnnounced'],
    ],
    ['a pool without any site', { gateway: without }, []],
    [
      'a pool that stays, and a site that may not be read',
      { gateway: gateway(), connected: [{ ...site, prefixes: [], unread: 'It may not.' }] },
      [],
    ],
    [
      'a site that may not be read',
      { gateway: without, connected: [{ ...site, prefixes: [], unread: 'It may not.' }] },
      ['warning AddressPoolAnnounced', 'warning ConnectedNetworkUnknown'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(told(facts)).toEqual(expected);
  });
});

it('the sites and the pools are named', () => {
  const sites = ['to-dc', 'to-office'].map((connection) => ({
    connection,
    by: '/lng',
    prefixes: [],
    ...(connection === 'to-dc' && { unread: 'It may not.' }),
  }));
  const pools = ['172.16.8.0/24', '172.16.9.0/24'];
  const more = { gateway: gateway(), connected: sites, wish: { ...wish, addressPool: pools } };
  expect(inFull(found(more))).toEqual([
    [
      'warning AddressPoolAnnounced pointToSite.addressPool',
      '172.16.8.0/24, 172.16.9.0/24 is announced over the connections of the gateway (to-dc, to-office). The other side must allow and route it, otherwise clients do not reach that side.',
    ],
    [
      'warning ConnectedNetworkUnknown pointToSite.addressPool',
      'The network behind the connection to-dc could not be read (/lng): It may not. Make sure that 172.16.8.0/24, 172.16.9.0/24 does not overlap it.',
    ],
  ]);
});

describe('the DNS servers that clients get', () => {
  it.each([
    [['10.0.1.10', '10.0.1.11'], 'the DNS servers of hub: 10.0.1.10, 10.0.1.11. These'],
    [[], 'no DNS server'],
  ])('%j of the VNet', (dnsServers, text) => {
    const [first] = found({ virtualNetwork: hub({ dnsServers }) });
    expect(first).toMatchObject({ kind: 'warning', code: 'ClientDnsServers' });
    expect(first!.message).toContain(text);
  });

  it('are not told again to a gateway that has clients', () => {
    expect(found({ gateway: gateway() })).toEqual([]);
  });
});
