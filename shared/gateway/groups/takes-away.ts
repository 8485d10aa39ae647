import { sameId } from '../../core/resource-id.ts';
import type { TakenAway, UserGroup } from '../model.ts';
import { radiusValues } from './wished-groups.ts';

/** What a wish takes away from the users of groups; nothing of one without groups, which are left as they are then. */
export function groupsTakenAway(
  current: readonly UserGroup[] = [],
  wish: readonly UserGroup[] | undefined,
): TakenAway[] {
  if (!wish) return [];
  return current.flatMap(({ name, addressPool, ...its }) => {
    const wanted = wish.find((one) => sameId(one.name, name));
    if (!wanted) {
      const pools = addressPool.join(', ') || 'no pool of its own';
      const message = `The user group ${name} (${pools}) goes: its users get addresses of another pool at their next sign-in, and what firewalls and network security groups allow to the old one does not reach them any more.`;
      return [{ what: 'userGroup' as const, target: name, message }];
    }
    const given = addressPool.filter((prefix) => !wanted.addressPool.includes(prefix));
    const values = radiusValues(its).filter((value) => !radiusValues(wanted).includes(value));
    return [
      ...given.map((prefix) => ({
        what: 'addressPool' as const,
        target: prefix,
        message: `The pool ${prefix} of the user group ${name} is given up: its connected users lose their connection, and firewalls, routes and on-premises sites that let ${prefix} in do not know the new addresses.`,
      })),
      ...values.map((value) => ({
        what: 'userGroup' as const,
        target: name,
        message: `The user group ${name} is no longer known by ${value}: whoever a RADIUS server sends that for is in the default group.`,
      })),
    ];
  });
}
