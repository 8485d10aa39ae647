import type { HttpRequest, InvocationContext } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import { looksLikeDeploymentId } from '../../../shared/deployment/ids.ts';
import type { Archive } from '../../../shared/ports.ts';
import { type DeploymentInstance, findDeployment } from '../../deployment/instances.ts';
import { type Caller, isCaller } from '../callers.ts';

/** The deployment of the id in the path. */
export async function existingDeployment(
  archive: Archive,
  http: HttpRequest,
  context: InvocationContext,
): Promise<DeploymentInstance> {
  const id = deploymentIdIn(http);
  const instance = await findDeployment(archive, context, id);
  if (!instance) throw failed('NotFound', `There is no deployment ${id}.`, id);
  return instance;
}

/** Nothing is looked up by a text that has not the form of an id: it would become a part of a path. */
export function deploymentIdIn(http: HttpRequest): string {
  const id = http.params.id ?? '';
  if (looksLikeDeploymentId(id)) return id;
  throw failed(
    'NotFound',
    `There is no deployment ${id}: the id of a deployment looks like vpn-20300101t081530123z-1a2b3c4d-5e6f708192a3.`,
    id,
  );
}

/** Whether the caller asked for the deployment: directly, or through the ticket system that names them. */
export function isRequester(caller: Caller, { input }: DeploymentInstance): boolean {
  const { requestedBy, requesterIds = [], request } = input;
  return isCaller(caller, requestedBy?.id, request.ticket.requestedBy, ...requesterIds);
}
