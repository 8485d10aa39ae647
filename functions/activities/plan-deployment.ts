import { refused } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import type { VpnGatewayRequest } from '../../shared/request.ts';
import { type PlanNeeds, planFromFacts } from './facts.ts';

/** The plan of a deployment; throws `RequestRefused` with every problem at once. */
export const planDeployment =
  (needs: PlanNeeds) =>
  async ({ request }: { readonly request: VpnGatewayRequest }): Promise<Plan> => {
    const { plan, problems } = await planFromFacts(needs, request, []);
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
