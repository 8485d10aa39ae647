import type { InvocationContext } from '@azure/functions';
import { refused } from '../../../shared/core/errors.ts';
import { logLine, ticketName } from '../../../shared/core/log-line.ts';
import type { Plan } from '../../../shared/deployment/contract.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { instanceOf } from '../../durable-instances.ts';
import { askedOf } from '../../records/deployed.ts';
import { type PlanNeeds, planFromFacts } from './facts.ts';

/** The plan of a deployment, as far as it is known without asking the NPS servers; throws `RequestRefused` with every problem at once. */
export const planDeployment =
  (needs: PlanNeeds) =>
  async (
    { request, rotates }: { readonly request: VpnGatewayRequest; readonly rotates?: boolean },
    context: InvocationContext,
  ): Promise<Plan> => {
    const { plan, problems } = await planFromFacts(needs, request, [], rotates, askedOf(needs.rows));
    context.log(
      logLine('VpnRadius.Deployment.Planned', request.virtualNetworkId, {
        instance: instanceOf(context),
        ticket: ticketName(request.ticket),
        ...(plan && { steps: plan.steps.map(({ name, action }) => `${action} ${name}`) }),
        ...(problems.length > 0 && { problems: problems.map(({ code }) => code) }),
      }),
    );
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
