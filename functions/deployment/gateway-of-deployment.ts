import { planDocument } from '../../shared/deployment/record/plan-documents.ts';
import type { Archive } from '../../shared/ports.ts';
import type { DeploymentInstance } from './instances.ts';

/** Only the plan of a deployment that failed on its way knows the gateway. */
export async function gatewayIdOfDeployment(
  { records }: Archive,
  { instanceId, customStatus }: DeploymentInstance,
): Promise<string | undefined> {
  const { result, planDigest } = customStatus ?? {};
  if (result?.gatewayId || !planDigest) return result?.gatewayId;
  const document = await records.read(planDocument(instanceId, planDigest));
  return document && (JSON.parse(document) as { gatewayId: string }).gatewayId;
}
