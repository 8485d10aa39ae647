/**
 * What a task hub knows: instances, their histories, and the work that is still to be done for them. Only records
 * change it, and a record is in the journal before it is applied. Applying the journal's records again gives the same
 * task hub.
 */

import type { Journal } from '../journal.ts';
import type { ScheduleStatus } from '../triggers/timers.ts';
import {
  applyBatch,
  type Batch,
  type Entity,
  type RequestMessage,
  receiveDue,
  receiveRequest,
  sentRequests,
} from './entities.ts';
import {
  EventType,
  type HistoryEvent,
  historyEvent,
  isEnded,
  type Message,
  type ParentRef,
  type RuntimeStatus,
} from './history.ts';

export interface Instance {
  instanceId: string;
  /** Changes with `continueAsNew`, and when an ended instance is started again with its id. */
  executionId: string;
  name: string;
  /** JSON text, as are `output` (unless the instance failed or was terminated: plain text) and `customStatus`. */
  input: string | null;
  output: string | null;
  customStatus: string | null;
  parent: ParentRef | null;
  /** The version of the code that started it. No version is older than any version. */
  version?: string;
  status: RuntimeStatus;
  createdTime: string;
  lastUpdatedTime: string;
  history: HistoryEvent[];
  /** UTF-8 bytes of the history's events as JSON. */
  historyBytes: number;
  /** What arrived since the last turn. */
  inbox: Message[];
  /** Scheduled and not yet ended. An input is the JSON text of an array with one entry. */
  activities: Map<number, { name: string; input: string }>;
  /** Created and not yet fired, in simulated time. */
  timers: Map<number, string>;
}

export interface Start {
  instanceId: string;
  executionId: string;
  name: string;
  input: string | null;
  parent: ParentRef | null;
  version?: string;
}

export type StoreRecord = { at: string } & (
  | { t: 'open'; epoch: number }
  | { t: 'closed' }
  | { t: 'instance'; instance: Snapshot }
  | { t: 'start'; start: Start }
  | { t: 'message'; to: string; message: Message }
  | { t: 'turn'; turn: Turn }
  | { t: 'entity'; entity: Entity }
  | { t: 'request'; to: string; request: RequestMessage }
  | { t: 'due'; to: string; id: string }
  | { t: 'batch'; batch: Batch }
  | { t: 'purge'; ids: string[] }
  | { t: 'schedule'; name: string; status: ScheduleStatus }
);

/** The outcome of one run of an orchestrator function, complete or not at all. */
export interface Turn {
  instanceId: string;
  /** How many messages of the inbox it has read. */
  consumed: number;
  history: HistoryEvent[];
  status: RuntimeStatus;
  customStatus: string | null;
  output: string | null;
  activities: { id: number; name: string; input: string }[];
  timers: { id: number; fireAt: string }[];
  starts: Start[];
  messages: { to: string; message: Message }[];
  /** `continueAsNew`: the next execution begins with an empty history and these events. */
  next?: { executionId: string; input: string | null; carryOver: HistoryEvent[] };
}

type Snapshot = Omit<Instance, 'historyBytes' | 'activities' | 'timers'> & {
  activities: [number, { name: string; input: string }][];
  timers: [number, string][];
};

export interface Store {
  readonly instances: Map<string, Instance>;
  readonly entities: Map<string, Entity>;
  readonly schedules: Map<string, ScheduleStatus>;
  /** How often this task hub has been opened. */
  readonly epoch: number;
  /** Whether the host before died while it had work. */
  readonly wasLeft: boolean;
  commit(record: StoreRecord): void;
}

/** Reads the journal, compacts it, and continues. Compacts it again when most of it has been replaced. */
export function openStore(journal: Journal, now: Date): Store {
  const instances = new Map<string, Instance>();
  const entities = new Map<string, Entity>();
  const schedules = new Map<string, ScheduleStatus>();
  let epoch = 0;

  const apply = (record: StoreRecord) => {
    switch (record.t) {
      case 'open':
        epoch = record.epoch;
        break;
      case 'instance':
        instances.set(record.instance.instanceId, fromSnapshot(record.instance));
        break;
      case 'start':
        instances.set(record.start.instanceId, created(record.start, record.at));
        break;
      case 'message':
        receive(instances.get(record.to), record.message);
        break;
      case 'turn':
        applyTurn(instances, record.turn, record.at);
        for (const { to, request } of sentRequests(record.turn.history))
          receiveRequest(entities, to, request, record.at);
        break;
      case 'entity':
        entities.set(record.entity.instanceId, record.entity);
        break;
      case 'request':
        receiveRequest(entities, record.to, record.request, record.at);
        break;
      case 'due':
        receiveDue(entities.get(record.to), record.id);
        break;
      case 'batch': {
        const { batch } = record;
        applyBatch(entities.get(batch.instanceId)!, batch, record.at);
        for (const { to, message } of batch.answers) receive(instances.get(to), message);
        for (const { to, request } of batch.signals) receiveRequest(entities, to, request, record.at);
        break;
      }
      case 'purge':
        for (const id of record.ids) instances.delete(id);
        break;
      case 'schedule':
        schedules.set(record.name, record.status);
        break;
    }
  };

  const compact = (at: string) => {
    const records: StoreRecord[] = [
      { at, t: 'open', epoch },
      ...[...instances.values()].map(
        (instance): StoreRecord => ({
          at: instance.lastUpdatedTime,
          t: 'instance',
          instance: toSnapshot(instance),
        }),
      ),
      ...[...entities.values()].map((entity): StoreRecord => ({ at, t: 'entity', entity })),
      ...[...schedules].map(([name, status]): StoreRecord => ({ at, t: 'schedule', name, status })),
    ];
    journal.rewrite(records.map((record) => JSON.stringify(record)));
  };

  let wasLeft = false;
  for (const line of journal.lines) {
    const record = JSON.parse(line) as StoreRecord;
    apply(record);
    wasLeft = record.t !== 'closed';
  }
  epoch++;
  compact(now.toISOString());
  return {
    instances,
    entities,
    schedules,
    epoch,
    wasLeft,
    commit(record) {
      journal.append(JSON.stringify(record));
      apply(record);
      if (journal.outgrown()) compact(record.at);
    },
  };
}

function created(start: Start, at: string): Instance {
  return {
    ...start,
    status: 'Pending',
    createdTime: at,
    lastUpdatedTime: at,
    customStatus: null,
    output: null,
    history: [],
    historyBytes: 0,
    inbox: [{ event: executionStarted(start, at), executionId: start.executionId }],
    activities: new Map(),
    timers: new Map(),
  };
}

function executionStarted(start: Start, at: string): HistoryEvent {
  return historyEvent(EventType.ExecutionStarted, new Date(at), {
    OrchestrationInstance: { InstanceId: start.instanceId, ExecutionId: start.executionId },
    ParentInstance: start.parent,
    Name: start.name,
    Version: start.version ?? '',
    Input: start.input,
    Tags: null,
  });
}

function receive(instance: Instance | undefined, message: Message): void {
  if (!instance || (message.executionId !== undefined && message.executionId !== instance.executionId))
    return;
  const { EventType: type, TaskScheduledId, TimerId } = message.event;
  if (type === EventType.TaskCompleted || type === EventType.TaskFailed)
    instance.activities.delete(TaskScheduledId!);
  if (type === EventType.TimerFired) instance.timers.delete(TimerId!);
  if (!isEnded(instance.status)) instance.inbox.push(message);
}

function applyTurn(instances: Map<string, Instance>, turn: Turn, at: string): void {
  const instance = instances.get(turn.instanceId);
  if (!instance) return;
  instance.inbox.splice(0, turn.consumed);
  instance.status = turn.status;
  instance.customStatus = turn.customStatus;
  instance.output = turn.output;
  instance.lastUpdatedTime = at;
  if (turn.next) {
    const { executionId, input, carryOver } = turn.next;
    Object.assign(instance, { executionId, input });
    instance.history = [];
    instance.historyBytes = 0;
    instance.activities.clear();
    instance.timers.clear();
    instance.inbox = [
      { event: executionStarted(instance, at), executionId },
      ...carryOver.map((event) => ({ event })),
      ...instance.inbox.filter((message) => message.executionId === undefined),
    ];
  } else {
    for (const event of turn.history) {
      instance.history.push(event);
      instance.historyBytes += bytes(event);
    }
    for (const { id, name, input } of turn.activities) instance.activities.set(id, { name, input });
    for (const { id, fireAt } of turn.timers) instance.timers.set(id, fireAt);
  }
  if (isEnded(instance.status)) {
    instance.inbox = [];
    instance.timers.clear();
  }
  for (const start of turn.starts) instances.set(start.instanceId, created(start, at));
  for (const { to, message } of turn.messages) receive(instances.get(to), message);
}

function toSnapshot({ historyBytes: _, activities, timers, ...instance }: Instance): Snapshot {
  return { ...instance, activities: [...activities], timers: [...timers] };
}

function fromSnapshot(snapshot: Snapshot): Instance {
  return {
    ...snapshot,
    historyBytes: snapshot.history.reduce((sum, event) => sum + bytes(event), 0),
    activities: new Map(snapshot.activities),
    timers: new Map(snapshot.timers),
  };
}

function bytes(event: HistoryEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}
