import type { InvocationContext } from '@azure/functions';
import { refused, VpnRadiusError } from '../../../shared/core/errors.ts';
import { logLine, ticketName } from '../../../shared/core/log-line.ts';
import type { Facts, Plan } from '../../../shared/deployment/contract.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { orderFromTags } from '../../../shared/deployment/vnet-tags.ts';
import { instanceOf } from '../../durable-instances.ts';
import { askedOf } from '../../records/deployed.ts';
import { keepTagsSeen } from '../../records/tag-wish.ts';
import { gatewayGone } from '../gateway/state.ts';
import { type PlanNeeds, planFromFacts } from '../planning/facts.ts';

export interface PlanOrder {
  readonly request: VpnGatewayRequest;
  readonly isRotation?: boolean;
  readonly migrates?: Facts['migrates'];
  /** Set when the VNet was there a moment ago. */
  readonly isSeen?: boolean;
}

/**
 * The plan of a deployment, as far as this is known without asking the NPS servers. Throws `RequestRefused` with every
 * problem at once.
 */
export const planDeployment =
  (needs: PlanNeeds) =>
  async ({ request, isRotation, migrates, isSeen }: PlanOrder, context: InvocationContext): Promise<Plan> => {
    const { rows } = needs;
    const { plan, problems, virtualNetwork } = await planFromFacts(
      needs,
      request,
      [],
      isRotation,
      askedOf(rows),
      migrates,
    );
    if (virtualNetwork) await keepTagsSeen(rows, virtualNetwork.id, orderFromTags(virtualNetwork, 'tags'));
    if (isSeen && problems.some(({ code }) => code === 'VirtualNetworkNotFound'))
      throw virtualNetworkGone(request.virtualNetworkId);
    if (isSeen && migrates && problems.some(({ code }) => code === 'GatewayMissing'))
      throw gatewayGone(migrates.gatewayId, 'a moment ago');
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

/** Azure answered 404 for a virtual network that was there a moment ago: nothing may be done on that answer. */
const virtualNetworkGone = (virtualNetworkId: string) =>
  new VpnRadiusError({
    code: 'VirtualNetworkGone',
    message: 'Azure says that there is no such virtual network, but it existed a moment ago.',
    target: virtualNetworkId,
    transient: true,
    retryAfterSeconds: 30,
  });
