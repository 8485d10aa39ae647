import { describe, expect, it } from 'vitest';
import type { GatewayWish, PointToSite } from '../../../shared/gateway/model.ts';
import { takenAway } from '../../../shared/gateway/takes-away.ts';
import { gateway } from '../hub.ts';

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

describe('what a wish takes away', () => {
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
    const taken = takenAway(standing, wish, secrets);
    expect(taken.map(({ what, target }) => `${what} ${target}`)).toEqual(expected);
    for (const { message } of taken) expect(message).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('names who notices', () => {
    expect(takenAway(standing, wanting({ protocols: ['IkeV2'] }))[0]!.message).toBe(
      'OpenVPN is switched off: everybody whose VPN client uses it cannot connect until they have a new client profile.',
    );
  });
});
