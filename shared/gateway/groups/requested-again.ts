import { sameId } from '../../core/resource-id.ts';
import type { GroupRequest, UserGroup } from '../model.ts';
import { radiusValues } from './wished-groups.ts';

/**
 * The groups of a request, with the values that the gateway now has for them. When these are asked for again, only
 * missing groups are created.
 */
export function groupsAsHeld<T extends GroupRequest>(
  asked: readonly T[],
  current: readonly UserGroup[] = [],
): T[] {
  return asked.map((group) => {
    const held = current.find(({ name }) => sameId(name, group.name));
    if (!held) return group;
    const { priority, isDefault, addressPool } = held;
    const [attribute = group.attribute] = radiusValues(held);
    return {
      ...group,
      default: isDefault,
      priority,
      attribute,
      ...(addressPool.length > 0 && { addressPool: [...addressPool] }),
    };
  });
}
