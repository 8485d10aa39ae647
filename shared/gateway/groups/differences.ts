import { sameId } from '../../core/resource-id.ts';
import type { GroupMember, UserGroup } from '../model.ts';

/** How a user group of the gateway differs from a wish. `name` is the name of the group. */
export interface GroupDifference {
  readonly name: string;
  readonly found: string;
  readonly done: string;
  readonly givesBack?: true;
}

/** A wish without groups has no differences: the groups stay as they are. */
export function groupDifferences(
  current: readonly UserGroup[] = [],
  wish: readonly UserGroup[] | undefined,
): GroupDifference[] {
  if (!wish) return [];
  const held = (groups: readonly UserGroup[], name: string) => groups.find((one) => sameId(one.name, name));
  return [
    ...wish.flatMap((wanted) => {
      const its = held(current, wanted.name);
      return its ? changesOfGroup(its, wanted) : [added(wanted)];
    }),
    ...current
      .filter(({ name }) => !held(wish, name))
      .map(({ name }) => ({
        name,
        found: `user group ${name} is not wanted`,
        done: `user group ${name} removed`,
      })),
  ];
}

const added = ({ name, addressPool, members }: UserGroup): GroupDifference => ({
  name,
  found: `user group ${name} is missing`,
  done: `user group ${name} added with ${poolText(addressPool)} for ${membersText(members)}`,
  givesBack: true,
});

function changesOfGroup(its: UserGroup, wanted: UserGroup): GroupDifference[] {
  const { name } = its;
  const difference = (what: string, now: string, then: string) =>
    now === then
      ? []
      : [
          {
            name,
            found: `user group ${name} has ${what} ${now}, but ${then} is wanted`,
            done: `${what} of user group ${name} changed from ${now} to ${then}`,
          },
        ];
  return [
    ...difference('the pool', poolText(its.addressPool), poolText(wanted.addressPool)),
    ...difference('the members', membersText(its.members), membersText(wanted.members)),
    ...difference('the priority', `${its.priority}`, `${wanted.priority}`),
    ...difference('isDefault', `${its.isDefault}`, `${wanted.isDefault}`),
  ];
}

/** The settings of a user group, in words. */
export const groupText = (group: UserGroup) =>
  `${group.name} (${placeText(group)}, priority ${group.priority}, ${membersText(group.members)}, ${poolText(group.addressPool)})`;

const poolText = (prefixes: readonly string[]) => [...prefixes].sort().join(', ') || 'no pool';
const placeText = ({ isDefault }: UserGroup) => (isDefault ? 'default group' : 'not the default group');
const membersText = (members: readonly GroupMember[]) =>
  members
    .map(({ type, value }) => `${type} ${value.toLowerCase()}`)
    .sort()
    .join(', ') || 'nobody';
