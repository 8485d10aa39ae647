/**
 * Durable entities as a task hub keeps them: their state, the messages sent to them, and the messages between
 * orchestrations and entities (`RequestMessage`, `ResponseMessage` of azure-functions-durable-extension).
 *
 * An entity is addressed like an instance, by `@name@key`. The name is changed to lower case, the key is not.
 */
import { EventType, type HistoryEvent, historyEvent, type Message } from './history.ts';

export interface Entity {
  instanceId: string;
  /** False until an operation has set a state or returned something, and again after `destructOnExit`. */
  exists: boolean;
  /** JSON text. */
  state: string | null;
  /** Operations in the order of their arrival. */
  inbox: RequestMessage[];
  /** Signals whose time has not come yet. */
  scheduled: RequestMessage[];
  createdTime: string;
  lastUpdatedTime: string;
}

export interface RequestMessage {
  op: string;
  /** Nobody waits for an answer. */
  signal?: true;
  /** JSON text. */
  input?: string;
  id: string;
  /** The asking instance, unless it is a client. The answer is only for this execution. */
  parent?: string;
  parentExecution?: string;
  /** Not before this time. */
  due?: string;
  /**
   * Azure Storage, which may deliver messages twice and in any order, sorts them by these two. Here they are only
   * shown.
   */
  Timestamp?: string;
  Predecessor?: string;
}

/** The outcome of one run of an entity function, complete or not at all: its state and its answers. */
export interface Batch {
  instanceId: string;
  /** How many messages of the inbox it has read. */
  consumed: number;
  exists: boolean;
  state: string | null;
  answers: { to: string; message: Message }[];
  signals: { to: string; request: RequestMessage }[];
}

export interface EntityRef {
  name: string;
  key: string;
}

export function entityInstanceId({ name, key }: EntityRef): string {
  return `@${name.toLowerCase()}@${key}`;
}

export function entityRef(instanceId: string): EntityRef {
  const end = instanceId.indexOf('@', 1);
  return { name: instanceId.slice(1, end), key: instanceId.slice(end + 1) };
}

/** The name of the event that carries a request. */
export function requestEventName({ due }: RequestMessage): string {
  return due === undefined ? 'op' : `op@${due}`;
}

/** What a caller waits for: an event with the name of its request. `result` is JSON text. */
export function answer(
  request: RequestMessage,
  result: string | undefined,
  isError: boolean,
  at: Date,
): { to: string; message: Message } {
  const response = { result: result ?? null, ...(isError && { exceptionType: 'Error' }) };
  const event = historyEvent(EventType.EventRaised, at, {
    Name: request.id,
    Input: JSON.stringify(response),
  });
  return { to: request.parent!, message: { event, executionId: request.parentExecution! } };
}

export function receiveRequest(
  entities: Map<string, Entity>,
  to: string,
  request: RequestMessage,
  at: string,
): void {
  let entity = entities.get(to);
  if (!entity) {
    const times = { createdTime: at, lastUpdatedTime: at };
    entity = { instanceId: to, exists: false, state: null, inbox: [], scheduled: [], ...times };
    entities.set(to, entity);
  }
  if (request.due !== undefined && request.due > at) entity.scheduled.push(request);
  else entity.inbox.push(request);
}

/** The requests among the events of a turn. They exist nowhere else. */
export function sentRequests(history: readonly HistoryEvent[]): { to: string; request: RequestMessage }[] {
  return history
    .filter((event) => event.EventType === EventType.EventSent)
    .map(({ InstanceId, Input }) => ({ to: InstanceId!, request: JSON.parse(Input!) as RequestMessage }));
}

/** The time of a scheduled signal has come. */
export function receiveDue(entity: Entity | undefined, id: string): void {
  const index = entity?.scheduled.findIndex((request) => request.id === id) ?? -1;
  if (index !== -1) entity!.inbox.push(...entity!.scheduled.splice(index, 1));
}

/** The store must deliver its answers and signals. */
export function applyBatch(entity: Entity, batch: Batch, at: string): void {
  entity.inbox.splice(0, batch.consumed);
  entity.exists = batch.exists;
  entity.state = batch.state;
  entity.lastUpdatedTime = at;
}
