import type { AnyPlan, Plan, RemovalPlan } from './contract.ts';
import { planDigest } from './plan-statements.ts';

/** A plan as `GET /deployments/{id}/plan` and the event show it: whole, but for what only the app needs to carry it out. */
export function shownPlan(plan: AnyPlan): ShownPlan {
  const digest = planDigest(plan);
  if ('removes' in plan) return { digest, ...plan };
  const { gatewayBefore: _, poolChoice: __, npsExtras: ___, ...shown } = plan;
  return { digest, ...shown };
}

interface Digested {
  readonly digest: string;
}

/** The plan of a gateway that is brought to something. */
export type ShownGatewayPlan = Digested & Omit<Plan, 'gatewayBefore' | 'poolChoice' | 'npsExtras'>;
export type ShownPlan = ShownGatewayPlan | (Digested & RemovalPlan);
