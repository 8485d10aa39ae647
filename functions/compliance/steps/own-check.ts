import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import { startCompliance } from '../start.ts';

/**
 * Has a gateway checked when its deployment has ended. When the check cannot start, the deployment does not fail for
 * it.
 */
export const startOwnCheck =
  () =>
  async (
    { gatewayId, deploymentId }: { readonly gatewayId: string; readonly deploymentId: string },
    context: InvocationContext,
  ): Promise<Failure | undefined> => {
    try {
      const scope = { subscriptionIds: [], gatewayIds: [gatewayId] };
      await startCompliance(getClient(context), {
        trigger: 'deployment',
        startedBy: { name: 'deployment', id: deploymentId },
        scope,
        remediate: false,
      });
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  };
