import { type Call, type Core, holding, later, nextGuid, timestamp } from '../core.ts';
import { AzureError, empty, json, type WireResponse } from '../wire/messages.ts';
import type { Operation, OperationKind } from '../world.ts';
import { key, scramble } from './identifiers.ts';

export interface NewOperation {
  kind: OperationKind;
  target: string;
  action: string;
  namespace: string;
  location: string;
  seconds: number;
  locks?: string[];
  output?: unknown;
}

/** Begins a long-running operation for this request, with the fault that was injected for it, if any. */
export function startOperation(call: Call, wish: NewOperation): Operation {
  const { core, fault } = call;
  const now = timestamp(core);
  const seconds = fault?.kind === 'slowOperation' ? wish.seconds * fault.factor : wish.seconds;
  const operation: Operation = {
    id: nextGuid(core),
    kind: wish.kind,
    target: wish.target,
    action: wish.action,
    namespace: wish.namespace,
    subscriptionId: wish.target.split('/')[2] ?? '',
    location: wish.location,
    apiVersion: call.apiVersion,
    startedAt: now,
    endsAt: later(now, seconds),
    status: 'InProgress',
    locks: (wish.locks ?? []).map(key),
    ...(fault?.kind === 'failOperation' ? { failure: { code: fault.code, message: fault.message } } : {}),
    ...(wish.output === undefined ? {} : { output: wish.output }),
    correlationId: call.correlationId,
    callerId: call.caller.objectId,
  };
  core.world.operations.set(operation.id, operation);
  scheduleEnd(core, operation);
  return operation;
}

/** Sets the clock for the operation's end. After a restart, this time may be in the past. */
export function scheduleEnd(core: Core, operation: Operation): void {
  for (const id of operation.locks) core.locks.set(id, operation.id);
  const left = new Date(operation.endsAt).getTime() - core.clock.now().getTime();
  core.clock.after(left, () => {
    const done = () => {
      core.scripts.delete(operation.id);
      for (const id of operation.locks) if (core.locks.get(id) === operation.id) core.locks.delete(id);
      if (operation.status === 'InProgress') operation.status = operation.failure ? 'Failed' : 'Succeeded';
      if (operation.failure) operation.error = operation.failure;
      core.notify({
        id: operation.target,
        action: operation.action,
        status: operation.status === 'Succeeded' ? 'Succeeded' : 'Failed',
        correlationId: operation.correlationId,
        callerId: operation.callerId,
      });
    };
    const ended = core.endings[operation.kind](core, operation);
    if (ended) core.scripts.set(operation.id, ended.then(done).then(core.scriptEnded));
    else done();
  });
}

/**
 * Refuses a write while another one runs on the same or a dependent resource. It is a 409 without Retry-After. Its
 * sentence promises a URI and gives only a guid (recording xplat_vpn_connection_delete_another_operation).
 */
export function refuseWhileHeld(core: Core, ids: string[]): void {
  const other = holding(core, ids);
  if (!other) return;
  throw new AzureError(
    409,
    'AnotherOperationInProgress',
    `Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: ${other.id}.`,
    { details: [] },
  );
}

/**
 * The operation's URL. Since 2024 it carries a time, a certificate of about 2,600 characters, a signature and a hash,
 * about 3.3 KB in all (recordings ext_hybridcompute_run_command, cli_2026_vnet_gateway_partial). Public IP addresses
 * have another api-version there than the request has (cli_2026).
 */
export function operationUrl(call: Call, operation: Operation, collection: string): string {
  const origin = call.url.origin;
  const hasOlderVersion =
    /\/publicIPAddresses\//i.test(operation.target) && operation.apiVersion > '2024-07-01';
  const version = hasOlderVersion ? '2024-07-01' : operation.apiVersion;
  const path = `${origin}/subscriptions/${operation.subscriptionId}/providers/${operation.namespace}/locations/${operation.location}/${collection}/${operation.id}?api-version=${version}`;
  if (operation.apiVersion < '2024-01-01') return path;
  const ticks = BigInt(call.core.clock.now().getTime()) * 10_000n + 621_355_968_000_000_000n;
  return `${path}${signature(call.core, operation, `${ticks}`)}`;
}

function signature(core: Core, operation: Operation, ticks: string): string {
  const of = `${core.world.seed}:${operation.id}:${ticks}`;
  return `&t=${ticks}&c=MII${scramble(core.world.seed, 2597)}&s=${scramble(`s${of}`, 342)}&h=${scramble(`h${of}`, 43)}`;
}

const collections = ['operations', 'operationresults', 'operationstatus'];

/** Answers `…/providers/{namespace}/locations/{location}/operations|operationResults|operationStatus/{id}`. */
export async function pollOperation(call: Call): Promise<WireResponse | undefined> {
  const match = /^\/subscriptions\/[^/]+\/providers\/([^/]+)\/locations\/[^/]+\/([^/]+)\/([^/]+)$/i.exec(
    call.url.pathname,
  );
  const collection = match?.[2]?.toLowerCase() ?? '';
  if (!match || call.method !== 'GET' || !collections.includes(collection)) return undefined;
  const { core } = call;
  const operation = core.world.operations.get(match[3]!.toLowerCase());
  if (!operation) {
    // Assumed: OperationNotFound. No recording has a poll of an operation that does not exist.
    throw new AzureError(404, 'OperationNotFound', `The operation '${match[3]}' was not found.`);
  }
  refuseTampered(call, operation);
  await core.scripts.get(operation.id);
  if (collection === 'operationresults') return operationResult(call, operation);
  return operationStatus(call, operation);
}

/**
 * A URL that was cut or rebuilt is refused. Assumed: InvalidOperationSignature. In the recordings it is always used
 * without a change.
 */
function refuseTampered(call: Call, operation: Operation): void {
  if (operation.apiVersion < '2024-01-01') return;
  const ticks = call.url.searchParams.get('t') ?? '';
  const expected = new URLSearchParams(signature(call.core, operation, ticks));
  const isIntact = ['c', 's', 'h'].every((name) => call.url.searchParams.get(name) === expected.get(name));
  if (!isIntact) {
    throw new AzureError(
      403,
      'InvalidOperationSignature',
      'The signature of the operation URL is invalid. Use the URL from the Azure-AsyncOperation or Location header as it is.',
    );
  }
}

function operationStatus(call: Call, operation: Operation): WireResponse {
  const isRunning = operation.status === 'InProgress';
  const retry: Record<string, string> = isRunning ? { 'Retry-After': '10' } : {};
  if (operation.namespace === 'Microsoft.Network') {
    return json(
      200,
      {
        status: operation.status,
        ...(operation.error ? { error: { ...operation.error, details: [] } } : {}),
        ...(!isRunning && operation.output !== undefined ? { properties: { output: operation.output } } : {}),
      },
      retry,
    );
  }
  const isCompute = operation.namespace === 'Microsoft.Compute';
  const isFresh = call.core.clock.now().getTime() - new Date(operation.startedAt).getTime() < 20_000;
  const renewed = {
    'Azure-AsyncOperation': operationUrl(call, operation, 'operationstatus'),
    Location: operationUrl(call, operation, 'operationresults'),
  };
  return json(
    200,
    {
      name: operation.id,
      status: isRunning && !isCompute && isFresh ? 'Queued' : operation.status,
      startTime: operation.startedAt,
      ...(isCompute && !isRunning ? { endTime: operation.endsAt } : {}),
      ...(operation.error ? { error: operation.error } : {}),
      ...(!isRunning && operation.output !== undefined
        ? { properties: isCompute ? { output: operation.output } : operation.output }
        : {}),
    },
    { ...retry, ...(isRunning && !isCompute ? renewed : {}) },
  );
}

/**
 * The `Location` of an action. Until the action ends, it answers 202 with the body `null`. Then it answers with the
 * result, which for a client profile is only a JSON string. After a deletion it answers 204 (recordings
 * net_fluent_vngw_create_update, SEMANTICS of generatevpnprofile).
 */
function operationResult(call: Call, operation: Operation): WireResponse {
  const headers = {
    'Azure-AsyncOperation': operationUrl(call, operation, 'operations'),
    Location: operationUrl(call, operation, 'operationResults'),
  };
  if (operation.status === 'InProgress') {
    return { ...json(202, null, { ...headers, 'Retry-After': '10' }) };
  }
  if (operation.error)
    throw new AzureError(400, operation.error.code, operation.error.message, { details: [] });
  if (operation.kind === 'delete') {
    return operation.namespace === 'Microsoft.Network'
      ? empty(204, { 'Content-Type': 'application/json; charset=utf-8', ...headers })
      : empty(200, { 'Content-Type': 'application/json' });
  }
  return json(200, operation.output ?? null, headers);
}
