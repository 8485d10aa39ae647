import type { Plan } from './contract.ts';
import { planDigest } from './plan-statements.ts';

/**
 * A plan as `GET /deployments/{id}/plan` and the event show it: whole, but for what only the app needs to carry it out.
 * `differences` are what has changed since somebody approved the plan before it.
 */
export function shownPlan(
  { gatewayBefore: _, poolChoice: __, npsExtras: ___, ...plan }: Plan,
  differences: readonly string[] = [],
) {
  const servers = plan.servers.map(({ secretKey: ____, ...server }) => server);
  return {
    digest: planDigest({ ...plan }),
    ...plan,
    servers,
    ...(differences.length > 0 && { changedSinceApproval: differences }),
  };
}

export type ShownPlan = ReturnType<typeof shownPlan>;
