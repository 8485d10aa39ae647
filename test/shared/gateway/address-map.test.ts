import { expect, it } from 'vitest';
import { addressMap } from '../../../shared/gateway/address-map.ts';
import type { VirtualNetwork } from '../../../shared/gateway/model.ts';

const virtualNetwork = {
  id: '/subscriptions/1/virtualNetworks/hub',
  name: 'hub',
  addressPrefixes: ['10.0.0.0/16', 'fd00::/48'],
  subnets: [{ name: 'servers', addressPrefixes: ['10.0.1.0/24'] }],
  peerings: [],
} as unknown as VirtualNetwork;
const around = {
  virtualNetwork,
  onPremises: [{ by: '/x/localNetworkGateways/branch', prefixes: ['172.16.1.0/24'] }],
  takenPools: [{ by: '/x/virtualNetworkGateways/other', prefixes: ['172.16.0.0/24'] }],
  radiusAddresses: [],
};
const wish = {
  asked: ['10.0.1.0/25'],
  supernet: '172.16.0.0/21',
  current: [],
  activeActive: false,
} as const;

it('shows what is taken, in the words of the problems, and what is free beside it', () => {
  const { addressPool, subnets, neighbours, free } = addressMap(wish, around);
  expect(addressPool).toEqual(['10.0.1.0/25']);
  expect(subnets).toEqual([{ by: 'servers', prefixes: ['10.0.1.0/24'] }]);
  expect(neighbours.map(({ by }) => by)).toEqual([
    'the VNet hub',
    'the on-premises network behind /x/localNetworkGateways/branch',
    'the client address pool of /x/virtualNetworkGateways/other',
  ]);
  expect(free).toEqual({
    supernet: '172.16.0.0/21',
    addressPools: ['172.16.2.0/24', '172.16.3.0/24', '172.16.4.0/24'],
    gatewaySubnet: '10.0.255.224/27',
  });
});

it('says so where nothing is free', () => {
  const full = { ...around, takenPools: [{ by: 'x', prefixes: ['172.16.0.0/20'] }] };
  expect(addressMap(wish, full).free.addressPools).toEqual([]);
  const subnets = [{ name: 'GatewaySubnet', addressPrefixes: ['10.0.255.0/27'] }];
  const has = { ...virtualNetwork, subnets } as unknown as VirtualNetwork;
  expect(addressMap(wish, { ...around, virtualNetwork: has }).free.gatewaySubnet).toBeUndefined();
});
