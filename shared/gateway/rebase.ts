import { sameId } from '../core/resource-id.ts';
import { authenticationTypes } from './authentication-types.ts';
import { gatewayDifferences } from './differences.ts';
import { groupText } from './groups/differences.ts';
import type { GatewayForm, GatewayWish, RadiusServer, VpnGateway } from './model.ts';

/**
 * A wish for the gateway as it is now, when it may have changed since the plan. What somebody else changed and the plan
 * leaves alone stays changed. `conflicts` names what both changed, each in a different way. `before`: the gateway as
 * the plan found it. Undefined when there was none.
 */
export function rebased(
  wish: GatewayWish,
  before: GatewayForm | undefined,
  current: VpnGateway,
): { readonly wish: GatewayWish; readonly conflicts: readonly string[] } {
  if (!before) return { wish, conflicts: gatewayDifferences(current, wish).map(({ found }) => found) };
  const conflicts: string[] = [];
  const [was, is, wanted] = [before.pointToSite, current.pointToSite, wish.pointToSite];

  const scalar = <T extends string | boolean>(what: string, planned: T, found: T, asked: T): T => {
    const [one, now, other] = [planned, found, asked].map((value) => String(value).toLowerCase());
    if (now === one || now === other) return asked;
    if (one !== other) conflicts.push(`${what} is now ${found}`);
    return found;
  };
  const list = <T>(
    what: string,
    sets: readonly (readonly T[] | undefined)[],
    key: (entry: T) => string,
    id = key,
  ): readonly T[] => {
    const [planned = [], found = [], asked = []] = sets;
    const has = (entries: readonly T[], entry: T) => entries.some((one) => sameId(key(one), key(entry)));
    const within = (entries: readonly T[], others: readonly T[]) => entries.every((one) => has(others, one));
    const same = (entries: readonly T[], others: readonly T[]) =>
      within(entries, others) && within(others, entries);
    if (same(found, planned) || same(found, asked)) return asked;
    if (same(planned, asked)) return found;
    const only = asked.filter((entry) => !has(planned, entry));
    // Adding one thing and adding another are possible together. When one of the two removes or replaces, a person
    // has to look at it again.
    if (within(planned, asked))
      return [...found, ...only.filter((entry) => !found.some((one) => sameId(id(one), id(entry))))];
    conflicts.push(`${what} is now ${found.map(key).join(', ') || 'empty'}`);
    return found;
  };
  const text = (entry: string) => entry;
  const server = ({ address, score }: RadiusServer) => `${address} with the score ${score}`;

  const result: GatewayWish = {
    ...wish,
    sku: scalar('the SKU', before.sku, current.sku, wish.sku),
    activeActive: scalar('active-active', before.activeActive, current.activeActive, wish.activeActive),
    publicIpIds: list(
      'the public IP addresses',
      [before.publicIpIds, current.publicIpIds, wish.publicIpIds],
      text,
    ),
    pointToSite: {
      ...wanted,
      addressPool: list('the address pool', [was?.addressPool, is?.addressPool, wanted.addressPool], text),
      protocols: list('the list of protocols', [was?.protocols, is?.protocols, wanted.protocols], text),
      authenticationTypes: list(
        'the list of authentication types',
        [authenticationTypes(was), authenticationTypes(is), authenticationTypes(wanted)],
        text,
      ),
      radiusServers: list(
        'the list of RADIUS servers',
        [was?.radiusServers, is?.radiusServers, wanted.radiusServers],
        server,
        ({ address }) => address,
      ),
      ...(wanted.groups && {
        groups: list(
          'the list of user groups',
          [was?.groups, is?.groups, wanted.groups],
          groupText,
          ({ name }) => name,
        ),
      }),
    },
  };
  return { wish: result, conflicts };
}
