import { describe, expect, it } from 'vitest';
import { mergedGateway, type NewGateway } from '../../../shared/gateway/merge.ts';
import type { GatewayRequest, PointToSite, VpnGateway } from '../../../shared/gateway/model.ts';
import { gateway, gatewayId, hubId } from '../hub.ts';

const newGateway: NewGateway = {
  id: gatewayId,
  location: 'westeurope',
  subnetId: `${hubId}/subnets/GatewaySubnet`,
  sku: 'VpnGw1AZ',
  addressPool: ['172.16.9.0/24'],
  protocols: ['IkeV2'],
  radiusServers: [{ address: '10.0.1.4', score: 30 }],
};

const working = gateway({
  sku: 'VpnGw2AZ',
  activeActive: true,
  publicIpIds: ['/pip-a', '/pip-b', '/pip-c'],
  pointToSite: {
    addressPool: ['172.20.0.0/24', '172.20.1.0/24'],
    protocols: ['OpenVPN', 'IkeV2'],
    authenticationTypes: ['Radius'],
    radiusServers: [
      { address: '10.0.1.5', score: 20 },
      { address: '10.0.1.6', score: 7 },
    ],
  },
});

type Named = Partial<Omit<GatewayRequest, 'virtualNetworkId'>>;
const naming = ({ gateway: its = {}, pointToSite = { addressPool: 'auto' }, radius = {} }: Named) => ({
  gateway: its,
  pointToSite,
  radius,
});

/** The values of the merged gateway that differ from the existing one. */
function changed(named: Named, existing: VpnGateway): Record<string, unknown> {
  const { pointToSite, ...wish } = mergedGateway(naming(named), existing, newGateway);
  const all: Record<string, unknown> = { ...wish, ...pointToSite, tags: existing.tags };
  const { pointToSite: held, ...form } = existing;
  const before: Record<string, unknown> = { ...form, ...held };
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  );
}

const pointToSite = (more: Partial<PointToSite>) =>
  gateway({ pointToSite: { ...gateway().pointToSite!, ...more } });

describe('a request that is merged with the gateway there', () => {
  it.each<[string, Named, VpnGateway, Record<string, unknown>]>([
    ['names nothing', {}, working, {}],
    ['names what is there', { gateway: { sku: 'vpngw2az', activeActive: true } }, working, {}],
    [
      'names the same protocols and pools in another order and case',
      { pointToSite: { addressPool: ['172.20.1.0/24', '172.20.0.0/24'], protocols: ['ikev2', 'OPENVPN'] } },
      working,
      {},
    ],
    [
      'names the servers without their scores',
      { radius: { servers: [{ address: '10.0.1.5' }, { address: '10.0.1.6' }] } },
      working,
      {},
    ],
    [
      'names another pool in the place of one of two',
      { pointToSite: { addressPool: ['172.20.0.0/24', '172.30.0.0/24'] } },
      working,
      { addressPool: ['172.20.0.0/24', '172.30.0.0/24'] },
    ],
    ['names a SKU alone', { gateway: { sku: 'VpnGw3AZ' } }, working, { sku: 'VpnGw3AZ' }],
    [
      'names one protocol of two',
      { pointToSite: { addressPool: 'auto', protocols: ['IkeV2'] } },
      working,
      { protocols: ['IkeV2'] },
    ],
    [
      'names a pool',
      { pointToSite: { addressPool: ['172.30.0.0/24'] } },
      working,
      { addressPool: ['172.30.0.0/24'] },
    ],
    [
      'names one server and another score',
      { radius: { servers: [{ address: '10.0.1.5', score: 30 }, { address: '10.0.1.9' }] } },
      working,
      {
        radiusServers: [
          { address: '10.0.1.5', score: 30 },
          { address: '10.0.1.9', score: 30 },
        ],
      },
    ],
    ['leaves SSTP alone', {}, pointToSite({ protocols: ['SSTP', 'IkeV2'] }), {}],
    [
      'leaves other authentication types beside RADIUS alone, whatever the protocols',
      {},
      pointToSite({ authenticationTypes: ['Certificate', 'Radius'] }),
      {},
    ],
    [
      'adds RADIUS to Entra ID where OpenVPN is the only protocol',
      {},
      pointToSite({ protocols: ['OpenVPN'], authenticationTypes: ['AAD'], radiusServers: [] }),
      { authenticationTypes: ['Radius', 'AAD'], radiusServers: newGateway.radiusServers },
    ],
    [
      'adds RADIUS to certificates that stand under an empty list',
      {},
      pointToSite({
        protocols: ['OpenVPN'],
        authenticationTypes: [],
        rootCertificates: ['corp'],
        radiusServers: [],
      }),
      { authenticationTypes: ['Radius', 'Certificate'], radiusServers: newGateway.radiusServers },
    ],
    [
      'gives point-to-site to a gateway without it',
      {},
      gateway({ sku: 'VpnGw3AZ', pointToSite: undefined as never }),
      {
        addressPool: newGateway.addressPool,
        protocols: ['IkeV2'],
        authenticationTypes: ['Radius'],
        radiusServers: newGateway.radiusServers,
      },
    ],
    [
      'adds the third address of active-active to those there',
      {},
      { ...working, publicIpIds: ['/pip-a', '/pip-b'] },
      {
        publicIpIds: [
          '/pip-a',
          '/pip-b',
          gatewayId.replace(/virtualNetworkGateways.*/, 'publicIPAddresses/vpngw-hub-pip'),
        ],
      },
    ],
  ])('%s', (_, named, existing, expected) => {
    expect(changed(named, existing)).toEqual(expected);
  });

  it('keeps the user groups that it does not name', () => {
    const groups = [
      { name: 'all', isDefault: true, priority: 0, members: [], addressPool: ['172.21.0.0/24'] },
    ];
    const merged = (its: VpnGateway) => mergedGateway(naming({}), its, newGateway).pointToSite;
    expect(merged(pointToSite({ groups })).groups).toEqual(groups);
    expect(merged(pointToSite({}))).not.toHaveProperty('groups');
  });

  it('takes defaults for a new gateway, and what it names before them', () => {
    expect(mergedGateway(naming({}), undefined, newGateway)).toMatchObject({
      sku: 'VpnGw1AZ',
      activeActive: false,
      pointToSite: {
        addressPool: ['172.16.9.0/24'],
        protocols: ['IkeV2'],
        authenticationTypes: ['Radius'],
        radiusServers: newGateway.radiusServers,
      },
    });
    const named = mergedGateway(
      naming({
        gateway: { sku: 'VpnGw5AZ', activeActive: true },
        pointToSite: { addressPool: ['10.9.0.0/24'], protocols: ['OpenVPN'] },
        radius: { servers: [{ address: '10.0.1.8' }] },
      }),
      undefined,
      newGateway,
    );
    expect(named).toMatchObject({
      sku: 'VpnGw5AZ',
      activeActive: true,
      pointToSite: {
        addressPool: ['10.9.0.0/24'],
        protocols: ['OpenVPN'],
        radiusServers: [{ address: '10.0.1.8', score: 30 }],
      },
    });
    expect(named.publicIpIds).toHaveLength(3);
  });
});
