import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { DeploymentStatus } from '../../../shared/deployment/contract.ts';
import { askedAt } from '../../../shared/deployment/ids.ts';
import type { Archive } from '../../../shared/ports.ts';
import { findDeployments, type Wanted } from '../../records/find.ts';
import { filtersOf } from '../filters.ts';

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
