import { describe, expect, it } from 'vitest';
import { noticeSentences } from '../../../../shared/gateway/changes/notice-sentences.ts';
import {
  type ChangeSurroundings,
  noticeFindings,
  takenAway,
  userNotices,
} from '../../../../shared/gateway/changes/user-notices.ts';
import type { GatewayWish, PointToSite, VpnGateway } from '../../../../shared/gateway/model.ts';
import { gateway } from '../../hub.ts';

const held: PointToSite = {
  addressPool: ['172.16.0.0/24'],
  protocols: ['IkeV2', 'OpenVPN'],
  authenticationTypes: [],
  radiusServers: [
    { address: '10.0.1.4', score: 30 },
    { address: '10.0.1.5', score: 20 },
  ],
  rootCertificates: ['corp'],
};
const standing = gateway({ activeActive: true, publicIpIds: ['/pip-a', '/pip-b'], pointToSite: held });
const { location, sku, activeActive, subnetId, publicIpIds } = standing;
const types = ['Radius', 'Certificate'];
const same: GatewayWish = {
  location,
  sku,
  activeActive,
  subnetId,
  publicIpIds,
  pointToSite: { ...held, authenticationTypes: types },
  tags: {},
};
const wanting = (more: Partial<PointToSite>) => ({ ...same, pointToSite: { ...same.pointToSite, ...more } });

describe('what a wish removes', () => {
  it.each<[string, GatewayWish, readonly string[], string[]]>([
    ['nothing where nothing changes', same, [], []],
    [
      'nothing where something is added',
      wanting({ addressPool: ['172.16.0.0/24', '172.17.0.0/24'] }),
      [],
      [],
    ],
    [
      'nothing for another order and case',
      wanting({ protocols: ['openvpn', 'ikev2'], authenticationTypes: ['certificate', 'radius'] }),
      [],
      [],
    ],
    [
      'a server',
      wanting({ radiusServers: [{ address: '10.0.1.4', score: 30 }] }),
      [],
      ['radiusServer 10.0.1.5'],
    ],
    ['a protocol', wanting({ protocols: ['IkeV2'] }), [], ['protocol OpenVPN']],
    [
      'certificates under an empty list',
      wanting({ authenticationTypes: ['Radius'] }),
      [],
      ['authenticationType Certificate'],
    ],
    ['a pool', wanting({ addressPool: ['172.17.0.0/24'] }), [], ['addressPool 172.16.0.0/24']],
    ['a SKU', { ...same, sku: 'VpnGw3AZ' }, [], ['sku VpnGw1AZ']],
    ['active-active', { ...same, activeActive: false }, [], ['mode active-active']],
    ['an address', { ...same, publicIpIds: ['/PIP-A'] }, [], ['publicIpAddress /pip-b']],
    ['a secret of a server that stays', same, ['10.0.1.5'], ['secret 10.0.1.5']],
    [
      'a server, and not its secret too',
      wanting({ radiusServers: [{ address: '10.0.1.4', score: 30 }] }),
      ['10.0.1.5'],
      ['radiusServer 10.0.1.5'],
    ],
  ])('%s', (_, wish, secrets, expected) => {
    const taken = takenAway(userNotices(standing, wish, { replacedSecrets: secrets }));
    expect(taken.map(({ what, target }) => `${what} ${target}`)).toEqual(expected);
    for (const { message } of taken) expect(message).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('names who notices', () => {
    expect(takenAway(userNotices(standing, wanting({ protocols: ['IkeV2'] })))[0]!.message).toBe(
      'OpenVPN is switched off. Users whose VPN client uses it cannot connect until they have a new client profile.',
    );
  });
});

describe('what users notice', () => {
  const standby = gateway({ pointToSite: { ...held, authenticationTypes: ['Radius', 'Certificate'] } });
  const { pointToSite: _, ...unused } = standby;
  const as = (more: Partial<GatewayWish> = {}, pointToSite: Partial<PointToSite> = {}): GatewayWish => ({
    ...same,
    activeActive: false,
    publicIpIds: standby.publicIpIds,
    ...more,
    pointToSite: { ...same.pointToSite, ...pointToSite },
  });
  const newServer = { address: '10.0.1.9', score: 30 };
  const bothScored = held.radiusServers.map(({ address }) => ({ address, score: 30 }));

  it.each<[string, VpnGateway, GatewayWish, ChangeSurroundings, string[]]>([
    ['nothing where nothing changes', standby, as(), {}, []],
    ['every write', standby, as(), { isWritten: true }, ['gatewayWritten vpngw-hub']],
    ['a larger SKU', standby, as({ sku: 'VpnGw2AZ' }), {}, ['skuResized VpnGw1AZ']],
    [
      'the same size with zones',
      { ...standby, sku: 'VpnGw1' },
      as({ sku: 'VpnGw1AZ' }),
      {},
      ['zonesGained VpnGw1'],
    ],
    [
      'a new server',
      standby,
      as({}, { radiusServers: [...held.radiusServers, newServer] }),
      {},
      ['serverAdded 10.0.1.9'],
    ],
    [
      'one server for another',
      standby,
      as({}, { radiusServers: [held.radiusServers[0]!, newServer] }),
      {},
      ['serverTakenOff 10.0.1.5', 'serverAdded 10.0.1.9'],
    ],
    [
      'all servers for another',
      standby,
      as({}, { radiusServers: [newServer] }),
      { isWritten: true },
      [
        'serverTakenOff 10.0.1.4',
        'serverTakenOff 10.0.1.5',
        'gatewayWritten vpngw-hub',
        'writtenInTurns 2',
        'serverAdded 10.0.1.9',
      ],
    ],
    ['another score', standby, as({}, { radiusServers: bothScored }), {}, ['serverScored 10.0.1.5']],
    [
      'one protocol for another',
      { ...standby, pointToSite: { ...held, protocols: ['IkeV2'] } },
      as({}, { protocols: ['OpenVPN'] }),
      {},
      ['protocolTakenAway IkeV2', 'protocolAdded OpenVPN'],
    ],
    [
      'a wider pool',
      standby,
      as({}, { addressPool: ['172.16.0.0/24', '172.17.0.0/24'] }),
      {},
      ['poolAdded 172.17.0.0/24'],
    ],
    ['active-active', standby, as({ activeActive: true }), {}, ['madeActiveActive active-standby']],
    [
      'active-standby',
      standing,
      { ...same, activeActive: false, publicIpIds: ['/pip-a'] },
      {},
      ['madeActiveStandby active-active', 'publicIpAddressGivenUp /pip-b'],
    ],
    ['nothing of point-to-site that was not there', unused, as(), { isWritten: true }, []],
  ])('%s', (_, current, wish, around, expected) => {
    const notices = userNotices(current, wish, around);
    expect(notices.map(({ change, target }) => `${change} ${target}`)).toEqual(expected);
    expect(new Set(notices.map(({ message }) => message)).size).toBe(notices.length);
  });

  it('has a sentence and a source for each kind of change', () => {
    for (const [change, { says, source }] of Object.entries(noticeSentences)) {
      expect(says('it', same), change).toMatch(/^[A-Za-z].{30,}\.$/);
      expect(source, change).toMatch(/^https:\/\/(?:learn\.microsoft\.com|github\.com\/MicrosoftDocs)\//);
    }
  });

  it.each([
    ['Certificate', 'Users who sign in with a certificate'],
    ['aad', 'Users who sign in with Microsoft Entra ID'],
    ['RADIUS', 'Users who sign in through RADIUS'],
    ['Kerberos', 'Users who sign in by Kerberos'],
  ])('of %s is said of the people', (type, who) => {
    expect(noticeSentences.authenticationTypeTakenAway.says(type)).toBe(`${who} cannot connect any more.`);
    expect(noticeSentences.authenticationTypeAdded.says(type)).toBe(
      `${who} can connect when they have a new client profile.`,
    );
  });

  it('names the pool of a new group, where it has one', () => {
    const its = { isDefault: true, priority: 1, members: [] };
    const pools = (name: string, addressPool: string[]) =>
      noticeSentences.userGroupAdded.says('Finance', as({}, { groups: [{ ...its, name, addressPool }] }));
    expect(pools('finance', ['172.16.7.0/24', '172.16.8.0/24'])).toContain(
      'get addresses from 172.16.7.0/24, 172.16.8.0/24 at',
    );
    expect(pools('finance', [])).toContain('get addresses from its pool at');
    expect(pools('other', ['172.16.7.0/24'])).toContain('get addresses from its pool at');
  });

  it('of the first servers of a gateway is not that it is written in turns', () => {
    const none = gateway({ pointToSite: { ...held, radiusServers: [] } });
    const changes = userNotices(none, as(), { isWritten: true }).map(({ change }) => change);
    expect(changes).not.toContain('writtenInTurns');
    expect(changes).toContain('gatewayWritten');
  });

  it('is warned of with the field of the request', () => {
    const found = [...noticeFindings(userNotices(standby, as({ sku: 'VpnGw2AZ' }), { isWritten: true }))];
    expect(found.map(({ kind, code, target }) => `${kind} ${code} ${target}`)).toEqual([
      'warning GatewayResized gateway.sku',
      'warning UsersWillBeDisconnected pointToSite',
    ]);
  });
});
