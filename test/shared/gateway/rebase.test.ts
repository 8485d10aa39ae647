import { describe, expect, it } from 'vitest';
import { formOf } from '../../../shared/gateway/gateway.ts';
import type { GatewayWish, PointToSite, UserGroup, VpnGateway } from '../../../shared/gateway/model.ts';
import { rebased } from '../../../shared/gateway/rebase.ts';
import { gateway } from '../hub.ts';

const standing = gateway();
const its = standing.pointToSite!;
const other = { address: '10.0.1.9', score: 10 };

const wanting = (form: Partial<GatewayWish>, pointToSite: Partial<PointToSite> = {}): GatewayWish => {
  const { location, sku, activeActive, subnetId, publicIpIds } = standing;
  return {
    location,
    sku,
    activeActive,
    subnetId,
    publicIpIds,
    tags: {},
    ...form,
    pointToSite: { ...its, ...pointToSite },
  };
};
const now = (form: Partial<VpnGateway>, pointToSite: Partial<PointToSite> = {}): VpnGateway =>
  gateway({ ...form, pointToSite: { ...its, ...pointToSite } });

/** The values that differ from the wish, or the conflicts. */
function outcome(wish: GatewayWish, current: VpnGateway, planned = standing) {
  const { wish: result, conflicts } = rebased(wish, formOf(planned), current);
  if (conflicts.length > 0) return conflicts;
  const flat = ({ pointToSite, ...form }: GatewayWish): Record<string, unknown> => ({
    ...form,
    ...pointToSite,
  });
  return Object.fromEntries(
    Object.entries(flat(result)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(flat(wish)[name]),
    ),
  );
}

describe('a gateway that somebody changes after it was planned', () => {
  it.each<[string, GatewayWish, VpnGateway, unknown]>([
    ['nobody changed anything', wanting({ sku: 'VpnGw2AZ' }), standing, {}],
    ['it was written by us already', wanting({ sku: 'VpnGw2AZ' }), now({ sku: 'vpngw2az' }), {}],
    ['their SKU stays', wanting({}), now({ sku: 'VpnGw3AZ' }), { sku: 'VpnGw3AZ' }],
    [
      'their SKU and ours',
      wanting({ sku: 'VpnGw2AZ' }),
      now({ sku: 'VpnGw3AZ' }),
      ['the SKU is now VpnGw3AZ'],
    ],
    [
      'their server stays',
      wanting({}),
      now({}, { radiusServers: [...its.radiusServers, other] }),
      { radiusServers: [...its.radiusServers, other] },
    ],
    [
      'their protocol stays beside the one that is added',
      wanting({}, { protocols: ['IkeV2', 'OpenVPN'] }),
      now({}, { protocols: ['IkeV2', 'SSTP'] }),
      { protocols: ['IkeV2', 'SSTP', 'OpenVPN'] },
    ],
    [
      'their server, where ours takes one away',
      wanting({}, { radiusServers: [other] }),
      now({}, { radiusServers: [...its.radiusServers, { address: '10.0.1.8', score: 1 }] }),
      ['the list of RADIUS servers is now 10.0.1.4 with the score 30, 10.0.1.8 with the score 1'],
    ],
    [
      'both moved the pool',
      wanting({}, { addressPool: ['172.18.0.0/24'] }),
      now({}, { addressPool: ['172.19.0.0/24'] }),
      ['the address pool is now 172.19.0.0/24'],
    ],
    [
      'the same in another order and case',
      wanting({}, { protocols: ['OpenVPN', 'IkeV2'] }),
      now({}, { protocols: ['ikev2', 'openvpn'] }),
      {},
    ],
  ])('%s', (_, wish, current, expected) => {
    expect(outcome(wish, current)).toEqual(expected);
  });

  const group = (name: string, more: Partial<UserGroup> = {}): UserGroup => ({
    name,
    isDefault: true,
    priority: 10,
    members: [{ name, type: 'RadiusAzureGroupId', value: '6ad1bd01' }],
    addressPool: ['172.16.7.0/24'],
    ...more,
  });
  const [ours, theirs] = [group('ours'), group('theirs', { isDefault: false, priority: 20, members: [] })];
  const { pointToSite: _, ...siteToSite } = standing;
  const taken = { address: '10.0.1.9', score: 3 };

  it.each<[string, GatewayWish, VpnGateway, unknown, VpnGateway?]>([
    [
      'what they took away stays away, beside what is added',
      wanting({}, { protocols: ['IkeV2', 'OpenVPN'] }),
      now({}, { protocols: ['SSTP'] }),
      { protocols: ['SSTP', 'OpenVPN'] },
    ],
    [
      'a server that both added keeps their score, and stands there once',
      wanting({}, { radiusServers: [...its.radiusServers, other] }),
      now({}, { radiusServers: [...its.radiusServers, taken] }),
      { radiusServers: [...its.radiusServers, taken] },
    ],
    ['their mode stays', wanting({}), now({ activeActive: true }), { activeActive: true }],
    [
      'both changed the addresses',
      wanting({ publicIpIds: ['/a'] }),
      now({ publicIpIds: ['/b', '/c'] }),
      ['the public IP addresses is now /b, /c'],
    ],
    [
      'both changed the protocols',
      wanting({}, { protocols: ['OpenVPN'] }),
      now({}, { protocols: [] }),
      ['the list of protocols is now empty'],
    ],
    [
      'both changed how users sign in',
      wanting({}, { authenticationTypes: ['Certificate'] }),
      now({}, { authenticationTypes: ['AAD'] }),
      ['the list of authentication types is now AAD'],
    ],
    [
      'they took point-to-site away, and ours changes its pool',
      wanting({}, { addressPool: ['172.18.0.0/24'] }),
      siteToSite,
      ['the address pool is now empty'],
    ],
    ['there is no point-to-site yet', wanting({}), siteToSite, {}, siteToSite],
    [
      'they made point-to-site meanwhile',
      wanting({}),
      now({}, { addressPool: ['172.19.0.0/24'] }),
      { addressPool: ['172.19.0.0/24', '172.16.0.0/24'] },
      siteToSite,
    ],
    [
      'their group stays beside ours',
      wanting({}, { groups: [ours] }),
      now({}, { groups: [theirs] }),
      { groups: [theirs, ours] },
    ],
    [
      'both changed a group',
      wanting({}, { groups: [{ ...ours, priority: 11 }] }),
      now({}, { groups: [{ ...ours, addressPool: ['172.16.8.0/24'] }] }),
      [
        'the list of user groups is now ours (default group, priority 10, RadiusAzureGroupId 6ad1bd01, 172.16.8.0/24)',
      ],
      now({}, { groups: [ours] }),
    ],
    [
      'the first groups, on a gateway without point-to-site',
      wanting({}, { groups: [ours] }),
      siteToSite,
      {},
      siteToSite,
    ],
    [
      'their groups are left to them by a wish without groups',
      wanting({}),
      now({}, { groups: [theirs] }),
      {},
    ],
  ])('%s', (_, wish, current, expected, planned) => {
    expect(outcome(wish, current, planned)).toEqual(expected);
  });

  it('is not overwritten when it appeared under the name of a new one', () => {
    expect(rebased(wanting({}), undefined, now({ sku: 'VpnGw5AZ' })).conflicts).toEqual([
      'SKU is VpnGw5AZ, but VpnGw1AZ is wanted',
    ]);
    expect(rebased(wanting({}), undefined, standing).conflicts).toEqual([]);
  });
});
