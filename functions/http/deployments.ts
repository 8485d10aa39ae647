import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed } from '../../shared/core/errors.ts';
import {
  type DeploymentInstance,
  listDeployments as listAll,
  readDeployment,
  showDeployment as show,
  summaryOf,
} from '../deployment/instances.ts';
import { type Caller, isCaller } from './callers.ts';

const pageSize = 50;
const statuses = ['Pending', 'AwaitingApproval', 'Running', 'Succeeded', 'Failed', 'Canceled', 'Rejected'];

/** `GET /deployments?status=&continuation=`: newest first, 50 a page. */
export async function listDeployments(
  http: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const wanted = http.query.get('status')?.split(',').filter(Boolean) ?? [];
  const unknown = wanted.find((status) => !statuses.includes(status));
  if (unknown)
    throw failed('InvalidRequest', `${unknown} is no status: use ${statuses.join(', ')}.`, 'status');
  const continuation = http.query.get('continuation');
  const after = continuation ? positionOf(continuation) : undefined;
  const found = (await listAll(context))
    .filter((instance) => !after || comesAfter(instance, after))
    .map((instance) => ({ instance, summary: summaryOf(instance) }))
    .filter(({ summary }) => wanted.length === 0 || wanted.includes(summary.status));
  const page = found.slice(0, pageSize);
  const more = found.length > pageSize;
  return {
    status: 200,
    jsonBody: {
      deployments: page.map(({ summary }) => summary),
      ...(more && { continuation: continuationAfter(page.at(-1)!.instance) }),
    },
  };
}

/** `GET /deployments/{id}` */
export async function showDeployment(
  http: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  return { status: 200, jsonBody: await show(context, await existing(http, context)) };
}

export async function existing(http: HttpRequest, context: InvocationContext): Promise<DeploymentInstance> {
  const id = http.params.id ?? '';
  const instance = await readDeployment(context, id);
  if (!instance) throw failed('NotFound', `There is no deployment ${id}.`, id);
  return instance;
}

/** Whether the caller asked for the deployment, by their own hand or through the ticket system that names them. */
export function isRequester(caller: Caller, { input }: DeploymentInstance): boolean {
  return isCaller(caller, input.requestedBy?.id, input.request.ticket.requestedBy);
}

interface Position {
  readonly createdTime: string;
  readonly instanceId: string;
}

function continuationAfter({ createdTime, instanceId }: Position): string {
  return Buffer.from(JSON.stringify([createdTime, instanceId])).toString('base64url');
}

function positionOf(continuation: string): Position {
  try {
    const [createdTime, instanceId] = JSON.parse(Buffer.from(continuation, 'base64url').toString()) as [
      string,
      string,
    ];
    if (Number.isNaN(Date.parse(createdTime)) || typeof instanceId !== 'string') throw new TypeError();
    return { createdTime, instanceId };
  } catch {
    throw failed('InvalidRequest', 'Use the continuation of the page before, unchanged.', 'continuation');
  }
}

function comesAfter(instance: Position, last: Position): boolean {
  const [its, lasts] = [Date.parse(instance.createdTime), Date.parse(last.createdTime)];
  return its < lasts || (its === lasts && instance.instanceId > last.instanceId);
}
