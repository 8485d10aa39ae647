import { describe, expect, it } from 'vitest';
import {
  type VirtualNetworkFacts,
  virtualNetworkFindings,
} from '../../../shared/gateway/checks/virtual-network-checks.ts';
import { gateway, hub, network, subnet } from '../hub.ts';

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
      'a site that may not be read',
      { gateway: without, connected: [{ ...site, prefixes: [], unread: 'It may not.' }] },
      ['warning AddressPoolAnnounced', 'warning ConnectedNetworkUnknown'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(told(facts)).toEqual(expected);
  });
});

describe('the DNS servers that clients get', () => {
  it.each([
    [['10.0.1.10'], 'the DNS servers of hub: 10.0.1.10'],
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
