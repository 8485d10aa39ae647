import type { InvocationContext } from '@azure/functions';
import { type DurableClient, getClient } from 'durable-functions';
import type { ComplianceReport, Scope, StartedBy } from '../../../shared/compliance/report/report.ts';
import { complianceInstanceId } from '../../../shared/compliance/scope.ts';
import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import { startOnce } from '../../durable-instances.ts';

export interface ComplianceOrder {
  readonly trigger: ComplianceReport['trigger'];
  readonly startedBy: StartedBy;
  readonly scope: Scope;
  readonly remediate: boolean;
}

/** Starts a run unless one of the same scope is under way. */
export async function startCompliance(
  client: DurableClient,
  order: ComplianceOrder,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const id = complianceInstanceId(order.scope);
  return { id, isNew: await startOnce(client, 'checkCompliance', id, order) };
}

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
