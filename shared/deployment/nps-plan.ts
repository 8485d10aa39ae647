import type { Problem } from '../core/errors.ts';
import { nameOf, sameId } from '../core/resource-id.ts';
import { approvedChanges, changeSentence, type NpsServerPlan } from '../nps/planned-changes.ts';
import type { Plan, PlannedServer, PlanStep } from './contract.ts';

/**
 * The plan with what its NPS servers reported, in the order of its servers. `isNobodyAsked`: nobody is asked for an
 * approval, and changes that need one are not made.
 */
export function withNpsChanges(plan: Plan, told: readonly NpsServerPlan[], isNobodyAsked: boolean): Plan {
  const servers = plan.servers.map((server, index): PlannedServer => {
    const { changes, otherRadiusClients, secretKey } = told[index]!;
    return { ...server, changes, otherRadiusClients, ...(secretKey && { secretKey }) };
  });
  const planned = { ...plan, servers };
  return isNobodyAsked ? withoutAsked(planned) : withSteps(planned);
}

/**
 * The changes of NPS that are carried out: with an approval, all that the plan names; without one, only those that need
 * none.
 */
export function settledNps(plan: Plan): Plan {
  const settled = plan.reasonsToAsk.length > 0 ? plan : withoutAsked(plan);
  return {
    ...settled,
    servers: settled.servers.map((server) => {
      const ids = server.changes && approvedChanges(server.changes);
      return ids ? { ...server, approvedChanges: ids } : server;
    }),
  };
}

function withoutAsked(plan: Plan): Plan {
  const left = plan.servers.flatMap(({ host, changes = [] }) =>
    changes
      .filter(({ asks }) => asks)
      .map((change): Problem => {
        const message = `${nameOf(host)} does not get this change, because nobody was asked to approve it: ${change.what}. A ticket that requires an approval, or the guardrail sharedNps, asks somebody.`;
        return { code: 'NpsChangeLeft', message, target: host };
      }),
  );
  const servers = plan.servers.map((server) =>
    server.changes ? { ...server, changes: server.changes.filter(({ asks }) => !asks) } : server,
  );
  return withSteps({ ...plan, servers, warnings: [...plan.warnings, ...left] });
}

function withSteps(plan: Plan): Plan {
  const steps = plan.steps.map((step): PlanStep => {
    if (step.name !== 'nps') return step;
    const { changes } = plan.servers.find(({ host }) => sameId(host, step.target)) ?? {};
    if (!changes) return step;
    const { name, target } = step;
    return changes.length > 0
      ? { name, action: 'update', target, changes: changes.map(changeSentence) }
      : { name, action: 'keep', target };
  });
  return { ...plan, steps };
}
