import type { InvocationContext } from '@azure/functions';
import { refused } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import type { VpnGatewayRequest } from '../../shared/request.ts';
import { poolsUnderWay } from '../deployments.ts';
import { type PlanNeeds, planFromFacts } from './facts.ts';

/** The plan of a deployment; throws `RequestRefused` with every problem at once. */
export const planDeployment =
  (needs: PlanNeeds) =>
  async ({ request }: { readonly request: VpnGatewayRequest }, context: InvocationContext): Promise<Plan> => {
    const { plan, problems } = await planFromFacts(needs, request, await poolsUnderWay(context));
    if (!plan) {
      const sentences = problems.map(({ message }) => message).join(' ');
      throw refused(
        'RequestRefused',
        `Nothing was written, because the request cannot be carried out. ${sentences}`,
        problems,
      );
    }
    return plan;
  };
