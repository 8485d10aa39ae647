import type { Finding } from '../../core/finding.ts';
import { firstFreePrefix } from '../../core/prefixes.ts';
import { sameId } from '../../core/resource-id.ts';
import { addressPoolFindings, choiceIn, neighbours, noRoom, type Surroundings } from '../address-pool.ts';
import type { GroupRequest, PointToSite, UserGroup } from '../model.ts';
import { smallestGroupPool } from './limits.ts';

/** What the pools of user groups are chosen by. */
export interface GroupPoolWish {
  /** As the request names them. */
  readonly named: readonly GroupRequest[];
  /** As the gateway has them. */
  readonly current: readonly UserGroup[];
  readonly supernet: string;
  readonly activeActive: boolean;
}

/** The groups with a pool for each that asked for "auto" and has none: the first free /24 of the supernet, clear of all others and of `main`. */
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

/** Whether a request leaves the choice of the pool, and the gateway has none for the group. */
function isChosen({ name }: UserGroup, { named, current }: GroupPoolWish): boolean {
  const held = current.find((one) => sameId(one.name, name));
  return held?.addressPool[0] === undefined && requested(named, name)?.addressPool === 'auto';
}

const requested = (named: readonly GroupRequest[], name: string) =>
  named.find((one) => sameId(one.name, name));

/** For each group whose pool was chosen here: where another /24 may be taken from, should somebody else claim it first. */
export function groupPoolChoices(
  groups: readonly UserGroup[],
  wish: GroupPoolWish,
  around: Surroundings,
): Readonly<Record<string, ReturnType<typeof choiceIn>>> {
  const chosen = groups.filter((group) => isChosen(group, wish));
  return Object.fromEntries(chosen.map(({ name }) => [name, choiceIn(wish.supernet, around)]));
}

/** The rules of the main pool for the pool of each group that the request names; no two of them may overlap, unless they are the same. */
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
    // What stands behind it in the list is told there.
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
