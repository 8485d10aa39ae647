import { describe, expect, it } from 'vitest';
import { groupChanges } from '../../../../shared/gateway/groups/changes.ts';
import { groupDifferences, groupText } from '../../../../shared/gateway/groups/differences.ts';
import { groupsAsHeld } from '../../../../shared/gateway/groups/requested-again.ts';
import { wishedGroups } from '../../../../shared/gateway/groups/wished-groups.ts';
import type { GroupRequest, UserGroup } from '../../../../shared/gateway/model.ts';

const radius = (name: string, value: string) => ({ name, type: 'RadiusAzureGroupId', value });
const everybody: UserGroup = {
  name: 'Everybody',
  isDefault: true,
  priority: 0,
  members: [radius('all', '6ad1bd01')],
  addressPool: ['172.16.10.0/24'],
};
const engineering: UserGroup = {
  name: 'engineering',
  isDefault: false,
  priority: 10,
  members: [{ name: 'entra', type: 'AADGroupId', value: '0cf484f2' }],
  addressPool: ['172.16.11.0/24'],
};

const finance: GroupRequest = {
  name: 'finance',
  windowsGroup: 'CONTOSO\\VPN Finance',
  addressPool: ['172.16.12.0/24'],
};

describe('the user groups of a gateway', () => {
  it('are left alone by a request that names none', () => {
    expect(wishedGroups(undefined, undefined, [])).toEqual({});
    expect(wishedGroups(undefined, undefined, [everybody])).toEqual({ groups: [everybody] });
  });

  it('get the first free value, and priorities with room between, in the order of the list', () => {
    const { groups, asked } = wishedGroups(
      [
        finance,
        { name: 'rest', default: true, addressPool: 'auto' },
        { name: 'ops', windowsGroup: 'CONTOSO\\Ops', priority: 20, addressPool: 'auto' },
      ],
      undefined,
      [],
    );
    expect(groups).toEqual([
      {
        name: 'finance',
        isDefault: false,
        priority: 10,
        members: [radius('finance', '6ad1bd01')],
        addressPool: ['172.16.12.0/24'],
        isAsked: true,
      },
      {
        name: 'rest',
        isDefault: true,
        priority: 30,
        members: [radius('rest', '6ad1bd02')],
        addressPool: [],
        isAsked: true,
      },
      {
        name: 'ops',
        isDefault: false,
        priority: 20,
        members: [radius('ops', '6ad1bd03')],
        addressPool: [],
        isAsked: true,
      },
    ]);
    // NPS decides in the order of the priorities, as the gateway would.
    expect(asked!.map(({ name, attribute }) => [name, attribute])).toEqual([
      ['finance', '6ad1bd01'],
      ['ops', '6ad1bd03'],
      ['rest', '6ad1bd02'],
    ]);
  });

  it('keep those that others made, and take neither their values nor their priorities', () => {
    const { groups } = wishedGroups([finance], undefined, [everybody, engineering]);
    expect(groups!.slice(1)).toEqual([everybody, engineering]);
    expect(groups![0]).toMatchObject({ priority: 20, members: [radius('finance', '6ad1bd02')] });
  });

  it('that are there keep name, default, priority and members of other kinds, whatever else is asked', () => {
    const { groups } = wishedGroups(
      [{ name: 'ENGINEERING', windowsGroup: 'CONTOSO\\Eng', attribute: '6ad1bd09', addressPool: 'auto' }],
      undefined,
      [everybody, engineering],
    );
    expect(groups![0]).toEqual({
      ...engineering,
      members: [...engineering.members, radius('engineering', '6ad1bd09')],
      isAsked: true,
    });
  });

  it('get a value that no other group has or is asked to have', () => {
    const rest: GroupRequest = { name: 'rest', default: true, addressPool: 'auto' };
    const values = (named: readonly GroupRequest[], held: readonly UserGroup[] = []) =>
      wishedGroups(named, undefined, held).groups!.map(({ members }) => members.at(-1)!.value);
    expect(values([rest, { ...finance, attribute: '6ad1bd01' }])).toEqual(['6ad1bd02', '6ad1bd01']);
    // A group that is there keeps its value, also where it comes later in the list.
    expect(values([finance, { ...rest, name: 'everybody' }], [everybody])).toEqual(['6ad1bd02', '6ad1bd01']);
    // Another value that is asked for replaces it.
    const renamed = { ...rest, name: 'everybody', attribute: '6ad1bd09' };
    expect(wishedGroups([renamed], undefined, [everybody]).groups![0]!.members).toEqual([
      radius('Everybody', '6ad1bd09'),
    ]);
    expect(wishedGroups([{ ...renamed, attribute: '6ad1bd01' }], undefined, [everybody]).groups![0]).toEqual({
      ...everybody,
      isAsked: true,
    });
  });

  it('are none where none are left, which is told to the gateway that has some', () => {
    expect(wishedGroups([], undefined, [])).toEqual({ asked: [] });
    expect(wishedGroups([], [finance], [{ ...everybody, name: 'finance' }])).toEqual({
      groups: [],
      asked: [],
    });
  });

  it('lose those that were asked for before and are not any more, and no other', () => {
    const held = wishedGroups([finance], undefined, [everybody]).groups!;
    const gone = wishedGroups([], [finance], held);
    expect(gone).toEqual({ groups: [everybody], asked: [] });
    expect(groupChanges(held, gone.groups)).toEqual([['userGroupTakenAway', 'finance']]);
  });

  it('that were asked for stay as they are, and known to NPS, where a later request names none', () => {
    const held = wishedGroups([finance], undefined, [everybody]).groups!.map(({ isAsked: _, ...one }) => one);
    const { groups, asked } = wishedGroups(undefined, [finance], held);
    expect(groupDifferences(held, groups)).toEqual([]);
    expect(asked).toEqual([{ name: 'finance', attribute: '6ad1bd02', windowsGroup: finance.windowsGroup }]);
    // NPS decides by the value of the gateway. A group that lost its value has none, and is not given another.
    const lost = held.map((one) => ({ ...one, members: [] }));
    expect(wishedGroups(undefined, [finance], lost).asked).toEqual([
      { name: 'finance', attribute: '', windowsGroup: finance.windowsGroup },
    ]);
    expect(groups!.find(({ name }) => name === 'finance')!.isAsked).toBe(true);
    // A group that somebody removed is not made again by a request that does not ask for it.
    expect(wishedGroups(undefined, [finance], [everybody])).toEqual({ groups: [everybody], asked: [] });
  });
});

it('a difference says what is found and what was done', () => {
  const wish: UserGroup = { ...everybody, priority: 5, addressPool: ['172.16.13.0/24'] };
  expect(groupDifferences([everybody, engineering], [wish]).map(({ found }) => found)).toEqual([
    'user group Everybody has the pool 172.16.10.0/24, but 172.16.13.0/24 is wanted',
    'user group Everybody has the priority 0, but 5 is wanted',
    'user group engineering is not wanted',
  ]);
  expect(groupDifferences([], [everybody])).toEqual([
    {
      name: 'Everybody',
      found: 'user group Everybody is missing',
      done: 'user group Everybody added with 172.16.10.0/24 for RadiusAzureGroupId 6ad1bd01',
      givesBack: true,
    },
  ]);
  expect(groupDifferences([everybody], undefined)).toEqual([]);
  // Azure keeps neither the case of values nor the order of pools.
  const shuffled = { ...everybody, members: [radius('all', '6AD1BD01')] };
  expect(groupDifferences([shuffled], [everybody])).toEqual([]);
});

it.each<[string, Partial<UserGroup>, Partial<UserGroup>, string | undefined]>([
  [
    'pools in another order',
    { addressPool: ['172.16.1.0/24', '172.16.2.0/24'] },
    { addressPool: ['172.16.2.0/24', '172.16.1.0/24'] },
    undefined,
  ],
  [
    'members in another order',
    { members: [radius('a', '6ad1bd01'), radius('b', '6ad1bd02')] },
    { members: [radius('b', '6ad1bd02'), radius('a', '6ad1bd01')] },
    undefined,
  ],
  [
    'pools',
    { addressPool: [] },
    { addressPool: ['172.16.2.0/24', '172.16.1.0/24'] },
    'the pool of user group Everybody changed from no pool to 172.16.1.0/24, 172.16.2.0/24',
  ],
  [
    'members',
    { members: [] },
    { members: [radius('b', '6ad1bd02'), radius('a', '6ad1bd01')] },
    'the members of user group Everybody changed from nobody to RadiusAzureGroupId 6ad1bd01, RadiusAzureGroupId 6ad1bd02',
  ],
  ['priority', { priority: 1 }, {}, 'the priority of user group Everybody changed from 1 to 0'],
  ['default', { isDefault: false }, {}, 'isDefault of user group Everybody changed from false to true'],
])('a changed group is told with what it was and is: %s', (_, was, becomes, expected) => {
  const differences = groupDifferences([{ ...everybody, ...was }], [{ ...everybody, ...becomes }]);
  expect(differences.map(({ done }) => done)).toEqual(expected === undefined ? [] : [expected]);
  // Users keep nothing of it by themselves, so nobody repairs it without asking.
  expect(differences.every(({ givesBack }) => !givesBack)).toBe(true);
});

it('a group that is not wanted is told as removed', () => {
  expect(groupDifferences([everybody, engineering], [everybody]).map(({ done }) => done)).toEqual([
    'user group engineering removed',
  ]);
});

it('a group in words', () => {
  expect(groupText({ ...engineering, members: [], addressPool: [] })).toBe(
    'engineering (not the default group, priority 10, nobody, no pool)',
  );
});

it('users of a group notice what becomes of it', () => {
  const wish: UserGroup[] = [
    { ...everybody, priority: 3, members: [radius('all', '6ad1bd99')], addressPool: ['172.16.13.0/24'] },
    { ...engineering, name: 'new' },
  ];
  expect(groupChanges([everybody, engineering], wish)).toEqual([
    ['userGroupTakenAway', 'engineering'],
    ['groupPoolGivenUp', '172.16.10.0/24'],
    ['groupPoolAdded', '172.16.13.0/24'],
    ['groupValueReplaced', 'Everybody'],
    ['groupPriorityChanged', 'Everybody'],
    ['userGroupAdded', 'new'],
  ]);
  expect(groupChanges([everybody], undefined)).toEqual([]);
  expect(groupChanges(undefined, [everybody])).toEqual([['userGroupAdded', 'Everybody']]);
  // One of two values is known no more.
  const two = { ...everybody, members: [radius('a', '6ad1bd01'), radius('b', '6ad1bd02')] };
  expect(groupChanges([two], [everybody])).toEqual([['groupValueReplaced', 'Everybody']]);
  expect(groupChanges([everybody], [two])).toEqual([]);
});

it('a repair asks again for what is gone, and for the rest as it is now', () => {
  const asked = [finance, { ...finance, name: 'everybody', attribute: '6ad1bdff' }];
  expect(groupsAsHeld(asked, [everybody])).toEqual([
    finance,
    {
      name: 'everybody',
      windowsGroup: finance.windowsGroup,
      default: true,
      priority: 0,
      attribute: '6ad1bd01',
      addressPool: ['172.16.10.0/24'],
    },
  ]);
});

it('a repair leaves the choice of a pool and value where the gateway has none', () => {
  const bare = { ...engineering, addressPool: [] };
  const [again] = groupsAsHeld([{ ...finance, name: 'engineering', attribute: '6ad1bd33' }], [bare]);
  expect(again).toMatchObject({ attribute: '6ad1bd33', addressPool: finance.addressPool, default: false });
});
