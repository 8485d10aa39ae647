import { sameId } from '../../core/resource-id.ts';
import type { Change } from '../changes/notice-sentences.ts';
import type { UserGroup } from '../model.ts';
import { radiusValues } from './wished-groups.ts';

/**
 * What a wish changes for the users of groups. Nothing when the wish has no groups, because then they stay as they are.
 */
export function groupChanges(
  current: readonly UserGroup[] = [],
  wish: readonly UserGroup[] | undefined,
): readonly (readonly [Change, string])[] {
  if (!wish) return [];
  const held = (groups: readonly UserGroup[], name: string) => groups.find((one) => sameId(one.name, name));
  const each = (change: Change, targets: readonly string[]) =>
    targets.map((target) => [change, target] as const);
  const namesNotIn = (groups: readonly UserGroup[], others: readonly UserGroup[]) =>
    groups.map(({ name }) => name).filter((name) => !held(others, name));
  return [
    ...each('userGroupTakenAway', namesNotIn(current, wish)),
    ...current.flatMap((its) => {
      const wanted = held(wish, its.name);
      if (!wanted) return [];
      const isKnown = radiusValues(its).every((value) => radiusValues(wanted).includes(value));
      return [
        ...each('groupPoolGivenUp', valuesWithout(its.addressPool, wanted.addressPool)),
        ...each('groupPoolAdded', valuesWithout(wanted.addressPool, its.addressPool)),
        ...each('groupValueReplaced', isKnown ? [] : [its.name]),
        ...each('groupPriorityChanged', its.priority === wanted.priority ? [] : [its.name]),
      ];
    }),
    ...each('userGroupAdded', namesNotIn(wish, current)),
  ];
}

const valuesWithout = (list: readonly string[], other: readonly string[]) =>
  list.filter((entry) => !other.includes(entry));
