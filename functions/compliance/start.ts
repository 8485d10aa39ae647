import type { DurableClient } from 'durable-functions';
import type { ComplianceReport, Scope, StartedBy } from '../../shared/compliance/report/report.ts';
import { complianceInstanceId } from '../../shared/compliance/scope.ts';
import { startOnce } from '../durable-instances.ts';
import { checkDueAt, type OwnCheck } from '../records/own-checks.ts';

export interface ComplianceOrder {
  readonly trigger: ComplianceReport['trigger'];
  readonly startedBy: StartedBy;
  readonly scope: Scope;
  readonly remediate: boolean;
  /** Of a check after deployments: when the first of their gateways is to be checked. ISO 8601 */
  readonly dueAt?: string;
}

/** Starts a run unless one of the same scope is under way. */
export async function startCompliance(
  client: DurableClient,
  order: ComplianceOrder,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const id = complianceInstanceId(order.scope);
  return { id, isNew: await startOnce(client, 'checkCompliance', id, order) };
}

/** Starts the check of gateways that were deployed, unless it is under way: then it finds this one by itself. */
export async function startDeployedCheck(client: DurableClient, check: OwnCheck): Promise<void> {
  await startOnce(client, 'checkCompliance', 'compliance-deployed', waitingOrder(check));
}

/** Waits for the gateway that is due first. Those that are due by then are checked with it. */
export const waitingOrder = (first: OwnCheck): ComplianceOrder => ({
  ...deployedOrder([first]),
  dueAt: checkDueAt(first),
});

/** The check of gateways after their deployments. */
export function deployedOrder(checks: readonly OwnCheck[]): ComplianceOrder {
  const [first, ...others] = checks;
  const startedBy: StartedBy =
    others.length === 0
      ? { name: 'deployment', id: first!.deploymentId }
      : { name: `${checks.length} deployments` };
  const scope = { subscriptionIds: [], gatewayIds: checks.map(({ gatewayId }) => gatewayId) };
  return { trigger: 'deployment', startedBy, scope, remediate: false };
}
