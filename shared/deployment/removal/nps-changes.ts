import type { Problem } from '../../core/errors.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import type { TakenAway } from '../../gateway/model.ts';
import { changeSentence } from '../../nps/planned-changes.ts';
import type { NpsAnswered, NpsChange } from '../../nps/result.ts';
import type { PlanStep, RemovalPlan, RemovalServer } from '../contract.ts';

/** Changes that come with every removal: the restart by which NPS forgets the client, and what that restart loads. */
const following = ['service-restarted', 'mfa-loads-on-restart'];

type Told = Pick<NpsAnswered, 'changes' | 'left'> & {
  readonly state: Pick<NpsAnswered['state'], 'otherRadiusClients'>;
};

/**
 * The plan with what its NPS servers reported, in the order of its servers. Whatever no record names stays, and the
 * plan says so.
 */
export function withNpsRemovals(plan: RemovalPlan, told: readonly Told[]): RemovalPlan {
  const servers = plan.servers.map((server, index): RemovalServer => {
    const { changes, state } = told[index]!;
    const removed = changes.filter(({ id }) => server.allowed.includes(id));
    const further = changes.filter(({ id }) => following.includes(id));
    return {
      ...server,
      changes:
        removed.length > 0 || further.some(({ id }) => id === 'service-restarted')
          ? [...removed, ...further]
          : [],
      otherRadiusClients: state.otherRadiusClients ?? 0,
    };
  });
  const steps = plan.steps.map((step): PlanStep => {
    const changes = servers.find(({ host }) => step.name === 'nps' && sameId(host, step.target))?.changes;
    if (!changes) return step;
    const { name, target } = step;
    return changes.length > 0
      ? { name, action: 'delete', target, changes: changes.map(changeSentence) }
      : { name, action: 'keep', target };
  });
  return {
    ...plan,
    servers,
    steps,
    takesAway: [
      ...plan.takesAway,
      ...servers.flatMap(({ host, changes = [] }) =>
        changes.flatMap(({ id, what }) => {
          const taken = takenBy[id.split(':')[0]!];
          return taken ? [{ what: taken, target: host, message: `On ${nameOf(host)}: ${what}.` }] : [];
        }),
      ),
    ],
    warnings: [...plan.warnings, ...servers.flatMap((server, index) => leftOn(server, told[index]!))],
  };
}

const takenBy: Readonly<Record<string, TakenAway['what']>> = {
  'client-removed': 'radiusClient',
  'policy-removed': 'networkPolicy',
  'group-policies-removed': 'networkPolicy',
  'firewall-closed': 'firewallRule',
};

function leftOn({ host, allowed }: RemovalServer, { changes, left }: Told): Problem[] {
  const foreign = changes.filter(({ id }: NpsChange) => !allowed.includes(id) && !following.includes(id));
  return [...foreign.map(({ what }) => `no record says that this app made it (${what})`), ...left].map(
    (why) => ({
      code: 'NpsLeft',
      message: `Something stays on ${nameOf(host)}: ${why}.`,
      target: host,
    }),
  );
}
