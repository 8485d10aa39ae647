import { sameId } from '../../core/resource-id.ts';
import type { GatewayForm, GatewayWish, UserGroup } from '../../gateway/model.ts';
import { probeClientName } from '../../nps/desired-state.ts';
import type { NpsChange } from '../../nps/result.ts';
import type { Made } from '../contract.ts';

/** The changes of `Set` that made something new on the server, for this gateway alone. */
const newOnNps = {
  'client-added': 'radiusClient',
  'policy-added': 'networkPolicy',
  'group-policies-added': 'groupPolicies',
  'firewall-opened': 'firewallRule',
} as const satisfies Readonly<Record<string, Made['what']>>;

export function madeOnNps(host: string, changes: readonly Pick<NpsChange, 'id' | 'scope'>[]): Made[] {
  return changes.flatMap(({ id, scope }) => {
    const [kind = '', ...rest] = id.split(':');
    const what = newOnNps[kind as keyof typeof newOnNps];
    const name = rest.join(':');
    // All gateways of the app share the RADIUS client of its probe.
    return what && scope === 'own' && name !== probeClientName ? [{ what, id: name, host }] : [];
  });
}

/** Which user groups a write of the gateway creates and removes. `before`: the gateway as the plan found it. */
export function groupsWritten(
  gatewayId: string,
  before: GatewayForm | undefined,
  { pointToSite: { groups } }: GatewayWish,
): { readonly made: Made[]; readonly removed: Made[] } {
  const held = before?.pointToSite?.groups ?? [];
  const wanted = groups ?? held;
  const not = (some: readonly UserGroup[], others: readonly UserGroup[]): Made[] =>
    some
      .filter(({ name }) => !others.some((one) => sameId(one.name, name)))
      .map(({ name }) => ({
        what: 'userGroup',
        id: `${gatewayId}/virtualNetworkGatewayPolicyGroups/${name}`,
      }));
  return { made: not(wanted, held), removed: not(held, wanted) };
}
