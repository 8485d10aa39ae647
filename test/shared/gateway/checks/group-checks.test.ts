import { describe, expect, it } from 'vitest';
import {
  groupChangeFindings,
  groupChecks,
  groupFindings,
} from '../../../../shared/gateway/checks/group-checks.ts';
import { mostGroups, mostMembers } from '../../../../shared/gateway/groups/limits.ts';
import type { GroupRequest, UserGroup } from '../../../../shared/gateway/model.ts';
import { gateway, gatewayFacts, member, pointToSite, userGroups } from '../../compliance/facts.ts';
import { told } from '../../told.ts';

const target = 'pointToSite.groups';
const many = (count: number, members = 1) =>
  userGroups(
    Array.from({ length: count }, (_, index) => ({
      isDefault: index === 0,
      members: Array.from({ length: members }, (_, its) => member(`${index}-${its}`)),
    })),
  );

describe('what is wrong with the user groups of a gateway', () => {
  it.each<[string, UserGroup[], string[][]]>([
    ['a gateway without groups needs no default', [], []],
    ['as many as a gateway takes', many(mostGroups), []],
    ['as many members as a gateway takes', many(2, mostMembers / 2), []],
    ['a pool of the smallest size', userGroups([{ isDefault: true, addressPool: ['172.16.7.0/24'] }]), []],
    [
      'members of another kind send no value',
      userGroups([
        { isDefault: true, members: [{ name: 'a', type: 'AADGroupId', value: 'x' }] },
        { members: [{ name: 'b', type: 'AADGroupId', value: 'x' }] },
      ]),
      [],
    ],
    [
      'no default',
      userGroups([{}]),
      [
        [
          `problem GroupDefaultMissing ${target}`,
          'None of the user groups is the default group, which gets the users who are in no other group. Write "default": true in a new group.',
          'None of the user groups is the default.',
        ],
      ],
    ],
    [
      'two defaults',
      userGroups([{ isDefault: true }, {}, { isDefault: true }]),
      [
        [
          `problem GroupDefaultTwice ${target}`,
          'group-0 and group-2 are default groups, and there can be only one. Leave "default" out of the new group.',
          'group-0 and group-2 are default groups.',
        ],
      ],
    ],
    [
      'one more than a gateway takes',
      many(91),
      [
        [
          `problem GroupsTooMany ${target}`,
          'The gateway would have 91 user groups, existing and new ones together. It can have at most 90.',
        ],
      ],
    ],
    [
      'more members than a gateway takes',
      many(3, 131),
      [
        [
          `problem GroupMembersTooMany ${target}`,
          'The user groups have 393 members in total. A gateway can have at most 390.',
        ],
      ],
    ],
    [
      'one value, whatever its case',
      userGroups([{ isDefault: true, members: [member('6AD1BD07')] }, { members: [member('6ad1bd07')] }]),
      [
        [
          `problem GroupValueTwice ${target}`,
          'The user groups group-0 and group-1 have the same attribute value 6ad1bd07. Give one of them another value.',
        ],
      ],
    ],
    [
      'one priority',
      userGroups([{ isDefault: true, priority: 7 }, { priority: 8 }, { priority: 7 }]),
      [
        [
          `problem GroupPriorityTwice ${target}`,
          'The user groups group-0 and group-2 have the same priority 7. Give one of them another priority.',
        ],
      ],
    ],
    [
      'a small pool',
      userGroups([{ isDefault: true, addressPool: ['172.16.7.0/25'] }]),
      [
        [
          `problem GroupPoolTooSmall ${target}`,
          'The pool 172.16.7.0/25 of the user group group-0 is too small: it must be at least /24.',
        ],
      ],
    ],
  ])('%s', (_, groups, expected) => {
    expect(told(groupFindings(groups, true))).toEqual(expected);
  });

  it('stops nothing when the request is about something else', () => {
    expect(told(groupFindings(userGroups([{}]), false)).map(([what]) => what)).toEqual([
      `warning GroupDefaultMissing ${target}`,
    ]);
  });
});

describe('a change of the user groups', () => {
  const [first, ...more] = userGroups([{ name: 'Finance' }, {}]);
  const rest = userGroups([{ name: 'rest', isDefault: true }]);
  const ask = (name: string, isDefault?: boolean): GroupRequest => ({
    name,
    addressPool: 'auto',
    ...(isDefault !== undefined && { default: isDefault }),
  });
  const preview = [
    `warning UserGroupsPreview ${target}`,
    'Microsoft offers user groups of VPN Gateway as a public preview (2025-04-24), without the usual guarantees.',
  ];
  const off = [
    `warning UserGroupsSwitchedOff ${target}`,
    'This change removes the last user groups. Microsoft does not document whether VPN Gateway can switch them off again. Virtual WAN could not (azure-docs issue 115625). The gateway may refuse the change.',
  ];

  it.each<[string, GroupRequest[], readonly UserGroup[], readonly UserGroup[], string[][]]>([
    ['no groups before and after', [], [], [], []],
    ['the first', [ask('finance')], [], [first!], [preview]],
    ['one more', [ask('group-1')], [first!], [first!, ...more], []],
    ['the last goes', [], [first!], [], [off]],
    ['one of two goes', [], [first!, ...more], [first!], []],
    ['one that exists, as it is', [ask('finance', false), ask('rest', true)], [first!, ...rest], rest, []],
    ['one that exists, without a word on the default', [ask('REST')], rest, rest, []],
    [
      'another default',
      [ask('rest', false), ask('finance', true)],
      [first!, ...rest],
      rest,
      [
        [
          'problem GroupDefaultFixed pointToSite.groups[0].default',
          'The user group rest was created as the default group, and Azure cannot change this. Leave "default" out, or ask for a group with another name.',
        ],
        [
          'problem GroupDefaultFixed pointToSite.groups[1].default',
          'The user group Finance was created and is not the default group, and Azure cannot change this. Leave "default" out, or ask for a group with another name.',
        ],
      ],
    ],
  ])('%s', (_, named, current, wanted, expected) => {
    expect(told(groupChangeFindings(named, current, wanted))).toEqual(expected);
  });
});

describe('the report of the user groups', () => {
  const verdict = (id: string, held: UserGroup[] | undefined, asked: UserGroup[] | 'nobody' | undefined) => {
    const facts = gatewayFacts({
      gateway: gateway({ pointToSite: pointToSite(held && { groups: held }) }),
    });
    const wish = { ...facts.asked!, pointToSite: pointToSite(Array.isArray(asked) ? { groups: asked } : {}) };
    return groupChecks
      .find((one) => one.id === id)!
      .check({ ...facts, asked: asked === 'nobody' ? undefined : wish });
  };
  const finance = userGroups([{ name: 'finance', isAsked: true, addressPool: ['172.16.7.0/24'] }]);
  const asHeld = userGroups([{ name: 'FINANCE', addressPool: ['172.16.7.0/24'] }, { name: 'of-others' }]);

  it.each<[string, UserGroup[] | undefined, UserGroup[] | 'nobody' | undefined, object]>([
    ['what nobody asked for is not compared', asHeld, 'nobody', { is: 'notApplicable' }],
    ['groups of others are not compared', asHeld, undefined, { is: 'compliant' }],
    ['nor are they when a request kept them', [], asHeld, { is: 'compliant' }],
    ['as asked, beside a group of others', asHeld, finance, { is: 'compliant' }],
    ['missing', undefined, finance, { is: 'violated', evidence: ['User group finance is missing.'] }],
    [
      'with another pool',
      userGroups([{ name: 'finance', addressPool: ['172.16.9.0/24'] }]),
      finance,
      {
        is: 'violated',
        evidence: ['User group finance has the pool 172.16.9.0/24, but 172.16.7.0/24 is wanted.'],
      },
    ],
  ])('%s', (_, held, asked, expected) => {
    expect(verdict('groups-differ', held, asked)).toEqual(expected);
  });

  it('has nothing to say where there is no point-to-site', () => {
    const { pointToSite: _, ...siteToSite } = gateway();
    const facts = gatewayFacts({ gateway: siteToSite, asked: gatewayFacts().asked });
    for (const { id, check } of groupChecks) expect(check(facts), id).toEqual({ is: 'notApplicable' });
  });
});
