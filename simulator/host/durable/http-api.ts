/**
 * The HTTP API of the durable extension (`HttpApiHandler` of azure-functions-durable-extension). Its client libraries
 * call it over the local RPC endpoint, people over `/runtime/webhooks/durabletask`. Not imitated: rewind, and waiting
 * for the end within a request (`timeout`, `pollingInterval`).
 */

import { isJson, jsonOrText } from '../../parsed-json.ts';
import { BadStart, type DurableEngine, InstanceExists } from './engine.ts';
import { type Entity, type EntityRef, entityInstanceId, entityRef } from './entities.ts';
import { BadEntity } from './entity-runs.ts';
import { EventType, type HistoryEvent, isEnded } from './history.ts';
import type { Instance } from './store.ts';

/** The part of an instance that a list shows. */
type Listed = Pick<
  Instance,
  | 'name'
  | 'instanceId'
  | 'status'
  | 'input'
  | 'output'
  | 'customStatus'
  | 'createdTime'
  | 'lastUpdatedTime'
  | 'history'
>;

export interface DurableUrls {
  /** The URL of the webhook, without a slash at the end. */
  baseUrl: string;
  rpcBaseUrl: string;
  taskHubName: string;
  key: string | undefined;
}

const defaultPageSize = 100;

/** What a `durableClient` input binding gives to a function. */
export function clientBinding(urls: DurableUrls): Record<string, unknown> {
  const required = urls.key === undefined ? '' : `code=${encodeURIComponent(urls.key)}`;
  const create = `${urls.baseUrl}/orchestrators/{functionName}[/{instanceId}]`;
  return {
    taskHubName: urls.taskHubName,
    creationUrls: {
      createNewInstancePostUri: `${create}?${required}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${required}`,
    },
    managementUrls: managementUrls(urls, urls.baseUrl, 'INSTANCEID'),
    baseUrl: urls.baseUrl,
    requiredQueryStringParameters: required,
    rpcBaseUrl: urls.rpcBaseUrl,
  };
}

function managementUrls(urls: DurableUrls, baseUrl: string, id: string): Record<string, string> {
  const instance = `${baseUrl}/instances/${encodeURIComponent(id)}`;
  const key = urls.key === undefined ? '' : `&code=${encodeURIComponent(urls.key)}`;
  const query = `taskHub=${encodeURIComponent(urls.taskHubName)}&connection=Storage${key}`;
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** Answers a request whose path, below the API's base, is `path`. */
export async function answerDurable(
  engine: DurableEngine,
  urls: DurableUrls,
  request: Request,
  path: string,
): Promise<Response> {
  const [controller, first, second, third, ...rest] = path.split('/').filter(Boolean).map(decodeURIComponent);
  const query = new URL(request.url).searchParams;
  const { method } = request;
  const notHere = new Response(null, { status: 404 });
  if (rest.length > 0) return notHere;
  if (controller === 'entities' && first && third === undefined) {
    return answerEntity(engine, request, query, { name: first, key: second ?? '' });
  }

  if (controller === 'orchestrators' && first && third === undefined) {
    return method === 'POST' ? startInstance(engine, urls, request, first, second) : notHere;
  }
  if (controller !== 'instances') return notHere;
  if (first === undefined) {
    if (method === 'GET') return listInstances(engine, request, query);
    if (method === 'DELETE') return purgeBy(engine, query);
    return notHere;
  }
  const entity = first.startsWith('@') ? engine.entity(entityRef(first)) : undefined;
  if (entity) {
    return method === 'GET' && second === undefined
      ? status(entityAsInstance(entity), request, query)
      : messageAnswer(
          501,
          'This host imitates only the reading of an entity as an instance, and no other action on it.',
        );
  }
  const instance = engine.get(first);
  if (second === undefined) {
    if (method === 'GET') return instance ? status(instance, request, query) : notHere;
    if (method === 'DELETE') return instance ? purge(engine, instance) : notHere;
    return notHere;
  }
  if (method !== 'POST') return notHere;
  const operation = second.toLowerCase();
  if (operation === 'restart' && third === undefined) return restart(engine, urls, request, first, query);
  if (operation === 'rewind')
    return messageAnswer(501, 'Rewind is not supported by the underlying storage provider.');
  if (!instance) return notHere;
  if (isEnded(instance.status)) return new Response(null, { status: 410 });
  const reason = query.get('reason');
  if (operation === 'raiseevent' && third !== undefined) return raise(engine, request, first, third);
  if (third !== undefined) return notHere;
  if (operation === 'terminate') engine.send(first, EventType.ExecutionTerminated, { Input: reason });
  else if (operation === 'suspend') engine.send(first, EventType.ExecutionSuspended, { Reason: reason });
  else if (operation === 'resume') engine.send(first, EventType.ExecutionResumed, { Reason: reason });
  else return notHere;
  return new Response(null, { status: 202 });
}

async function startInstance(
  engine: DurableEngine,
  urls: DurableUrls,
  request: Request,
  name: string,
  instanceId: string | undefined,
): Promise<Response> {
  const body = await request.text();
  if (body !== '' && !isJson(body)) return messageAnswer(400, 'Invalid JSON content');
  try {
    return startedAnswer(urls, request, engine.start(name, instanceId, body === '' ? null : body));
  } catch (error) {
    if (error instanceof InstanceExists) return messageAnswer(409, error.message);
    if (error instanceof BadStart) return messageAnswer(400, error.message);
    throw error;
  }
}

function startedAnswer(urls: DurableUrls, request: Request, id: string): Response {
  const base = `${new URL(request.url).origin}${new URL(urls.baseUrl).pathname}`;
  const { rewindPostUri: _, ...links } = managementUrls(urls, base, id);
  return Response.json(links, {
    status: 202,
    headers: { Location: links.statusQueryGetUri!, 'Retry-After': '10' },
  });
}

function restart(
  engine: DurableEngine,
  urls: DurableUrls,
  request: Request,
  id: string,
  query: URLSearchParams,
): Response {
  const instance = engine.get(id);
  if (!instance) return messageAnswer(400, 'InstanceId does not match a valid orchestration instance.');
  const getsNewId = query.get('restartWithNewInstanceId')?.toLowerCase() !== 'false';
  try {
    return startedAnswer(
      urls,
      request,
      engine.start(instance.name, getsNewId ? undefined : id, instance.input),
    );
  } catch (error) {
    if (!(error instanceof InstanceExists)) throw error;
    return messageAnswer(409, 'A non-terminal instance with this instance ID already exists.');
  }
}

function status(instance: Listed, request: Request, query: URLSearchParams): Response {
  const payload = statusPayload(instance, isTrue(query, 'showInput', true));
  if (isTrue(query, 'showHistory', false) && instance.status !== 'Pending') {
    payload.historyEvents = shownHistory(instance.history, isTrue(query, 'showHistoryOutput', false));
  }
  if (!isEnded(instance.status)) {
    return Response.json(payload, { status: 202, headers: { Location: request.url, 'Retry-After': '5' } });
  }
  const hasFailed =
    instance.status === 'Failed' && isTrue(query, 'returnInternalServerErrorOnFailure', false);
  return Response.json(payload, { status: hasFailed ? 500 : 200 });
}

function statusPayload(instance: Listed, showsInput: boolean): Record<string, unknown> {
  return {
    name: instance.name,
    instanceId: instance.instanceId,
    runtimeStatus: instance.status,
    input: showsInput ? jsonOrText(instance.input) : null,
    customStatus: jsonOrText(instance.customStatus),
    output: jsonOrText(instance.output),
    createdTime: toSeconds(instance.createdTime),
    lastUpdatedTime: toSeconds(instance.lastUpdatedTime),
  };
}

/**
 * In the order of the instance ids, as the Azure Storage provider lists them, not in the order of time. Entities are
 * among them (azure-functions-durable-extension issue 1991), unless a prefix excludes them.
 */
function listInstances(engine: DurableEngine, request: Request, query: URLSearchParams): Response {
  const token = request.headers.get('x-ms-continuation-token');
  const after = token ? Buffer.from(token, 'base64url').toString() : '';
  const size = Number(query.get('top')) || defaultPageSize;
  const prefix = query.get('instanceIdPrefix') ?? '';
  const listed: Listed[] = [...engine.all(), ...engine.entities().map(entityAsInstance)];
  const fitting = listed
    .filter((instance) => instance.instanceId.startsWith(prefix) && instance.instanceId > after)
    .filter(fits(query))
    .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const page = fitting.slice(0, size);
  const next = fitting.length > size ? Buffer.from(page.at(-1)!.instanceId).toString('base64url') : '';
  return Response.json(
    page.map((instance) => statusPayload(instance, isTrue(query, 'showInput', true))),
    { headers: { 'x-ms-continuation-token': next } },
  );
}

function fits(query: URLSearchParams): (instance: Listed) => boolean {
  const from = time(query.get('createdTimeFrom')) ?? Number.NEGATIVE_INFINITY;
  const to = time(query.get('createdTimeTo')) ?? Number.POSITIVE_INFINITY;
  const statuses = query
    .getAll('runtimeStatus')
    .flatMap((value) => value.split(','))
    .filter(Boolean);
  return ({ createdTime, status }) => {
    const created = Date.parse(createdTime);
    return created >= from && created <= to && (statuses.length === 0 || statuses.includes(status));
  };
}

function purge(engine: DurableEngine, instance: Instance): Response {
  if (!isEnded(instance.status)) {
    return Response.json(
      'Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ' +
        `${instance.instanceId} has status ${instance.status}`,
      { status: 412 },
    );
  }
  engine.purge([instance.instanceId]);
  return Response.json({ instancesDeleted: 1 });
}

function purgeBy(engine: DurableEngine, query: URLSearchParams): Response {
  if (time(query.get('createdTimeFrom')) === undefined) {
    return Response.json("Please provide value for 'createdTimeFrom' parameter.", { status: 400 });
  }
  const ids = engine
    .all()
    .filter((instance) => isEnded(instance.status) && fits(query)(instance))
    .map(({ instanceId }) => instanceId);
  if (ids.length === 0) return new Response(null, { status: 404 });
  engine.purge(ids);
  return Response.json({ instancesDeleted: ids.length });
}

/**
 * The eternal orchestration that represents an entity in Azure Storage: its input is `SchedulerState`, its status
 * `EntityStatus`.
 */
function entityAsInstance({ instanceId, exists, state, createdTime, lastUpdatedTime }: Entity): Listed {
  return {
    name: instanceId,
    instanceId,
    status: 'Running',
    input: JSON.stringify({ ...(exists && { exists }), ...(state !== null && { state }), sorter: {} }),
    output: null,
    customStatus: JSON.stringify({ entityExists: exists }),
    createdTime,
    lastUpdatedTime,
    history: [],
  };
}

/** Name and key as in the address. The key `$` stands for the empty key. */
async function answerEntity(
  engine: DurableEngine,
  request: Request,
  query: URLSearchParams,
  { name, key }: EntityRef,
): Promise<Response> {
  const ref = { name, key: key === '$' ? '' : key };
  if (request.method === 'GET') {
    if (key === '') return listEntities(engine, query, name);
    const entity = engine.entity(ref);
    return entity?.exists ? Response.json(jsonOrText(entity.state)) : new Response(null, { status: 404 });
  }
  if (request.method !== 'POST' && request.method !== 'DELETE') return new Response(null, { status: 404 });
  const body = await request.text();
  const isJsonBody = mediaType(request) === 'application/json';
  if (body !== '' && isJsonBody && !isJson(body)) return messageAnswer(400, 'Could not parse JSON content');
  const input = body === '' ? undefined : JSON.stringify(isJsonBody ? JSON.parse(body) : body);
  try {
    engine.signal(ref, request.method === 'DELETE' ? 'delete' : (query.get('op') ?? ''), input);
  } catch (error) {
    if (error instanceof BadEntity) return messageAnswer(400, error.message);
    throw error;
  }
  return new Response(null, { status: 202 });
}

function listEntities(engine: DurableEngine, query: URLSearchParams, name: string): Response {
  const prefix = entityInstanceId({ name, key: '' });
  const fetchesState = isTrue(query, 'fetchState', false);
  return Response.json(
    engine
      .entities()
      .filter(({ instanceId, exists }) => instanceId.startsWith(prefix) && exists)
      .map(({ instanceId, lastUpdatedTime, state }) => ({
        entityId: entityRef(instanceId),
        lastOperationTime: lastUpdatedTime,
        ...(fetchesState && { state: jsonOrText(state) }),
      })),
  );
}

async function raise(engine: DurableEngine, request: Request, id: string, name: string): Promise<Response> {
  if (mediaType(request) !== 'application/json')
    return messageAnswer(400, 'Only application/json request content is supported');
  const body = await request.text();
  if (body !== '' && !isJson(body)) return messageAnswer(400, 'Invalid JSON content');
  engine.send(id, EventType.EventRaised, { Name: name, Input: body === '' ? null : body });
  return new Response(null, { status: 202 });
}

/**
 * How `DurableClient.GetDurableOrchestrationStatusAsync` shows a history: names instead of numbers, and pairs joined.
 */
function shownHistory(history: HistoryEvent[], showsOutput: boolean): Record<string, unknown>[] {
  const typeNames = Object.fromEntries(Object.entries(EventType).map(([name, value]) => [value, name]));
  const statusNames: Record<number, string> = { 1: 'Completed', 3: 'Failed', 5: 'Terminated' };
  const scheduled = new Map<string, HistoryEvent>();
  const joined = new Set<HistoryEvent>();
  const origin = (event: HistoryEvent, type: number) => {
    const found = scheduled.get(`${type}:${event.TaskScheduledId}`);
    if (found) joined.add(found);
    return found && { ScheduledTime: found.Timestamp, FunctionName: found.Name };
  };
  const result = history.map((event): [HistoryEvent, Record<string, unknown>] => {
    const {
      EventType: type,
      Timestamp,
      Name,
      Result,
      Reason,
      Details,
      FireAt,
      InstanceId,
      OrchestrationStatus,
    } = event;
    const shown: Record<string, unknown> = { EventType: typeNames[type], Timestamp };
    const output = showsOutput ? { Result: jsonOrText(Result ?? null) } : {};
    switch (type) {
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
        scheduled.set(`${type}:${event.EventId}`, event);
        return [event, { ...shown, Name, ...(InstanceId && { InstanceId }) }];
      case EventType.TaskCompleted:
        return [event, { ...shown, ...output, ...origin(event, EventType.TaskScheduled) }];
      case EventType.TaskFailed:
        return [event, { ...shown, Reason, Details, ...origin(event, EventType.TaskScheduled) }];
      case EventType.SubOrchestrationInstanceCompleted:
        return [event, { ...shown, ...output, ...origin(event, EventType.SubOrchestrationInstanceCreated) }];
      case EventType.SubOrchestrationInstanceFailed:
        return [
          event,
          { ...shown, Reason, Details, ...origin(event, EventType.SubOrchestrationInstanceCreated) },
        ];
      case EventType.ExecutionStarted:
        return [event, { ...shown, FunctionName: Name }];
      case EventType.ExecutionCompleted:
        return [event, { ...shown, OrchestrationStatus: statusNames[OrchestrationStatus!], ...output }];
      default:
        return [
          event,
          { ...shown, ...(Name && { Name }), ...(FireAt && { FireAt }), ...(Reason && { Reason }) },
        ];
    }
  });
  const hidden: number[] = [EventType.OrchestratorStarted, EventType.OrchestratorCompleted];
  return result
    .filter(([event]) => !joined.has(event) && !hidden.includes(event.EventType))
    .map(([, shown]) => shown);
}

function mediaType(request: Request): string | undefined {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

function isTrue(query: URLSearchParams, name: string, fallback: boolean): boolean {
  const value = query.get(name)?.trim().toLowerCase();
  return value === 'true' ? true : value === 'false' ? false : fallback;
}

function time(text: string | null): number | undefined {
  const value = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(value) ? undefined : value;
}

/** Times in answers are whole seconds. */
function toSeconds(text: string): string {
  return `${text.slice(0, 19)}Z`;
}

function messageAnswer(status: number, message: string): Response {
  return Response.json({ Message: message }, { status });
}
