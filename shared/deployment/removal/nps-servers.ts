import type { Problem } from '../../core/errors.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { radiusClientName } from '../../nps/desired-state.ts';
import type { Made, RemovalServer } from '../contract.ts';
import type { RemovalFacts } from './facts.ts';

/** For each thing that was made: the change of the module that removes it. */
const changeOf = {
  radiusClient: 'client-removed',
  networkPolicy: 'policy-removed',
  groupPolicies: 'group-policies-removed',
  firewallRule: 'firewall-closed',
} as const;

type MadeOnNps = Extract<Made, { readonly host: string }>;

const onNps = ({ recorded }: Pick<RemovalFacts, 'recorded'>): MadeOnNps[] =>
  recorded.flatMap(({ made }) => ('host' in made ? [made] : []));

/** The machines of the NPS servers on which something was made. */
export const recordedHosts = (facts: Pick<RemovalFacts, 'recorded'>): string[] => {
  const hosts = onNps(facts).map(({ host }) => host);
  return hosts.filter((host, index) => hosts.findIndex((one) => sameId(one, host)) === index);
};

/**
 * The NPS servers that are asked, and what each may be asked to remove. Without the prefix it is not known which client
 * is meant.
 */
export function removalServers(facts: RemovalFacts): RemovalServer[] {
  const { gatewayId, prefix, npsHosts, secrets } = facts;
  if (!prefix) return [];
  return npsHosts.flatMap(({ id, status }): RemovalServer[] => {
    if (!status) return [];
    const its = onNps(facts).filter(({ host }) => sameId(host, id));
    const known = secrets.flatMap(({ name, versions }) =>
      versions
        .filter(({ enabled, host }) => enabled && host !== undefined && sameId(host, id))
        .map(({ version }) => ({ name, version })),
    );
    const secret = known.at(-1);
    return [
      {
        host: id,
        kind: status.kind,
        location: status.location,
        client: its.find(({ what }) => what === 'radiusClient')?.id ?? radiusClientName(gatewayId),
        prefix,
        allowed: [...new Set(its.map((made) => `${changeOf[made.what]}:${made.id}`))],
        ...(secret && { secret }),
      },
    ];
  });
}

export function npsHostsLeft({ npsHosts, prefix }: RemovalFacts): Problem[] {
  return npsHosts
    .filter(({ status }) => !status || !prefix)
    .map(({ id, status }) => ({
      code: 'NpsMachineGone',
      message: status
        ? `No record says which prefix the RADIUS client on ${nameOf(id)} has, so the app changes nothing on that NPS.`
        : `There is no machine ${nameOf(id)} any more, or the app may not read it. If the machine still exists, what was made on its NPS stays there.`,
      target: id,
    }));
}
