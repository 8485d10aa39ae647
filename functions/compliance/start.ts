import type { DurableClient } from 'durable-functions';
import type { ComplianceReport, Scope, StartedBy } from '../../shared/compliance/report/report.ts';
import { complianceInstanceId } from '../../shared/compliance/scope.ts';
import { startOnce } from '../durable-instances.ts';

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
