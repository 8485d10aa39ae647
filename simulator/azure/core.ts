import type { Clock } from '../clock.ts';
import type { NpsHost } from '../nps/host.ts';
import { parsedJson } from '../parsed-json.ts';
import type { FaultEffect } from './faults.ts';
import type { AzureSettings } from './settings.ts';
import { AzureError, isObject, type JsonObject, type WireRequest } from './wire/messages.ts';
import { type AzureWorld, newGuid, type Operation, type OperationKind } from './world.ts';

/** What an operation's end does to the world. */
export type OperationEnding = (core: Core, operation: Operation) => void | Promise<void>;

export interface Caller {
  objectId: string;
  clientId: string;
}

/** What every service works on. */
export interface Core {
  clock: Clock;
  world: AzureWorld;
  settings: AzureSettings;
  npsHosts: ReadonlyMap<string, NpsHost>;
  /** An operation ended, or a synchronous write succeeded: informs the subscribers of events. */
  notify(change: ResourceChange): void;
  /** Called when a script has ended and the world holds its answer. */
  scriptEnded(): void;
  /** Scripts that are running, by operation id: a poll waits for the real run before it answers. */
  scripts: Map<string, Promise<void>>;
  /** From a resource id in lower case to the id of the operation that holds it. */
  locks: Map<string, string>;
  /** What happens when an operation ends, by its kind. */
  endings: Readonly<Record<OperationKind, OperationEnding>>;
}

export interface ResourceChange {
  id: string;
  action: string;
  status: 'Succeeded' | 'Failed';
  correlationId: string;
  callerId: string;
}

/** One request after it was read. */
export interface Call {
  core: Core;
  request: WireRequest;
  method: string;
  url: URL;
  apiVersion: string;
  caller: Caller;
  requestId: string;
  correlationId: string;
  /** The effect of a fault on the operation that this request starts. */
  fault: FaultEffect | undefined;
}

/** The request's body as an object. Code and sentence are ARM's (InvalidRequestContent). */
export function bodyOf(call: Call): JsonObject {
  const body = parsedJson(call.request.body);
  if (isObject(body)) return body;
  throw new AzureError(
    400,
    'InvalidRequestContent',
    "The request content was invalid and could not be deserialized: 'the body must be a JSON object'.",
  );
}

export const timestamp = (core: Core): string => core.clock.now().toISOString();
export const nextGuid = (core: Core): string => newGuid(core.world);
export const nextEtag = (core: Core): string => `W/"${newGuid(core.world)}"`;

export function later(from: string, seconds: number): string {
  return new Date(new Date(from).getTime() + seconds * 1000).toISOString();
}

/** The running operation that holds one of these ids, if there is one. */
export function holding(core: Core, ids: string[]): Operation | undefined {
  for (const id of ids) {
    const operation = core.world.operations.get(core.locks.get(id.toLowerCase()) ?? '');
    if (operation) return operation;
  }
  return undefined;
}
