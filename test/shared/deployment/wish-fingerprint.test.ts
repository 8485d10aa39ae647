import { describe, expect, it } from 'vitest';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import { hubId, npsId, request } from '../hub.ts';

const second = { address: '10.0.1.5', score: 10, host: npsId.replace('nps-01', 'nps-02') };
const first = { address: '10.0.1.4', score: 30, host: npsId };
const full = {
  gateway: { name: 'edge', sku: 'VpnGw2AZ' },
  pointToSite: { addressPool: ['172.16.0.0/24', '172.16.1.0/24'], protocols: ['IkeV2', 'OpenVPN'] },
  radius: { servers: [first, second], secretName: 'radius-hub' },
};
const fingerprint = wishFingerprint(request(full));

describe('the same wish', () => {
  it.each([
    ['of another ticket', { ticket: { system: 'jira', id: 'NET-7', requestedBy: 'somebody' } }],
    ['with ids in other case', { virtualNetworkId: hubId.toUpperCase() }],
    ['with servers the other way round', { radius: { ...full.radius, servers: [second, first] } }],
    [
      'with hosts in other case',
      { radius: { ...full.radius, servers: [{ ...first, host: npsId.toLowerCase() }, second] } },
    ],
    [
      'with pools and protocols the other way round',
      {
        pointToSite: { addressPool: ['172.16.1.0/24', '172.16.0.0/24'], protocols: ['OpenVPN', 'IkeV2'] },
      },
    ],
    ['with defaults written out', { approval: { required: false }, nps: {} }],
    ['with the gateway in other case', { gateway: { name: 'EDGE', sku: 'VpnGw2AZ' } }],
  ])('%s', (_, change) => {
    expect(wishFingerprint(request({ ...full, ...change }))).toBe(fingerprint);
  });
});

describe('another wish', () => {
  it.each([
    ['for another VNet', { virtualNetworkId: `${hubId}-2` }],
    ['for another subnet', { gatewaySubnetPrefix: '10.0.255.0/27' }],
    ['for another SKU', { gateway: { name: 'edge', sku: 'VpnGw3AZ' } }],
    ['for another mode', { gateway: { ...full.gateway, activeActive: false } }],
    ['for one pool fewer', { pointToSite: { ...full.pointToSite, addressPool: ['172.16.0.0/24'] } }],
    ['for any pool', { pointToSite: { ...full.pointToSite, addressPool: 'auto' } }],
    ['for one protocol fewer', { pointToSite: { ...full.pointToSite, protocols: ['IkeV2'] } }],
    ['for other scores', { radius: { ...full.radius, servers: [{ ...first, score: 1 }, second] } }],
    ['for the servers of the settings', { radius: { secretName: 'radius-hub' } }],
    ['for another secret', { radius: { ...full.radius, secretName: 'radius-2' } }],
    ['for another policy', { nps: { networkPolicy: 'VPN' } }],
    ['for a second factor, rather than what was asked for before', { nps: { mfaExtension: 'require' } }],
    ['for no second factor', { nps: { mfaExtension: 'skip' } }],
    ['that needs an approval', { approval: { required: true } }],
  ])('%s', (_, change) => {
    expect(wishFingerprint(request({ ...full, ...change }))).not.toBe(fingerprint);
  });
});
