import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Archive } from '../../../shared/ports.ts';
import { viewWithBranches } from '../../deployment/instances.ts';
import { existingDeployment } from './existing-deployment.ts';

/** `GET /deployments/{id}` */
export const showDeployment =
  (archive: Archive) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => ({
    status: 200,
    jsonBody: await viewWithBranches(context, await existingDeployment(archive, http, context)),
  });
