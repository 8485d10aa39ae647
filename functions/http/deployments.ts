import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed } from '../../shared/core/errors.ts';
import type { DeploymentStatus, Order } from '../../shared/deployment/contract.ts';
import { askedAt, looksLikeDeploymentId } from '../../shared/deployment/ids.ts';
import type { Archive } from '../../shared/ports.ts';
import {
  type DeploymentInstance,
  findDeployment,
  viewWithBranches as show,
} from '../deployment/instances.ts';
import { findDeployments, type Wanted } from '../records/find.ts';
import { type Caller, isCaller, isIdentity } from './callers.ts';
import { filtersOf } from './filters.ts';

const statuses: readonly DeploymentStatus[] = [
  'Pending',
  'AwaitingApproval',
  'Running',
  'Succeeded',
  'Failed',
  'Canceled',
  'Rejected',
];
export const listFilters = [
  'status',
  'ticket',
  'virtualNetwork',
  'gateway',
  'requestedBy',
  'from',
  'to',
  'continuation',
] as const;

/** `GET /deployments?…`: newest first, 50 a page, running and ended. */
export const listDeployments =
  ({ rows }: Archive) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => ({
    status: 200,
    jsonBody: await findDeployments(rows, wantedDeployments(http), context),
  });

function wantedDeployments(http: HttpRequest): Wanted {
  const filters = filtersOf(http, listFilters);
  const after = filters.text('continuation');
  if (after !== undefined && !askedAt(after))
    filters.wrong('continuation', 'must be the continuation that the previous page gave, unchanged');
  const wanted: Wanted = {
    statuses: filters.oneOf('status', statuses),
    ticket: filters.text('ticket'),
    virtualNetwork: filters.text('virtualNetwork'),
    gateway: filters.text('gateway'),
    requestedBy: filters.text('requestedBy'),
    ...filters.range('from', 'to'),
    after,
  };
  filters.refuseIfWrong();
  return wanted;
}

/** `GET /deployments/{id}` */
export const showDeployment =
  (archive: Archive) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => ({
    status: 200,
    jsonBody: await show(context, await existingDeployment(archive, http, context)),
  });

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

/**
 * The requester, when a display name or a `sys_id` cannot show whether that is the caller: then nobody can approve it.
 * To reject it does no harm. A name that the app itself wrote there is the name of the signed-in requester. A repair,
 * and a rotation that nobody signed in for, was asked for by the app itself.
 */
export function unknownRequester({
  request,
  requestedBy: signedIn,
  requesterIds = [],
  repairs,
  rotates,
}: Order): string | undefined {
  const { requestedBy } = request.ticket;
  if (requestedBy === undefined || requestedBy === signedIn?.name) return undefined;
  if (!signedIn && (repairs || rotates)) return undefined;
  return [requestedBy, ...requesterIds].some(isIdentity) ? undefined : requestedBy;
}
