import { sameId } from '../../core/resource-id.ts';
import type { GroupMember, GroupRequest, UserGroup } from '../model.ts';
import { attributeValues, radiusMember } from './limits.ts';

/** A user group that a request asks for: the value that NPS sends, and the users for whom it sends it. */
export interface AskedGroup {
  readonly name: string;
  readonly attribute: string;
  readonly windowsGroup?: string | undefined;
}

export interface WishedGroups {
  /**
   * All groups that the gateway is to have. Undefined: it has none, and none is asked for. A group with "auto" may have
   * no pool yet.
   */
  readonly groups?: readonly UserGroup[];
  /** The groups that were asked for, in the order in which NPS decides. Undefined: no request ever asked for one. */
  readonly asked?: readonly AskedGroup[];
}

/**
 * The user groups of a gateway as requests want them. `named`: the list of this request. `before`: the list of the
 * requests before it; the groups that this request leaves out are removed. Groups that others made stay as they are.
 */
export function wishedGroups(
  named: readonly GroupRequest[] | undefined,
  before: readonly GroupRequest[] | undefined,
  current: readonly UserGroup[] = [],
): WishedGroups {
  const asked = named ?? before?.filter(({ name }) => heldGroup(current, name));
  if (!asked) return current.length > 0 ? { groups: current } : {};
  const isAsked = ({ name }: UserGroup) => asked.some((one) => sameId(one.name, name));
  const goes = ({ name }: UserGroup) => named !== undefined && before?.some((one) => sameId(one.name, name));
  const others = current.filter((group) => !isAsked(group) && !goes(group));
  const groups = named ? mergedGroups(named, others, current) : current.filter(isAsked).map(markedAsked);
  const all = [...groups, ...others];
  return {
    ...((all.length > 0 || current.length > 0) && { groups: all }),
    asked: groups
      .toSorted((one, other) => one.priority - other.priority)
      .map((group) => ({
        name: group.name,
        attribute: radiusValues(group)[0] ?? '',
        windowsGroup: asked.find(({ name }) => sameId(name, group.name))!.windowsGroup,
      })),
  };
}

const heldGroup = (groups: readonly UserGroup[], name: string) =>
  groups.find((one) => sameId(one.name, name));
const markedAsked = (group: UserGroup): UserGroup => ({ ...group, isAsked: true });

export const radiusValues = ({ members }: Pick<UserGroup, 'members'>): string[] =>
  members.filter(({ type }) => sameId(type, radiusMember)).map(({ value }) => value.toLowerCase());

function mergedGroups(
  named: readonly GroupRequest[],
  others: readonly UserGroup[],
  current: readonly UserGroup[],
): UserGroup[] {
  const isHeld = ({ name }: GroupRequest) => heldGroup(current, name);
  const values = new Set([
    ...others.flatMap(radiusValues),
    ...named.flatMap((wish) => wish.attribute ?? radiusValues(isHeld(wish) ?? { members: [] })),
  ]);
  const priorities = new Set([
    ...others.map(({ priority }) => priority),
    ...named.flatMap((wish) => wish.priority ?? isHeld(wish)?.priority ?? []),
  ]);
  let last = 0;
  return named.map((wish) => {
    const its = isHeld(wish);
    const priority = wish.priority ?? its?.priority ?? free(priorities, last);
    last = priority;
    return {
      name: its?.name ?? wish.name,
      isDefault: wish.default ?? its?.isDefault ?? false,
      priority,
      members: membersOf(wish, its, values),
      addressPool: wish.addressPool === 'auto' ? (its?.addressPool ?? []) : wish.addressPool,
      isAsked: true,
    };
  });
}

/** The next multiple of ten, so that there is room between two. */
function free(taken: Set<number>, after: number): number {
  let priority = (Math.floor(after / 10) + 1) * 10;
  while (taken.has(priority)) priority += 10;
  taken.add(priority);
  return priority;
}

/** Members of other kinds stay: by them, users who sign in by certificate or with Entra ID belong to the group. */
function membersOf(wish: GroupRequest, its: UserGroup | undefined, taken: Set<string>): GroupMember[] {
  const current = its?.members ?? [];
  const values = its ? radiusValues(its) : [];
  if (values.length > 0 && (!wish.attribute || values.includes(wish.attribute))) return [...current];
  const value = wish.attribute ?? attributeValues.find((one) => !taken.has(one)) ?? '';
  taken.add(value);
  const kept = current.filter(({ type }) => !sameId(type, radiusMember));
  return [...kept, { name: its?.name ?? wish.name, type: radiusMember, value }];
}
