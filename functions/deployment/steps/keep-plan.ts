import type { AnyPlan } from '../../../shared/deployment/contract.ts';
import { decisionProof, lockOf } from '../../../shared/deployment/decisions/decision-proof.ts';
import { planDigest } from '../../../shared/deployment/plan-statements.ts';
import { planDocument } from '../../../shared/deployment/record/plan-documents.ts';
import { shownPlan } from '../../../shared/deployment/shown-plan.ts';
import type { Documents, Rows } from '../../../shared/ports.ts';
import { decisionKey } from '../../decisions/decision-key.ts';

export interface PlanToKeep {
  readonly deploymentId: string;
  readonly plan: AnyPlan;
  /** Whether somebody has to approve the plan. */
  readonly needsApproval: boolean;
  /** What has changed since somebody approved the plan before it. */
  readonly differences?: readonly string[];
}

/** The locks that a decision on the plan must open. */
export interface KeptPlan {
  readonly digest: string;
  readonly locks?: { readonly approve: string; readonly reject: string };
}

/** Keeps the plan where `GET /deployments/{id}/plan` finds it. Repeating it changes nothing. */
export const keepPlan =
  (records: Pick<Documents, 'add'>, rows: Pick<Rows, 'read' | 'insert'>) =>
  async ({ deploymentId, plan, needsApproval, differences }: PlanToKeep): Promise<KeptPlan> => {
    const digest = planDigest(plan);
    const document = JSON.stringify({ id: deploymentId, ...shownPlan(plan, differences) });
    await records.add(planDocument(deploymentId, digest), document, 'application/json');
    if (!needsApproval) return { digest };
    const key = await decisionKey(rows);
    const lock = (approved: boolean) =>
      lockOf(decisionProof(key, deploymentId, { planDigest: digest, approved }));
    return { digest, locks: { approve: lock(true), reject: lock(false) } };
  };
