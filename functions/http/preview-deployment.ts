import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { vpnGatewayRequest } from '../../shared/deployment/request.ts';
import { claimedPools } from '../deployment/instances.ts';
import { discreetSecrets } from '../deployment/steps/discreet-secrets.ts';
import { type PlanNeeds, planFromFacts, priced, weighed } from '../deployment/steps/facts.ts';
import { askedOf } from '../records/deployed.ts';
import { bodyOf } from './answers.ts';

/** `POST /deployments/plan`: what a ticket would do. Reads Azure, writes nothing. */
export const previewDeployment =
  (needs: PlanNeeds) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const request = await bodyOf(http, vpnGatewayRequest);
    const { secrets, warning } = await discreetSecrets(needs.secrets, request, needs.rows);
    const { plan, problems, warnings, takesAway } = await planFromFacts(
      { ...needs, secrets },
      request,
      await claimedPools(context),
      false,
      askedOf(needs.rows),
    );
    const {
      steps = [],
      estimatedMinutes = 0,
      estimatedMonthlyCost,
      reasonsToAsk = [],
    } = plan ? await weighed(needs, await priced(needs.prices, plan), request) : {};
    return {
      status: 200,
      jsonBody: {
        steps,
        takesAway,
        reasonsToAsk,
        problems,
        warnings: warning ? [...warnings, warning] : warnings,
        estimatedMinutes,
        estimatedMonthlyCost,
      },
    };
  };
