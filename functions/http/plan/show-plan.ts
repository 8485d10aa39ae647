import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import { planDocument } from '../../../shared/deployment/record/plan-documents.ts';
import type { Archive } from '../../../shared/ports.ts';
import { existingDeployment } from '../deployments/existing-deployment.ts';

/** `GET /deployments/{id}/plan`: the whole plan that is carried out, or that waits for a decision. */
export const showPlan =
  (archive: Archive) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const { instanceId, customStatus } = await existingDeployment(archive, http, context);
    const digest = customStatus?.planDigest;
    const document = digest && (await archive.records.read(planDocument(instanceId, digest)));
    if (!document) throw failed('NotFound', `Deployment ${instanceId} has no plan.`, instanceId);
    return { status: 200, jsonBody: JSON.parse(document) };
  };
