import { expect, it } from 'vitest';
import { claimPools, type PoolLedger, releasePool } from '../../../shared/gateway/pool-ledger.ts';

const supernet = '172.16.0.0/12';
const auto = { supernet, avoid: ['172.16.0.0/24'] };
const ledger: PoolLedger = [{ by: '/other', prefixes: ['172.16.1.0/24', '172.16.2.0/24'] }];

it('claims the main pool and those of user groups together', () => {
  const pools = [{ prefixes: ['172.16.9.0/24'] }, { prefixes: ['172.16.10.0/24'] }];
  expect(claimPools(ledger, { by: '/mine', pools })).toEqual({
    ledger: [...ledger, { by: '/mine', prefixes: ['172.16.9.0/24', '172.16.10.0/24'] }],
    result: { pools: [['172.16.9.0/24'], ['172.16.10.0/24']] },
  });
});

it('claims none where one that was named is taken', () => {
  const pools = [{ prefixes: ['172.16.9.0/24'] }, { prefixes: ['172.16.2.128/25'] }];
  const result = { takenBy: '/other', prefix: '172.16.2.128/25' };
  expect(claimPools(ledger, { by: '/mine', pools })).toEqual({ ledger, result });
});

it('chooses another for each that left the choice, clear of the others and of each other', () => {
  const pools = [
    { prefixes: ['172.16.1.0/24'], auto },
    { prefixes: ['172.16.3.0/24'] },
    { prefixes: ['172.16.2.0/24'], auto },
  ];
  expect(claimPools(ledger, { by: '/mine', pools }).result).toEqual({
    pools: [['172.16.4.0/24'], ['172.16.3.0/24'], ['172.16.5.0/24']],
  });
});

it('says where there is no room', () => {
  const small = { supernet: '172.16.1.0/24', avoid: [] };
  const pools = [{ prefixes: ['172.16.1.0/24'], auto: small }];
  expect(claimPools(ledger, { by: '/mine', pools })).toEqual({
    ledger,
    result: { noRoomIn: '172.16.1.0/24' },
  });
});

it('gives up what the same gateway had claimed, whatever the case of its id', () => {
  const claimed = claimPools(ledger, { by: '/OTHER', pools: [{ prefixes: ['172.16.2.0/24'] }] });
  expect(claimed.ledger).toEqual([{ by: '/OTHER', prefixes: ['172.16.2.0/24'] }]);
  expect(releasePool(claimed.ledger, '/other')).toEqual([]);
  expect(releasePool([...ledger, { by: '/mine', prefixes: [] }], '/mine')).toEqual(ledger);
});
