import { expect, it } from 'vitest';
import { sharedPools } from '../../../shared/compliance/shared-pools.ts';

const pool = (by: string, ...prefixes: string[]) => ({ by, prefixes });
type Pool = ReturnType<typeof pool>;
const own = pool('own', '172.16.0.0/24');

it.each<[string, Pool, Pool[], number, string[]]>([
  ['nobody has', own, [pool('far', '172.17.0.0/24')], 0, []],
  ['stands beside another', own, [pool('next', '172.16.1.0/24'), pool('before', '172.15.255.0/24')], 0, []],
  ['another has too', own, [pool('twin', '172.16.0.0/24')], 1, ['twin']],
  ['holds the first address of another', own, [pool('first', '172.16.0.0/32')], 1, ['first']],
  ['holds the last address of another', own, [pool('last', '172.16.0.255/32')], 1, ['last']],
  [
    'is the last address of another',
    pool('own', '172.16.0.255/32'),
    [pool('wide', '172.16.0.0/24')],
    1,
    ['wide'],
  ],
  ['is one address, which nobody has', pool('own', '172.16.0.7/32'), [pool('far', '10.0.0.0/8')], 0, []],
  ['lies within the widest of all', own, [pool('wide', '172.0.0.0/8')], 1, ['wide']],
  [
    'lies within another, with one beside it that ends before',
    own,
    [pool('wide', '172.16.0.0/16'), pool('before', '172.15.0.0/16'), pool('after', '172.18.0.0/16')],
    1,
    ['wide'],
  ],
  [
    'holds another, with some behind it',
    own,
    [pool('inner', '172.16.0.128/25'), pool('after', '172.16.1.0/24'), pool('later', '172.16.2.0/24')],
    1,
    ['inner'],
  ],
  [
    'lies within another, which holds a third before it',
    pool('own', '172.16.5.0/24'),
    [pool('wide', '172.16.0.0/16'), pool('inner', '172.16.1.0/24'), pool('behind', '172.16.9.0/24')],
    1,
    ['wide'],
  ],
  [
    'is nested in itself, and in another',
    pool('own', '172.16.0.0/16', '172.16.5.0/24'),
    [pool('wide', '172.0.0.0/8')],
    2,
    ['wide'],
  ],
  ['is nested in itself alone', pool('own', '172.16.0.0/16', '172.16.5.0/24'), [], 0, []],
  [
    'four others have, of whom three are named',
    own,
    ['a', 'b', 'c', 'd'].map((by) => pool(by, '172.16.0.0/24')),
    4,
    ['a', 'b', 'c'],
  ],
  [
    'lies within four others, of which the three narrowest are named',
    pool('own', '172.31.255.0/24'),
    ['172.16.0.0/12', '172.24.0.0/13', '172.28.0.0/14', '172.30.0.0/15'].map((one) =>
      pool(one.slice(-3), one),
    ),
    4,
    ['/15', '/14', '/13'],
  ],
  [
    'two gateways meet in two places',
    pool('own', '172.16.0.0/24', '172.20.0.0/24'),
    [pool('twin', '172.16.0.0/25', '172.20.0.0/25')],
    2,
    ['twin'],
  ],
  ['cannot be read', pool('own', 'fd00::/64', 'x'), [pool('twin', 'fd00::/64', '172.16.0.0/24')], 0, []],
  ['is empty', pool('own'), [pool('twin', '172.16.0.0/24')], 0, []],
])('a pool that %s', (_, one, others, count, first) => {
  for (const all of [
    [one, ...others],
    [...others, one],
  ]) {
    const found = sharedPools(all)(one.by, one.prefixes);
    expect(found.count).toBe(count);
    expect(found.first).toEqual(first);
  }
});
