import type { InvocationContext } from '@azure/functions';
import type { Problem } from '../../../shared/core/errors.ts';
import type { Plan, Planned } from '../../../shared/deployment/contract.ts';
import { askedOf } from '../../records/deployed.ts';
import { claimedPools } from '../instances.ts';
import { discreetSecrets } from '../planning/discreet-secrets.ts';
import { type PlanNeeds, planFromFacts, priced, weighed } from '../planning/facts.ts';
import type { PlanOrder } from '../steps/plan-deployment.ts';

/** What a ticket would do, and everything that stands in its way. */
export interface Preview
  extends Pick<Plan, 'steps' | 'takesAway' | 'usersNotice' | 'reasonsToAsk' | 'estimatedMinutes'> {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly estimatedMonthlyCost?: number | undefined;
  /** What the request would use of the address space, what is taken and what is free. */
  readonly addresses?: Planned['addresses'];
  /** What a migration means for users, and how to go back. */
  readonly migration?: Plan['migration'];
  /** What `Set` would change on each NPS server, when they were asked. */
  readonly servers?: Plan['servers'];
}

export interface PreviewOrder extends Pick<PlanOrder, 'request' | 'migrates' | 'isRotation'> {}

/**
 * What a ticket would do, as far as this is known without asking the NPS servers. When there are problems, there is no
 * plan.
 */
export const planPreview =
  (needs: PlanNeeds) =>
  async (
    { request, migrates, isRotation }: PreviewOrder,
    context: InvocationContext,
  ): Promise<{ readonly preview: Preview; readonly plan?: Plan }> => {
    const { secrets, warning } = await discreetSecrets(needs.secrets, request, needs.rows);
    const { plan, problems, warnings, takesAway, usersNotice, addresses } = await planFromFacts(
      { ...needs, secrets },
      request,
      await claimedPools(context),
      isRotation,
      askedOf(needs.rows),
      migrates,
    );
    const told = warning ? [...warnings, warning] : warnings;
    const whole = plan && (await weighed(needs, await priced(needs.prices, plan), request));
    const { steps = [], estimatedMinutes = 0, estimatedMonthlyCost, reasonsToAsk = [] } = whole ?? {};
    const preview = {
      steps,
      takesAway,
      usersNotice,
      reasonsToAsk,
      problems,
      warnings: told,
      estimatedMinutes,
      estimatedMonthlyCost,
      ...(addresses && { addresses }),
      ...(whole?.migration && { migration: whole.migration }),
    };
    return whole ? { preview, plan: { ...whole, warnings: told } } : { preview };
  };
