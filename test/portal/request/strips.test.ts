import { expect, it } from 'vitest';
import { stripsOf } from '../../../portal/request/strips.ts';
import type { AddressMap } from '../../../shared/gateway/address-map.ts';

const map: AddressMap = {
  addressSpace: ['10.0.0.0/16', 'fd00::/48'],
  addressPool: ['172.16.1.0/24'],
  gatewaySubnet: '10.0.255.224/27',
  subnets: [{ by: 'servers', prefixes: ['10.0.1.0/24'] }],
  neighbours: [
    { by: 'the VNet hub', prefixes: ['10.0.0.0/16', 'fd00::/48'] },
    { by: 'the client address pool of other', prefixes: ['172.16.0.0/24'] },
  ],
  free: { supernet: '172.16.0.0/22', addressPools: [] },
};

it('draws what is asked for at its place among what is taken', () => {
  const [network, pool, ...more] = stripsOf(map);
  expect(more).toEqual([]);
  expect(network!.bars).toMatchObject([
    { kind: 'taken', label: 'servers', from: 1 / 256, to: 2 / 256 },
    { kind: 'wanted', prefix: '10.0.255.224/27', to: 1 },
  ]);
  expect(pool).toMatchObject({
    title: 'Client address pool 172.16.1.0/24',
    bars: [
      { kind: 'taken', from: 0, to: 0.25 },
      { kind: 'wanted', from: 0.25, to: 0.5 },
    ],
    text: '172.16.1.0/24 does not overlap anything that is used.',
  });
});

it('shows an overlap as one, and names what it is with', () => {
  const [, pool] = stripsOf({ ...map, addressPool: ['10.0.128.0/17'] });
  expect(pool!.bars).toMatchObject([
    { kind: 'taken', from: 0, to: 1 },
    { kind: 'clash', from: 0.5, to: 1 },
  ]);
  expect(pool!.text).toBe('10.0.128.0/17 overlaps the VNet hub (10.0.0.0/16).');
  const [network] = stripsOf({ ...map, gatewaySubnet: '10.0.1.0/27' });
  expect(network!.text).toBe('10.0.1.0/27 overlaps servers (10.0.1.0/24).');
});

it('leaves out what is no prefix: somebody is still writing it', () => {
  expect(stripsOf({ ...map, addressPool: ['172.16.'] })).toHaveLength(1);
});
