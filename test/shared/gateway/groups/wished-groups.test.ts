import { describe, expect, it } from 'vitest';
import { groupChanges } from '../../../../shared/gateway/groups/changes.ts';
import { groupDifferences } from '../../../../shared/gateway/groups/differences.ts';
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
