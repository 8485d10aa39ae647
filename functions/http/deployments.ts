import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed, type Problem, refused } from '../../shared/core/errors.ts';
import type { DeploymentStatus } from '../../shared/deployment/contract.ts';
import { askedAt, looksLikeDeploymentId } from '../../shared/deployment/ids.ts';
import type { Archive } from '../../shared/ports.ts';
import { type DeploymentInstance, findDeployment, showDeployment as show } from '../deployment/instances.ts';
import { findDeployments, type Wanted } from '../records/find.ts';
import { type Caller, isCaller } from './callers.ts';

const statuses = ['Pending', 'AwaitingApproval', 'Running', 'Succeeded', 'Failed', 'Canceled', 'Rejected'];
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
/** The Functions host takes its key from these. */
const keys = ['code', 'clientId'];

/** `GET /deployments?…`: newest first, 50 a page, running and ended. */
export const listDeployments =
  ({ rows }: Archive) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => ({
    status: 200,
    jsonBody: await findDeployments(rows, wantedOf(http.query), context),
  });

function wantedOf(query: Pick<URLSearchParams, 'get' | 'keys'>): Wanted {
  const problems: Problem[] = [];
  const wrong = (target: string, message: string) => problems.push({ code: 'FieldInvalid', message, target });
  const textOf = (name: (typeof listFilters)[number]) => {
    const text = query.get(name)?.trim() || undefined;
    if (text && text.length > 1024) wrong(name, 'must not be longer than 1,024 characters');
    return text;
  };
  const timeOf = (name: 'from' | 'to') => {
    const text = textOf(name);
    if (text === undefined) return undefined;
    const time = new Date(/^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text) ? text : Number.NaN);
    if (Number.isNaN(time.getTime())) wrong(name, 'must be a time such as 2030-01-01T08:00:00Z, or a day');
    // A day as the end is meant with all its hours.
    return name === 'to' && text.length === 10 ? new Date(time.getTime() + 86_399_999) : time;
  };
  for (const name of new Set(query.keys())) {
    if (!(listFilters as readonly string[]).includes(name) && !keys.includes(name)) {
      problems.push({
        code: 'UnknownField',
        message: `is no filter: use ${listFilters.join(', ')}`,
        target: name,
      });
    }
  }
  const wanted = textOf('status')?.split(',').filter(Boolean);
  for (const status of wanted ?? [])
    if (!statuses.includes(status)) wrong('status', `${status} is no status: use ${statuses.join(', ')}`);
  const after = textOf('continuation');
  if (after !== undefined && !askedAt(after))
    wrong('continuation', 'must be the continuation of the page before, unchanged');
  const found: Wanted = {
    statuses: wanted as DeploymentStatus[] | undefined,
    ticket: textOf('ticket'),
    virtualNetwork: textOf('virtualNetwork'),
    gateway: textOf('gateway'),
    requestedBy: textOf('requestedBy'),
    from: timeOf('from'),
    to: timeOf('to'),
    after,
  };
  if (problems.length > 0) {
    const sentences = problems.map(({ target, message }) => `${target}: ${message}`).join('; ');
    const only = problems.length === 1 && problems[0]!.target;
    const refusal = refused('InvalidRequest', `The list cannot be made: ${sentences}.`, problems);
    throw only ? Object.assign(refusal, { failure: { ...refusal.failure, target: only } }) : refusal;
  }
  return found;
}

/** `GET /deployments/{id}` */
export const showDeployment =
  (archive: Archive) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => ({
    status: 200,
    jsonBody: await show(context, await existing(archive, http, context)),
  });

/** The deployment of the id in the path. */
export async function existing(
  archive: Archive,
  http: HttpRequest,
  context: InvocationContext,
): Promise<DeploymentInstance> {
  const id = deploymentIdIn(http);
  const instance = await findDeployment(archive, context, id);
  if (!instance) throw failed('NotFound', `There is no deployment ${id}.`, id);
  return instance;
}

/** What is not even of the form of an id is refused: it would otherwise become a part of a path. */
export function deploymentIdIn(http: HttpRequest): string {
  const id = http.params.id ?? '';
  if (looksLikeDeploymentId(id)) return id;
  throw failed(
    'InvalidRequest',
    'id: must be the id of a deployment, such as vpn-20300101t081530123z-1a2b3c4d-5e6f708192a3.',
    'id',
  );
}

/** Whether the caller asked for the deployment, by their own hand or through the ticket system that names them. */
export function isRequester(caller: Caller, { input }: DeploymentInstance): boolean {
  return isCaller(caller, input.requestedBy?.id, input.request.ticket.requestedBy);
}
