/**
 * The durable engine: takes what arrives for an instance, runs its orchestrator function over the history, and carries
 * out its decisions. One turn at a time, in the order of arrival; activities run side by side.
 *
 * A decision is in the journal before it is carried out, and an activity's result is there before the orchestrator sees
 * it. So after a crash at any moment, activities and entity functions have run at least once, and everything else has
 * happened exactly once, also a change of an entity's state.
 */
import type { Clock } from '../../clock.ts';
import type { AppFunction, InvocationResponse } from '../functions-core.ts';
import type { Invocation } from '../invocation.ts';
import {
  type Decision,
  decide,
  functionNotFound,
  type Orchestration,
  type OrchestratorState,
} from './actions.ts';
import { activityFailed, activityInput, activityResult } from './activities.ts';
import { type Entity, type EntityRef, entityInstanceId, requestEventName } from './entities.ts';
import { entityRuns } from './entity-runs.ts';
import {
  EventType,
  type HistoryEvent,
  historyEvent,
  isEnded,
  type Message,
  type RuntimeStatus,
  StatusCode,
} from './history.ts';
import type { Instance, Start, Store, Turn } from './store.ts';
import { lateRun, type TaskQueues } from './task-queues.ts';

export interface DurableEngine {
  /** Starts an instance and returns its id. Throws {@link InstanceExists} or {@link BadStart}. */
  start(name: string, instanceId: string | undefined, input: string | null): string;
  /** Sends an event, or one of the commands, to an instance that has not ended. */
  send(instanceId: string, type: number, fields?: Partial<HistoryEvent>): void;
  purge(ids: string[]): void;
  /** An operation on an entity that a client asks for. Throws {@link BadEntity}. `input` is JSON text. */
  signal(entity: EntityRef, op: string, input: string | undefined): void;
  /** Undefined when nothing was ever sent to it. */
  entity(entity: EntityRef): Entity | undefined;
  entities(): Entity[];
  get(instanceId: string): Instance | undefined;
  all(): Instance[];
  /** How often orchestrator functions ran since the host started: all of them, or those of one instance. */
  replays(instanceId?: string): number;
  isIdle(): boolean;
  /** What is running, in words. */
  running(): string[];
  /** Continues where the journal ends. */
  resume(): void;
  /** Starts nothing more. What is running may still record how it ended. */
  stop(): void;
  /** Records nothing more. */
  kill(): void;
}

export class InstanceExists extends Error {}

/** The name or the instance id of an orchestration is not valid. */
export class BadStart extends Error {}

interface EngineHost {
  store: Store;
  clock: Clock;
  functions: Map<string, AppFunction>;
  queues: TaskQueues;
  /** When a host dies, the work that it took stays hidden for this many simulated milliseconds. */
  hidden: { control: number; workItem: number };
  maxConcurrentActivities: number;
  overridable: 'NonRunningStates' | 'AnyState';
  defaultVersion: string;
  newGuid(): string;
  call(fn: AppFunction, invocation: Omit<Invocation, 'invocationId'>): Promise<InvocationResponse>;
  /** Called whenever work has started or ended. */
  onChange(): void;
  onFailed(instance: Instance, reason: string): void;
  /** An operation of an entity has failed, or a whole batch. */
  onEntityError(instanceId: string, reason: string): void;
  /** The engine has stopped, because it cannot go on correctly. */
  onFatal(error: unknown): void;
}

interface ActivityTask {
  instanceId: string;
  executionId: string;
  id: number;
  name: string;
  input: string;
}

/**
 * What the extension tells durable-functions, with out-of-process schema V4 as its highest (`upperSchemaVersionNew`).
 */
const bindingConstants = {
  upperSchemaVersion: 1,
  upperSchemaVersionNew: 3,
  longRunningTimerIntervalDuration: '3.00:00:00',
  maximumShortTimerDuration: '6.00:00:00',
  defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
};

/**
 * The messages that a queue may deliver twice and late. Commands of clients are not among them, because a repeated
 * command starts no work a second time.
 */
const comesAgain: ReadonlySet<number> = new Set([
  EventType.TaskCompleted,
  EventType.TaskFailed,
  EventType.TimerFired,
  EventType.SubOrchestrationInstanceCompleted,
  EventType.SubOrchestrationInstanceFailed,
  EventType.EventRaised,
]);

/**
 * Whether an instance is left to newer code, as `versionMatchStrategy` `CurrentOrOlder` with `versionFailureStrategy`
 * `Reject` does. These are the defaults ("Orchestration versioning"). No version is older than any version.
 */
function isNewer(version: string | undefined, current: string): boolean {
  const parts = (text: string) => text.split('.').map(Number);
  const [its, ours] = [parts(version || '0'), parts(current || '0')];
  for (let at = 0; at < Math.max(its.length, ours.length); at++) {
    const difference = (its[at] ?? 0) - (ours[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/**
 * The separator between an error's message and the state of the orchestration which durable-functions attaches to it.
 */
const outOfProcData = '\n\n$OutOfProcData$:';

export function durableEngine(host: EngineHost): DurableEngine {
  const { store, clock } = host;
  const orchestrators = byLowerName(host.functions, 'orchestrationTrigger');
  const activities = byLowerName(host.functions, 'activityTrigger');
  const ready = new Set<string>();
  const waiting: ActivityTask[] = [];
  const runningActivities = new Set<ActivityTask>();
  const armed = new Map<Instance, Set<() => void>>();
  const onTheirWay = new Set<() => void>();
  const sent = new Map<string, number>();
  const replayCounts = new Map<string, number>();
  let turning: string | undefined;
  let isPumping = false;
  let isStopped = false;
  let isDead = false;

  const now = () => clock.now();
  const names = (functions: Map<string, AppFunction>) => [...functions.values()].map((fn) => fn.name);

  const makeReady = (instanceId: string) => {
    const instance = store.instances.get(instanceId);
    if (!instance || instance.inbox.length === 0 || isNewer(instance.version, host.defaultVersion)) return;
    ready.add(instanceId);
    void pump();
  };

  const deliver = (to: string, message: Message) => {
    store.commit({ at: now().toISOString(), t: 'message', to, message });
    arrive(to, message);
  };

  const afterwards = (milliseconds: number, action: () => void) => {
    const cancel = clock.after(milliseconds, () => {
      onTheirWay.delete(cancel);
      guarded(action);
    });
    onTheirWay.add(cancel);
  };

  /** A message in the task hub reaches its instance, perhaps late, and perhaps once more. */
  const arrive = (to: string, { event, executionId }: Message) => {
    if (isStopped || !comesAgain.has(event.EventType)) return makeReady(to);
    const count = sent.get(to) ?? 0;
    sent.set(to, count + 1);
    const id = `${to} ${count}`;
    const late = host.queues.late(id);
    if (late > 0) afterwards(late, () => makeReady(to));
    else makeReady(to);
    const again = host.queues.again(id);
    if (again === undefined) return;
    afterwards(late + again, () => {
      const message = {
        event: { ...event, Timestamp: now().toISOString() },
        ...(executionId && { executionId }),
      };
      store.commit({ at: now().toISOString(), t: 'message', to, message });
      makeReady(to);
    });
  };

  const armTimer = (instance: Instance, id: number, fireAt: string) => {
    if (isStopped) return;
    const { executionId, instanceId } = instance;
    const handles = armed.get(instance) ?? new Set();
    armed.set(instance, handles);
    const due = new Date(fireAt).getTime() - host.queues.early(`${instanceId} ${id} ${fireAt}`);
    const cancel = clock.after(due - now().getTime(), () => {
      handles.delete(cancel);
      guarded(() => {
        const event = historyEvent(EventType.TimerFired, now(), { TimerId: id, FireAt: fireAt });
        deliver(instanceId, { event, executionId });
      });
    });
    handles.add(cancel);
  };

  const disarm = (instance: Instance) => {
    for (const cancel of armed.get(instance) ?? []) cancel();
    armed.delete(instance);
  };

  const schedule = (instance: Instance, id: number, activity: { name: string; input: string }) => {
    waiting.push({ instanceId: instance.instanceId, executionId: instance.executionId, id, ...activity });
    runActivities();
  };

  const runActivities = () => {
    while (!isStopped && runningActivities.size < host.maxConcurrentActivities && waiting.length > 0) {
      runWhole(waiting.shift()!);
    }
  };

  const runWhole = (task: ActivityTask, runs = host.queues.activity(task.name)) => {
    runningActivities.add(task);
    const answered = (event: HistoryEvent) =>
      guarded(() => deliver(task.instanceId, { event, executionId: task.executionId }));
    const run = async () => {
      if (runs === 'answer lost') await runActivity(task);
      const other = runs === 'side by side' ? runActivity(task).then(answered) : undefined;
      answered(await runActivity(task));
      await other;
      if (runs === 'late') afterwards(lateRun, () => runWhole({ ...task }, 'once'));
    };
    void run()
      .catch(fatal)
      .finally(() => {
        runningActivities.delete(task);
        runActivities();
        host.onChange();
      });
  };

  const runActivity = async ({ instanceId, id, name, input }: ActivityTask): Promise<HistoryEvent> => {
    const fn = activities.get(name.toLowerCase());
    if (!fn)
      return activityFailed(now(), id, name, functionNotFound(name, 'activity', names(activities)), '');
    try {
      const response = await host.call(fn, {
        inputData: [{ name: fn.triggerName, data: activityInput(input) }],
        triggerMetadata: { instanceId: { string: instanceId } },
      });
      return historyEvent(EventType.TaskCompleted, now(), {
        TaskScheduledId: id,
        Result: activityResult(response.returnValue),
      });
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      return activityFailed(now(), id, fn.name, ` ${message}`, stack ?? '');
    }
  };

  const pump = async () => {
    if (isPumping) return;
    isPumping = true;
    for (const instanceId of ready) {
      if (isStopped) break;
      ready.delete(instanceId);
      const instance = store.instances.get(instanceId);
      if (!instance || instance.inbox.length === 0) continue;
      turning = instanceId;
      try {
        await takeTurn(instance);
      } catch (error) {
        fatal(error);
        break;
      } finally {
        turning = undefined;
      }
      makeReady(instanceId);
      host.onChange();
    }
    isPumping = false;
    host.onChange();
  };

  const takeTurn = async (instance: Instance) => {
    const consumed = instance.inbox.length;
    const at = now();
    const arrived = [
      historyEvent(EventType.OrchestratorStarted, at),
      ...instance.inbox.slice(0, consumed).map(({ event }) => event),
    ];
    replayCounts.set(instance.instanceId, (replayCounts.get(instance.instanceId) ?? 0) + 1);
    const orchestration: Orchestration = {
      name: instance.name,
      instanceId: instance.instanceId,
      executionId: instance.executionId,
      parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId,
      hasActivity: (name) => activities.has(name.toLowerCase()),
      hasOrchestrator: (name) => orchestrators.has(name.toLowerCase()),
      hasEntity: entities.has,
      activityNames: () => names(activities),
      orchestratorNames: () => names(orchestrators),
      entityNames: entities.names,
    };
    const { state, systemError } = await runOrchestrator(instance, arrived);
    // When the instance was replaced or purged meanwhile, or this host was killed, the turn is dropped.
    if (isDead || store.instances.get(instance.instanceId) !== instance) return;

    const decisions = decide(orchestration, instance.history, arrived, state, systemError);
    const turn = turnOf(instance, consumed, arrived, decisions, state?.customStatus);
    const before = instance.executionId;
    store.commit({ at: now().toISOString(), t: 'turn', turn });

    if (turn.status === 'Failed') host.onFailed(instance, turn.output ?? '');
    if (isEnded(turn.status) || instance.executionId !== before) disarm(instance);
    for (const { id, fireAt } of turn.timers) if (instance.timers.has(id)) armTimer(instance, id, fireAt);
    for (const { id, ...activity } of turn.activities) schedule(instance, id, activity);
    for (const start of turn.starts) makeReady(start.instanceId);
    for (const { to, message } of turn.messages) arrive(to, message);
    for (const decision of decisions) if (decision.kind === 'request') entities.wake(decision.to);
    // Without this, an orchestration that uses `continueAsNew` and never waits would block everything else.
    if (turn.next) await new Promise(setImmediate);
  };

  const runOrchestrator = async (
    instance: Instance,
    arrived: HistoryEvent[],
  ): Promise<{ state: OrchestratorState | undefined; systemError: string }> => {
    const fn = orchestrators.get(instance.name.toLowerCase());
    if (!fn)
      return {
        state: undefined,
        systemError: functionNotFound(instance.name, 'orchestrator', names(orchestrators)),
      };
    const binding = {
      history: [...instance.history, ...arrived.map((event) => ({ ...event }))],
      input: instance.input === null ? null : JSON.parse(instance.input),
      instanceId: instance.instanceId,
      isReplaying: instance.history.length > 0,
      parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId ?? null,
      ...bindingConstants,
    };
    // An `int` is the only kind of typed data that reaches a handler without a change. In Azure this is a JSON text,
    // parsed at each turn. Doing that here with every event of every history would take most of the time.
    const data = { int: binding as unknown as number };
    try {
      const response = await host.call(fn, { inputData: [{ name: fn.triggerName, data }] });
      const returned = response.returnValue?.json;
      return {
        state: returned === undefined ? undefined : JSON.parse(returned),
        systemError: 'the function returned nothing.',
      };
    } catch (error) {
      const { message } = error as Error;
      const label = message.indexOf(outOfProcData);
      const state = label === -1 ? undefined : JSON.parse(message.slice(label + outOfProcData.length));
      return { state, systemError: message };
    }
  };

  const turnOf = (
    instance: Instance,
    consumed: number,
    arrived: HistoryEvent[],
    decisions: Decision[],
    customStatus: unknown,
  ): Turn => {
    const at = now();
    const turn: Turn = {
      instanceId: instance.instanceId,
      consumed,
      history: arrived.map((event) => ({
        ...event,
        IsPlayed: event.EventType !== EventType.OrchestratorStarted,
      })),
      status: statusAfter(instance.status, arrived),
      customStatus:
        customStatus === undefined || customStatus === null
          ? instance.customStatus
          : JSON.stringify(customStatus),
      output: null,
      activities: [],
      timers: [],
      starts: [],
      messages: [],
    };
    for (const decision of decisions) carryOut(decision, instance, turn, at);
    turn.history.push(historyEvent(EventType.OrchestratorCompleted, at));
    return turn;
  };

  const carryOut = (decision: Decision, instance: Instance, turn: Turn, at: Date) => {
    const add = (type: number, fields: Partial<HistoryEvent>) => {
      turn.history.push(historyEvent(type, at, { EventId: decision.id, ...fields }));
    };
    const own = { InstanceId: instance.instanceId, ExecutionId: instance.executionId };
    switch (decision.kind) {
      case 'activity': {
        const { id, name, input } = decision;
        add(EventType.TaskScheduled, { Name: name, Version: '', Input: null });
        turn.activities.push({ id, name, input: JSON.stringify([input ?? null]) });
        break;
      }
      case 'timer': {
        const fireAt = new Date(decision.fireAt).toISOString();
        add(EventType.TimerCreated, { FireAt: fireAt });
        turn.timers.push({ id: decision.id, fireAt });
        break;
      }
      case 'subOrchestration': {
        const { id, name, instanceId, input } = decision;
        add(EventType.SubOrchestrationInstanceCreated, {
          Name: name,
          Version: '',
          InstanceId: instanceId,
          Input: null,
        });
        const existing = store.instances.get(instanceId);
        if (
          (existing && !isEnded(existing.status)) ||
          turn.starts.some((start) => start.instanceId === instanceId)
        ) {
          // Azure Storage leaves both instances in an undefined state. Here the caller gets an error.
          const Reason = `An Orchestration instance with the status ${existing?.status ?? 'Pending'} already exists.`;
          const event = historyEvent(EventType.SubOrchestrationInstanceFailed, at, {
            TaskScheduledId: id,
            Reason,
            Details: `Instance id '${instanceId}'.`,
          });
          turn.messages.push({ to: own.InstanceId, message: { event, executionId: own.ExecutionId } });
        } else {
          turn.starts.push({
            instanceId,
            executionId: host.newGuid(),
            name: orchestrators.get(name.toLowerCase())!.name,
            input: JSON.stringify(input ?? null),
            version: host.defaultVersion,
            parent: { Name: instance.name, OrchestrationInstance: own, TaskScheduleId: id, Version: '' },
          });
        }
        break;
      }
      case 'request': {
        const { to, request } = decision;
        add(EventType.EventSent, {
          InstanceId: to,
          Name: requestEventName(request),
          Input: JSON.stringify(request),
        });
        break;
      }
      case 'continueAsNew':
        turn.next = {
          executionId: host.newGuid(),
          input: JSON.stringify(decision.input ?? null),
          carryOver: decision.carryOver,
        };
        break;
      case 'end': {
        const { status, result, details } = decision;
        add(EventType.ExecutionCompleted, { OrchestrationStatus: StatusCode[status], Result: result });
        turn.status = status;
        turn.output = result;
        if (instance.parent) turn.messages.push(toParent(instance.parent, status, result, details, at));
        break;
      }
    }
  };

  const stop = () => {
    isStopped = true;
    entities.stop();
    for (const instance of armed.keys()) disarm(instance);
    for (const cancel of onTheirWay) cancel();
    onTheirWay.clear();
  };

  const fatal = (error: unknown) => {
    isDead = true;
    stop();
    host.onFatal(error);
  };

  const guarded = (action: () => void) => {
    if (isDead) return;
    try {
      action();
    } catch (error) {
      fatal(error);
    }
  };

  const entities = entityRuns({
    store,
    clock,
    functions: byLowerName(host.functions, 'entityTrigger'),
    newGuid: host.newGuid,
    call: host.call,
    guarded,
    onMessage: makeReady,
    onChange: host.onChange,
    onError: host.onEntityError,
  });

  return {
    start(name, instanceId, input) {
      const fn = orchestrators.get(name.toLowerCase());
      if (!fn) throw new BadStart(functionNotFound(name, 'orchestrator', names(orchestrators)));
      const id = instanceId || host.newGuid();
      checkInstanceId(id);
      const existing = store.instances.get(id);
      if (existing && !isEnded(existing.status) && host.overridable === 'NonRunningStates') {
        throw new InstanceExists(
          `An Orchestration instance with the status ${existing.status} already exists.`,
        );
      }
      if (existing) disarm(existing);
      const start: Start = {
        instanceId: id,
        executionId: host.newGuid(),
        name: fn.name,
        input,
        parent: null,
        version: host.defaultVersion,
      };
      store.commit({ at: now().toISOString(), t: 'start', start });
      makeReady(id);
      return id;
    },
    send(instanceId, type, fields) {
      deliver(instanceId, { event: historyEvent(type, now(), fields) });
    },
    purge(ids) {
      for (const id of ids) {
        const instance = store.instances.get(id);
        if (instance) disarm(instance);
        ready.delete(id);
      }
      store.commit({ at: now().toISOString(), t: 'purge', ids });
    },
    signal: entities.signal,
    entity: (ref) => store.entities.get(entityInstanceId(ref)),
    entities: () => [...store.entities.values()],
    get: (instanceId) => store.instances.get(instanceId),
    all: () => [...store.instances.values()],
    replays: (instanceId) =>
      instanceId === undefined
        ? [...replayCounts.values()].reduce((sum, count) => sum + count, 0)
        : (replayCounts.get(instanceId) ?? 0),
    isIdle: () =>
      turning === undefined &&
      runningActivities.size === 0 &&
      entities.isIdle() &&
      (isStopped || (ready.size === 0 && waiting.length === 0)),
    running: () => [
      ...[...runningActivities].map(({ name, instanceId }) => `activity ${name} of ${instanceId}`),
      ...entities.running(),
      ...(turning === undefined ? [] : [`orchestration ${turning}`]),
    ],
    resume() {
      // When a host dies, the messages that it had taken from the queues stay hidden from the next host for a time.
      let taken = 0;
      for (const instance of store.instances.values()) {
        const { instanceId } = instance;
        for (const [id, fireAt] of instance.timers) armTimer(instance, id, fireAt);
        for (const [id, activity] of instance.activities) {
          if (store.wasLeft && taken++ < host.maxConcurrentActivities)
            afterwards(host.hidden.workItem, () => schedule(instance, id, activity));
          else schedule(instance, id, activity);
        }
        if (store.wasLeft && instance.inbox.length > 0)
          afterwards(host.hidden.control, () => makeReady(instanceId));
        else makeReady(instanceId);
      }
      entities.resume();
    },
    stop,
    kill() {
      isDead = true;
      stop();
    },
  };
}

function byLowerName(functions: Map<string, AppFunction>, triggerType: string): Map<string, AppFunction> {
  const fitting = [...functions.values()].filter((fn) => fn.trigger.type === triggerType);
  return new Map(fitting.map((fn) => [fn.name.toLowerCase(), fn]));
}

/** The rules of `DurableClient.StartNewAsync`. */
function checkInstanceId(id: string): void {
  if (id.startsWith('@')) throw new BadStart('Orchestration instance ids must not start with @.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule forbids
  if (/[/\\#?\u0000-\u001f\u007f]/.test(id)) {
    throw new BadStart('Orchestration instance ids must not contain /, \\, #, ?, or control characters.');
  }
  if (id.length > 100) throw new BadStart('Instance ID lengths must not exceed 100 characters.');
}

function statusAfter(status: RuntimeStatus, arrived: HistoryEvent[]): RuntimeStatus {
  let next: RuntimeStatus = status === 'Pending' ? 'Running' : status;
  for (const { EventType: type } of arrived) {
    if (type === EventType.ExecutionSuspended) next = 'Suspended';
    if (type === EventType.ExecutionResumed) next = 'Running';
  }
  return next;
}

function toParent(
  parent: NonNullable<Instance['parent']>,
  status: 'Completed' | 'Failed' | 'Terminated',
  result: string | null,
  details: string | undefined,
  at: Date,
): { to: string; message: Message } {
  const { InstanceId, ExecutionId } = parent.OrchestrationInstance;
  const TaskScheduledId = parent.TaskScheduleId;
  const event =
    status === 'Completed'
      ? historyEvent(EventType.SubOrchestrationInstanceCompleted, at, { TaskScheduledId, Result: result })
      : historyEvent(EventType.SubOrchestrationInstanceFailed, at, {
          TaskScheduledId,
          Reason: result,
          Details: details ?? null,
          FailureDetails: null,
        });
  return { to: InstanceId, message: { event, executionId: ExecutionId } };
}
