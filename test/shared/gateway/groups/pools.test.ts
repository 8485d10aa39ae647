import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../../../../shared/gateway/address-pool.ts';
import {
  type GroupPoolWish,
  groupPoolChoices,
  groupPoolFindings,
  poolsOfGroups,
  withChosenPools,
} from '../../../../shared/gateway/groups/pools.ts';
import type { GroupRequest, PointToSite, UserGroup } from '../../../../shared/gateway/model.ts';
import { hub } from '../../hub.ts';
import { told } from '../../told.ts';

const around: Surroundings = {
  virtualNetwork: hub(),
  onPremises: [],
  takenPools: [{ by: 'other', prefixes: ['172.16.0.0/24'] }],
  radiusAddresses: [],
};
const group = (name: string, ...addressPool: string[]): UserGroup => ({
  name,
  isDefault: false,
  priority: 10,
  members: [],
  addressPool,
});
const auto = (name: string): GroupRequest => ({ name, addressPool: 'auto' });
const wish = (more: Partial<GroupPoolWish>): GroupPoolWish => ({
  named: [],
  current: [],
  supernet: '172.16.0.0/16',
  activeActive: false,
  ...more,
});
const pools = (groups: readonly UserGroup[]) => groups.map(({ name, addressPool }) => [name, ...addressPool]);

describe('the pools that the app chooses for user groups', () => {
  const main = ['172.16.1.0/24'];

  it('overlap no pool of others, not the main pool and not each other', () => {
    const groups = [group('a'), group('named', '172.16.9.0/24'), group('b')];
    const named = [auto('A'), { name: 'named', addressPool: ['172.16.9.0/24'] }, auto('b')];
    expect(pools(withChosenPools(groups, wish({ named }), around, main))).toEqual([
      ['a', '172.16.2.0/24'],
      ['named', '172.16.9.0/24'],
      ['b', '172.16.3.0/24'],
    ]);
  });

  it('are those of the gateway where it has one, and stay empty where there is no room', () => {
    const held = [group('a', '172.16.7.0/24'), group('B'), group('c')];
    const named = [auto('a'), auto('b'), auto('c')];
    const chosen = wish({ named, current: held, supernet: '172.16.1.0/24' });
    expect(pools(withChosenPools(held, chosen, around, main))).toEqual([
      ['a', '172.16.7.0/24'],
      ['B'],
      ['c'],
    ]);
    // The group of others is not the app's to give a pool to.
    expect(pools(withChosenPools([group('theirs')], wish({ named }), around, main))).toEqual([['theirs']]);
  });

  it('may be chosen again, each in the same supernet', () => {
    const held = [group('a', '172.16.7.0/24')];
    const named = [auto('a'), auto('b'), { name: 'c', addressPool: ['172.16.9.0/24'] }];
    const groups = [...held, group('b'), group('c', '172.16.9.0/24')];
    expect(groupPoolChoices(groups, wish({ named, current: held }), around)).toEqual({
      b: { supernet: '172.16.0.0/16', avoid: ['172.16.0.0/24'] },
    });
  });
});

it('the pools of a gateway are those of its groups, and those that no group has', () => {
  const its = (groupPools: string[], groups: UserGroup[]): PointToSite => ({
    addressPool: [],
    protocols: [],
    authenticationTypes: [],
    radiusServers: [],
    groupPools,
    groups,
  });
  const wished = [group('a', '172.16.8.0/24')];
  const current = its(['172.16.7.0/24', '172.16.9.0/24'], [group('a', '172.16.7.0/24')]);
  expect(poolsOfGroups(wished, current)).toEqual(['172.16.8.0/24', '172.16.9.0/24']);
  expect(poolsOfGroups(undefined, current)).toEqual(['172.16.9.0/24']);
  expect(poolsOfGroups(wished)).toEqual(['172.16.8.0/24']);
});

describe('what is wrong with the pool of a user group', () => {
  const asking = (...groups: [string, ...string[]][]) =>
    groups.map(([name, ...addressPool]) => ({ name, addressPool }));
  const asked = (one: UserGroup): UserGroup => ({ ...one, isAsked: true });
  const found = (groups: UserGroup[], more: Partial<GroupPoolWish>) =>
    told(groupPoolFindings(groups, wish(more), around)).map(([what]) => what);
  const [a, b] = [asked(group('a', '172.16.7.0/24')), asked(group('b', '172.16.7.0/25'))];

  it.each<[string, UserGroup[], Partial<GroupPoolWish>, string[]]>([
    ['nothing', [a], { named: asking(['A', '172.16.7.0/24']) }, []],
    [
      'no room',
      [asked(group('a'))],
      { named: [auto('a')] },
      ['problem AddressPoolNoRoom pointToSite.groups[0].addressPool'],
    ],
    [
      'no room for the first, which hides nothing of the second',
      [asked(group('a')), asked(group('b', '10.0.7.0/24'))],
      { named: [auto('a'), ...asking(['b', '10.0.7.0/24'])] },
      [
        'problem AddressPoolNoRoom pointToSite.groups[0].addressPool',
        'problem AddressPoolOverlapsVirtualNetwork pointToSite.groups[1].addressPool[0]',
      ],
    ],
    [
      'it overlaps an earlier group, which is told once',
      [a, b],
      { named: asking(['a', '172.16.7.0/24'], ['b', '172.16.7.0/25']) },
      ['problem AddressPoolOverlapsGroupPool pointToSite.groups[1].addressPool[0]'],
    ],
    [
      'it overlaps a group of others, wherever that stands',
      [a, group('theirs', '172.16.7.0/25')],
      { named: asking(['a', '172.16.7.0/24']) },
      ['problem AddressPoolOverlapsGroupPool pointToSite.groups[0].addressPool[0]'],
    ],
    [
      'two groups may have one pool',
      [a, { ...a, name: 'b' }],
      { named: asking(['a', '172.16.7.0/24'], ['b', '172.16.7.0/24']) },
      [],
    ],
    [
      'but not a part of one',
      [asked(group('a', '172.16.7.0/24')), asked(group('b', '172.16.7.0/24', '172.16.8.0/24'))],
      { named: asking(['a', '172.16.7.0/24'], ['b', '172.16.7.0/24', '172.16.8.0/24']) },
      ['problem AddressPoolOverlapsGroupPool pointToSite.groups[1].addressPool[0]'],
    ],
    [
      'one prefix the same, and one that overlaps',
      [
        asked(group('a', '172.16.7.0/24', '172.16.8.0/24')),
        asked(group('b', '172.16.7.0/24', '172.16.8.0/25')),
      ],
      { named: asking(['a', '172.16.7.0/24', '172.16.8.0/24'], ['b', '172.16.7.0/24', '172.16.8.0/25']) },
      [
        'problem AddressPoolOverlapsGroupPool pointToSite.groups[1].addressPool[0]',
        'problem AddressPoolOverlapsGroupPool pointToSite.groups[1].addressPool[1]',
      ],
    ],
    [
      'the one that the gateway has stays, by name and by auto',
      [asked(group('A', '172.16.0.0/24')), asked(group('b', '172.16.0.0/24'))],
      {
        named: [...asking(['a', '172.16.0.0/24']), auto('b')],
        current: [group('A', '172.16.0.0/24'), group('b', '172.16.0.0/24')],
      },
      [
        'warning AddressPoolTaken pointToSite.groups[0].addressPool[0]',
        'warning AddressPoolTaken pointToSite.groups[1].addressPool',
      ],
    ],
    [
      'a new one may not be that of another gateway',
      [asked(group('a', '172.16.0.0/24'))],
      { named: asking(['a', '172.16.0.0/24']) },
      ['problem AddressPoolTaken pointToSite.groups[0].addressPool[0]'],
    ],
  ])('%s', (_, groups, more, expected) => {
    expect(found(groups, more)).toEqual(expected);
  });
});
