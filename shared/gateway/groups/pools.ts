import type { Finding } from '../../core/finding.ts';
import { firstFreePrefix } from '../../core/prefixes.ts';
import { sameId } from '../../core/resource-id.ts';
import { addressPoolFindings, choiceIn, neighbours, noRoom, type Surroundings } from '../address-pool.ts';
import type { GroupRequest, PointToSite, UserGroup } from '../model.ts';
import { smallestGroupPool } from './limits.ts';

/** The input for choosing the pools of user groups. */
export interface GroupPoolWish {
  /** The groups that the request names. */
  readonly named: readonly GroupRequest[];
  /** The groups that the gateway has. */
  readonly current: readonly UserGroup[];
  readonly supernet: string;
  readonly activeActive: boolean;
}

/**
 * The groups, with a pool for each that asked for "auto" and has none: the first free /24 of the supernet that overlaps
 * no other pool and not `main`.
 */
export function withChosenPools(
  groups: readonly UserGroup[],
  wish: GroupPoolWish,
  around: Surroundings,
  main: readonly string[],
): UserGroup[] {
  const taken = [...neighbours(around).flatMap(({ prefixes }) => prefixes), ...main];
  return groups.map((group) => {
    if (!isChosen(group, wish)) return group;
    const pool = firstFreePrefix(wish.supernet, taken, smallestGroupPool);
    if (pool) taken.push(pool);
    return { ...group, addressPool: pool ? [pool] : [] };
  });
}

/** The pools of the wished groups, and those of client connection configurations that name no group. */
export function poolsOfGroups(groups: readonly UserGroup[] = [], current?: PointToSite): string[] {
  const held = (current?.groups ?? []).flatMap(({ addressPool }) => addressPool);
  const ownerless = (current?.groupPools ?? []).filter((prefix) => !held.includes(prefix));
  return [...groups.flatMap(({ addressPool }) => addressPool), ...ownerless];
}

/** Whether a request leaves the choice of the pool to the app, and the gateway has no pool for the group. */
function isChosen({ name }: UserGroup, { named, current }: GroupPoolWish): boolean {
  const held = current.find((one) => sameId(one.name, name));
  return held?.addressPool[0] === undefined && requested(named, name)?.addressPool === 'auto';
}

const requested = (named: readonly GroupRequest[], name: string) =>
  named.find((one) => sameId(one.name, name));

/** For each group whose pool the app chose: where another /24 may be taken from, if somebody else claims it first. */
export function groupPoolChoices(
  groups: readonly UserGroup[],
  wish: GroupPoolWish,
  around: Surroundings,
): Readonly<Record<string, ReturnType<typeof choiceIn>>> {
  const chosen = groups.filter((group) => isChosen(group, wish));
  return Object.fromEntries(chosen.map(({ name }) => [name, choiceIn(wish.supernet, around)]));
}

/**
 * The rules of the main pool, for the pool of each group that the request names. No two of these pools may overlap,
 * unless they are the same.
 */
export function* groupPoolFindings(
  groups: readonly UserGroup[],
  { named, current, supernet, activeActive }: GroupPoolWish,
  around: Surroundings,
): Generator<Finding> {
  for (const [index, { name, addressPool: asked }] of named.entries()) {
    const group = groups.find((one) => sameId(one.name, name))!;
    const path = `pointToSite.groups[${index}].addressPool`;
    if (group.addressPool.length === 0) {
      yield noRoom(supernet, path);
      continue;
    }
    const held = current.find((one) => sameId(one.name, name))?.addressPool ?? [];
    // An overlap with a later group of the list is reported at that later group.
    const others = groups.filter(
      (one, at) => (at < groups.indexOf(group) || !one.isAsked) && !isSamePool(one, group),
    );
    yield* addressPoolFindings(
      { asked, supernet, current: asked === 'auto' ? group.addressPool : held, activeActive, path },
      { ...around, groupPools: others.flatMap(({ addressPool }) => addressPool) },
    );
  }
}

const isSamePool = (one: UserGroup, other: UserGroup) =>
  one.addressPool.length === other.addressPool.length &&
  one.addressPool.every((prefix) => other.addressPool.includes(prefix));
