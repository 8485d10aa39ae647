import type { AnyPlan, Plan, PlannedServer, RemovalPlan } from './contract.ts';
import { planDigest } from './plan-statements.ts';

/**
 * A plan as `GET /deployments/{id}/plan` and the event show it: the whole plan, without the parts that only the app
 * needs to carry it out. `differences` are the changes since somebody approved the plan before it.
 */
export function shownPlan(plan: AnyPlan, differences: readonly string[] = []): ShownPlan {
  const told = {
    digest: planDigest(plan),
    ...(differences.length > 0 && { changedSinceApproval: differences }),
  };
  if ('removes' in plan) return { ...told, ...plan };
  const { gatewayBefore: _, poolChoice: __, groupPoolChoices: ___, npsExtras: ____, ...shown } = plan;
  const servers = plan.servers.map(({ secretKey: _____, ...server }) => server);
  return { ...told, ...shown, servers };
}

interface Told {
  readonly digest: string;
  readonly changedSinceApproval?: readonly string[];
}

/** The plan of a deployment or migration, with the state that the gateway will have. */
export type ShownGatewayPlan = Told &
  Omit<Plan, 'gatewayBefore' | 'poolChoice' | 'groupPoolChoices' | 'npsExtras' | 'servers'> & {
    readonly servers: readonly Omit<PlannedServer, 'secretKey'>[];
  };
export type ShownPlan = ShownGatewayPlan | (Told & RemovalPlan);
