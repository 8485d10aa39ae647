import {
  type Check,
  notApplicable,
  type PlannedText,
  plannedChecks,
  sentence,
  unless,
} from '../../core/check.ts';
import { type Finding, problem, warning } from '../../core/finding.ts';
import { prefixLength } from '../../core/prefixes.ts';
import { sameId } from '../../core/resource-id.ts';
import { groupDifferences } from '../groups/differences.ts';
import { mostGroups, mostMembers, smallestGroupPool } from '../groups/limits.ts';
import { radiusValues } from '../groups/wished-groups.ts';
import type { GroupRequest, UserGroup } from '../model.ts';
import type { GatewayFacts } from './facts.ts';

const about = 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-user-groups-about';

interface Groups {
  readonly groups: readonly UserGroup[];
}

const texts: readonly PlannedText<Groups>[] = [
  {
    codes: ['GroupDefaultMissing', 'GroupDefaultTwice'],
    id: 'group-default',
    severity: 'medium',
    title: 'The user groups do not have exactly one default group',
    why: 'Users who are in no other group are in the default group. There must be exactly one default group.',
    fix: 'Make one of the groups the default when you create it. This cannot be changed later.',
    source: about,
  },
  {
    codes: ['GroupsTooMany', 'GroupMembersTooMany'],
    id: 'group-limits',
    severity: 'medium',
    title: 'The gateway has too many user groups',
    why: `A gateway can have at most ${mostGroups} groups with ${mostMembers} members in total.`,
    fix: 'Merge groups, or move some of the users to another gateway.',
    source: about,
  },
  {
    codes: ['GroupValueTwice', 'GroupPriorityTwice'],
    id: 'group-ambiguous',
    severity: 'medium',
    title: 'Two user groups cannot be distinguished',
    why: 'Two groups have the same attribute value or the same priority. It is then not defined which group a user is in, and which pool the address comes from.',
    fix: 'Give every group its own value and its own priority.',
    source: about,
  },
  {
    codes: ['GroupPoolTooSmall'],
    id: 'group-pool-small',
    severity: 'medium',
    title: 'The pool of a user group is too small',
    why: `The pool of a user group must be at least /${smallestGroupPool}.`,
    fix: 'Give the group a larger pool.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-user-groups-create',
  },
];

/** User groups with their own pools. */
export const groupChecks: readonly Check<GatewayFacts>[] = [
  ...plannedChecks(
    texts,
    ({ gateway: { pointToSite } }: GatewayFacts) =>
      pointToSite ? { groups: pointToSite.groups ?? [] } : notApplicable,
    ({ groups }) => groupFindings(groups, true),
  ),
  {
    id: 'groups-differ',
    severity: 'medium',
    title: 'The user groups are not as their deployment requested',
    why: 'Users get addresses of another pool. The rules of firewalls and network security groups do not know these addresses.',
    fix: 'Send the ticket again to restore what it asked for. The check creates a missing group again by itself; changing an existing group disconnects its users.',
    source: about,
    repair: 'safe',
    check({ gateway: { pointToSite }, asked }) {
      if (!asked || !pointToSite) return notApplicable;
      const wanted = (asked.pointToSite.groups ?? []).filter(({ isAsked }) => isAsked);
      const held = (pointToSite.groups ?? []).filter(({ name }) =>
        wanted.some((one) => sameId(one.name, name)),
      );
      return unless(groupDifferences(held, wanted).map(({ found }) => sentence(found)));
    },
  },
];

/**
 * What is wrong with the groups of a gateway, also with those that others made. When no request is about groups, these
 * findings do not stop anything.
 */
export function* groupFindings(groups: readonly UserGroup[], isAskedFor: boolean): Generator<Finding> {
  const found = isAskedFor ? problem : warning;
  const target = 'pointToSite.groups';
  if (groups.length === 0) return;
  const defaults = groups.filter(({ isDefault }) => isDefault).map(({ name }) => name);
  if (defaults.length === 0)
    yield found(
      'GroupDefaultMissing',
      'None of the user groups is the default group, which gets the users who are in no other group. Write "default": true in a new group.',
      target,
      'None of the user groups is the default.',
    );
  if (defaults.length > 1)
    yield found(
      'GroupDefaultTwice',
      `${defaults.join(' and ')} are default groups, and there can be only one. Leave "default" out of the new group.`,
      target,
      `${defaults.join(' and ')} are default groups.`,
    );
  if (groups.length > mostGroups)
    yield found(
      'GroupsTooMany',
      `The gateway would have ${groups.length} user groups, existing and new ones together. It can have at most ${mostGroups}.`,
      target,
    );
  const members = groups.reduce((sum, one) => sum + one.members.length, 0);
  if (members > mostMembers)
    yield found(
      'GroupMembersTooMany',
      `The user groups have ${members} members in total. A gateway can have at most ${mostMembers}.`,
      target,
    );
  for (const { one, other, value } of inCommon(groups, radiusValues))
    yield found(
      'GroupValueTwice',
      `The user groups ${one} and ${other} have the same attribute value ${value}. Give one of them another value.`,
      target,
    );
  for (const { one, other, value } of inCommon(groups, ({ priority }) => [`${priority}`]))
    yield found(
      'GroupPriorityTwice',
      `The user groups ${one} and ${other} have the same priority ${value}. Give one of them another priority.`,
      target,
    );
  for (const { name, addressPool } of groups)
    for (const prefix of addressPool)
      if (prefixLength(prefix) > smallestGroupPool)
        yield found(
          'GroupPoolTooSmall',
          `The pool ${prefix} of the user group ${name} is too small: it must be at least /${smallestGroupPool}.`,
          target,
        );
}

/** Every value that a group shares with an earlier group. */
function inCommon(groups: readonly UserGroup[], valuesOf: (group: UserGroup) => readonly string[]) {
  return groups.flatMap((group, index) =>
    valuesOf(group).flatMap((value) => {
      const earlier = groups.slice(0, index).find((other) => valuesOf(other).includes(value));
      return earlier ? [{ one: earlier.name, other: group.name, value }] : [];
    }),
  );
}

/** What cannot be changed of existing groups, and what people must know before the first group is made. */
export function* groupChangeFindings(
  named: readonly GroupRequest[],
  current: readonly UserGroup[],
  wanted: readonly UserGroup[],
): Generator<Finding> {
  for (const [index, wish] of named.entries()) {
    const held = current.find(({ name }) => sameId(name, wish.name));
    if (!held || wish.default === undefined || wish.default === held.isDefault) continue;
    yield problem(
      'GroupDefaultFixed',
      `The user group ${held.name} was created ${held.isDefault ? 'as the default group' : 'and is not the default group'}, and Azure cannot change this. Leave "default" out, or ask for a group with another name.`,
      `pointToSite.groups[${index}].default`,
    );
  }
  if (current.length === 0 && wanted.length > 0)
    yield warning(
      'UserGroupsPreview',
      'Microsoft offers user groups of VPN Gateway as a public preview (2025-04-24), without the usual guarantees.',
      'pointToSite.groups',
    );
  if (current.length > 0 && wanted.length === 0)
    yield warning(
      'UserGroupsSwitchedOff',
      'This change removes the last user groups. Microsoft does not document whether VPN Gateway can switch them off again. Virtual WAN could not (azure-docs issue 115625). The gateway may refuse the change.',
      'pointToSite.groups',
    );
}
