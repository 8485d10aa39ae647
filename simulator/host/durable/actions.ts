/**
 * What an orchestration does next, decided from its history and from the actions which its function returned.
 *
 * The function has run with the whole history and has returned every action since the beginning. The durable extension
 * then plays the actions over the history once more, in .NET. Each action waits until the one before has settled.
 * Actions that are not in the history are new. This file does that second play: `OutOfProcOrchestrationShim` and
 * `DurableOrchestrationContext` of azure-functions-durable-extension over `TaskOrchestrationContext`,
 * `TaskOrchestrationExecutor` and `RetryInterceptor` of durabletask. It has consequences that an app meets in Azure
 * too, and therefore here:
 *
 * - an action that is listed twice (a task in two `Task.any` or `Task.all`) is scheduled twice;
 * - an orchestration ends only when every task it scheduled has ended: a timer that lost its race must be cancelled,
 *   and after a failure in `Task.all` the orchestration waits for the other tasks, although the function has continued;
 * - a history that does not fit the actions fails the instance ("Non-Deterministic workflow detected");
 * - the newest waiter for an event gets it; events that nobody waits for are kept; names compare without case here, but
 *   durable-functions itself compares them exactly; `continueAsNew` drops events that were kept and never waited for.
 *
 * One difference from Azure is on purpose. An unknown activity or sub-orchestration, a sub-orchestration with its
 * parent's id, and an action that is not imitated fail the instance with a clear message. In Azure the instance hangs,
 * or something worse happens.
 */
import { createHash } from 'node:crypto';
import { entityRef, type RequestMessage } from './entities.ts';
import { EventType, type HistoryEvent } from './history.ts';

/** An action as durable-functions returns it, after it was written as JSON and read again. */
export interface Action {
  actionType: number;
  functionName?: string;
  input?: unknown;
  instanceId?: string | null;
  fireAt?: string;
  isCanceled?: boolean;
  /** For an entity. */
  operation?: string;
  externalEventName?: string;
  retryOptions?: RetryOptions;
  compoundActions?: Action[];
}

interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}

/** What the function returned. When it failed, this was attached to its error. */
export interface OrchestratorState {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
  error?: string;
  customStatus?: unknown;
  schemaVersion: number;
}

export type Decision =
  | { kind: 'activity'; id: number; name: string; input: unknown }
  /** `fireAt` is milliseconds since 1970. */
  | { kind: 'timer'; id: number; fireAt: number }
  | { kind: 'subOrchestration'; id: number; name: string; instanceId: string; input: unknown }
  | { kind: 'request'; id: number; to: string; request: RequestMessage }
  | {
      kind: 'end';
      id: number;
      status: 'Completed' | 'Failed' | 'Terminated';
      result: string | null;
      details?: string;
    }
  | { kind: 'continueAsNew'; id: number; input: unknown; carryOver: HistoryEvent[] };

export interface Orchestration {
  name: string;
  instanceId: string;
  executionId: string;
  parentInstanceId: string | undefined;
  /** Whether the app has such a function. Sub-orchestrations and activities are looked up by name without case. */
  hasActivity(name: string): boolean;
  hasOrchestrator(name: string): boolean;
  hasEntity(name: string): boolean;
  activityNames(): string[];
  orchestratorNames(): string[];
  entityNames(): string[];
}

/** `MaximumDelayTime` and `LongRunningTimerIntervalLength` of the Azure Storage provider. */
const longestTimerDays = 6;
const longTimerLegDays = 3;
const day = 24 * 3600_000;

const actionNames: Record<number, string> = {
  8: 'callHttp',
  13: 'lock',
  14: 'releaseLock',
};

const dotNetNames: Record<Decision['kind'], string> = {
  activity: 'ScheduleTaskOrchestratorAction',
  timer: 'CreateTimerOrchestratorAction',
  subOrchestration: 'CreateSubOrchestrationAction',
  request: 'SendEventOrchestratorAction',
  end: 'OrchestrationCompleteOrchestratorAction',
  continueAsNew: 'OrchestrationCompleteOrchestratorAction',
};

class NonDeterminism extends Error {
  constructor(message: string) {
    super(`Non-Deterministic workflow detected: ${message}`);
  }
}

/** A task that settles at once, synchronously: what follows happens within the event that settled it. */
class Task {
  isSettled = false;
  isFailed = false;
  #waiting: (() => void)[] = [];

  settle(isFailed = false): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.isFailed = isFailed;
    for (const next of this.#waiting.splice(0)) next();
  }

  whenSettled(next: () => void): void {
    if (this.isSettled) next();
    else this.#waiting.push(next);
  }
}

const done = () => {
  const task = new Task();
  task.settle();
  return task;
};

/**
 * The decisions of one turn, in the order of their ids. `past` has been decided before, `arrived` is new. `state`
 * undefined means that the function itself could not be run, because of `systemError`.
 */
export function decide(
  orchestration: Orchestration,
  past: readonly HistoryEvent[],
  arrived: readonly HistoryEvent[],
  state: OrchestratorState | undefined,
  systemError?: string,
): Decision[] {
  const { name } = orchestration;
  let pending = new Map<number, Decision>();
  const open = new Map<number, Task>();
  const waiters = new Map<string, Task[]>();
  const kept = new Map<string, number>();
  const carryOver: HistoryEvent[] = [];
  let nextId = 0;
  let requests = 0;
  const lastSent = new Map<string, string>();
  let now = 0;
  let continued: { input: unknown } | undefined;
  let result: { failure?: string; details?: string; output?: string | null } | undefined;
  let hasEnded = false;
  let isSuspended = false;
  let suspendedActions = new Map<number, Decision>();
  let suspendedEvents: HistoryEvent[] = [];

  const schedule = (decision: Decision): Task => {
    const task = new Task();
    pending.set(decision.id, decision);
    open.set(decision.id, task);
    return task;
  };

  const timer = (fireAt: number): { id: number; task: Task } => {
    const id = nextId++;
    return { id, task: schedule({ kind: 'timer', id, fireAt }) };
  };

  /** Only a timer that is made of several looks at the clock. Any other timer has ended when it fires, early or not. */
  const cancelable = (fireAt: number, isCanceled: boolean): Task => {
    const whole = new Task();
    const isLong = fireAt - now > longestTimerDays * day;
    const leg = (until: number) => {
      const { id, task } = timer(until);
      task.whenSettled(() => {
        if (task.isFailed || !isLong || now >= fireAt) whole.settle(task.isFailed);
        else leg(Math.min(fireAt, now + longTimerLegDays * day));
      });
      if (isCanceled && !task.isSettled) {
        open.delete(id);
        task.settle(true);
      }
    };
    leg(isLong ? now + longTimerLegDays * day : fireAt);
    return whole;
  };

  const retrying = (call: () => Task, options: RetryOptions): Task => {
    const whole = new Task();
    const firstAttempt = now;
    const attempt = (count: number) => {
      if (count === options.maxNumberOfAttempts) return whole.settle(true);
      const task = call();
      task.whenSettled(() => {
        if (!task.isFailed) return whole.settle();
        const isOver = now >= firstAttempt + (options.retryTimeoutInMilliseconds ?? Number.POSITIVE_INFINITY);
        if (isOver) return whole.settle(true);
        const delay = Math.min(
          options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** count,
          options.maxRetryIntervalInMilliseconds ?? longestTimerDays * day,
        );
        // DurableTask also waits after the last attempt, and durable-functions relies on it.
        timer(now + delay).task.whenSettled(() => attempt(count + 1));
      });
    };
    attempt(0);
    return whole;
  };

  const activity = (action: Action): Task => {
    const id = nextId++;
    return schedule({ kind: 'activity', id, name: action.functionName!, input: action.input });
  };

  const subOrchestration = (action: Action): Task => {
    const id = nextId++;
    const instanceId = action.instanceId?.trim() ? action.instanceId : `${orchestration.executionId}:${id}`;
    return schedule({
      kind: 'subOrchestration',
      id,
      name: action.functionName!,
      instanceId,
      input: action.input,
    });
  };

  const waitFor = (eventName: string): Task => {
    const key = eventName.toLowerCase();
    const task = new Task();
    const count = kept.get(key) ?? 0;
    if (count > 0) {
      kept.set(key, count - 1);
      task.settle();
    } else {
      const stack = waiters.get(key) ?? [];
      stack.push(task);
      waiters.set(key, stack);
    }
    return task;
  };

  /** The answer comes as an event with the name of the request. An orchestration does not stay open for it. */
  const toEntity = (action: Action): Task => {
    const to = action.instanceId!;
    const entity = entityRef(to).name;
    if (!orchestration.hasEntity(entity)) {
      throw new Error(functionNotFound(entity, 'entity', orchestration.entityNames()));
    }
    const isSignal = action.actionType !== 7;
    const { input, operation: op } = action;
    const request: RequestMessage = {
      op: op!,
      ...(isSignal && { signal: true }),
      ...(input !== undefined && input !== null && { input: JSON.stringify(input) }),
      id: requestId(orchestration, requests++),
      parent: orchestration.instanceId,
      parentExecution: orchestration.executionId,
    };
    if (action.actionType === 10) {
      request.due = new Date(action.fireAt!).toISOString();
    } else {
      request.Timestamp = new Date(now).toISOString();
      request.Predecessor = lastSent.get(to) ?? '0001-01-01T00:00:00';
      lastSent.set(to, request.Timestamp);
    }
    const id = nextId++;
    pending.set(id, { kind: 'request', id, to, request });
    return isSignal ? done() : waitFor(request.id);
  };

  const together = (actions: Action[], enough: (settled: number) => boolean): Task => {
    const whole = new Task();
    const tasks = actions.map(start);
    let settled = 0;
    for (const task of tasks) {
      task.whenSettled(() => {
        settled++;
        if (enough(settled)) whole.settle();
      });
    }
    return whole;
  };

  function start(action: Action): Task {
    const target = action.functionName ?? '';
    switch (action.actionType) {
      case 0:
      case 1:
        if (!orchestration.hasActivity(target)) {
          throw new Error(functionNotFound(target, 'activity', orchestration.activityNames()));
        }
        return action.actionType === 0
          ? activity(action)
          : retrying(() => activity(action), action.retryOptions!);
      case 2:
      case 3:
        checkSubOrchestration(orchestration, target, action.instanceId);
        return action.actionType === 2
          ? subOrchestration(action)
          : retrying(() => subOrchestration(action), action.retryOptions!);
      case 4:
        continued = { input: action.input };
        return done();
      case 5:
        return cancelable(new Date(action.fireAt!).getTime(), action.isCanceled === true);
      case 6:
        return waitFor(action.externalEventName!);
      case 7:
      case 9:
      case 10:
        return toEntity(action);
      case 11:
        return together(action.compoundActions!, (settled) => settled === 1);
      case 12:
        return together(action.compoundActions!, (settled) => settled === action.compoundActions!.length);
      default:
        throw new Error(
          `${actionNames[action.actionType] ?? `action type ${action.actionType}`} is not imitated by this host.`,
        );
    }
  }

  const finish = () => {
    if (state!.error) {
      result = {
        failure: `Orchestrator function '${name}' failed: ${state!.error}`,
        details: `Message: ${state!.error}, StackTrace: `,
      };
    } else if (state!.isDone) {
      result = { output: state!.output === undefined ? null : JSON.stringify(state!.output) };
    }
  };

  const play = (actions: Action[], from = 0) => {
    try {
      for (let index = from; index < actions.length; index++) {
        const task = start(actions[index]!);
        if (task.isSettled) continue;
        task.whenSettled(() => play(actions, index + 1));
        return;
      }
    } catch (error) {
      const { message } = error as Error;
      result = { failure: `Orchestrator function '${name}' failed: ${message}`, details: message };
      return;
    }
    finish();
  };

  const execute = () => {
    const tooLong = state && customStatusProblem(state.customStatus);
    if (!state || tooLong) {
      const message = tooLong ?? systemError ?? 'the function returned nothing.';
      result = { failure: `Orchestrator function '${name}' failed: ${message}`, details: message };
    } else {
      play(state.actions[0] ?? []);
    }
  };

  const expect = (event: HistoryEvent, kind: Decision['kind'], what: string) => {
    const id = event.EventId;
    const decision = pending.get(id);
    if (!decision) {
      throw new NonDeterminism(
        `A previous execution of this orchestration scheduled ${what} with sequence ID ${id}` +
          `${event.Name ? ` and name '${event.Name}'` : ''}, but the current replay execution hasn't (yet?) scheduled ` +
          'this task. Was a change made to the orchestrator code after this instance had already started running?',
      );
    }
    if (decision.kind !== kind) {
      throw new NonDeterminism(
        `A previous execution of this orchestration scheduled ${what} with sequence number ${id}` +
          `${event.Name ? ` named '${event.Name}'` : ''}, but the current orchestration replay instead produced a ` +
          `${dotNetNames[decision.kind]} action with this sequence number. Was a change made to the orchestrator code ` +
          'after this instance had already started running?',
      );
    }
    if ('name' in decision && decision.name.toLowerCase() !== event.Name?.toLowerCase()) {
      throw new NonDeterminism(
        `A previous execution of this orchestration scheduled ${what} with sequence number ${id} named ` +
          `'${event.Name}', but the current orchestration replay instead scheduled one named '${decision.name}' with ` +
          'this sequence number. Was a change made to the orchestrator code after this instance had already started ' +
          'running?',
      );
    }
    pending.delete(id);
  };

  const settle = (id: number, isFailed: boolean) => {
    const task = open.get(id);
    open.delete(id);
    task?.settle(isFailed);
  };

  const end = (decision: {
    status: 'Completed' | 'Failed' | 'Terminated';
    result: string | null;
    details?: string;
  }) => {
    const id = nextId++;
    if (decision.status === 'Completed' && continued) {
      pending.set(id, { kind: 'continueAsNew', id, input: continued.input, carryOver });
    } else if (!hasEnded) {
      hasEnded = true;
      pending.set(id, { kind: 'end', id, ...decision });
    }
  };

  const process = (event: HistoryEvent) => {
    const overrides =
      event.EventType === EventType.ExecutionResumed || event.EventType === EventType.ExecutionTerminated;
    if (isSuspended && !overrides) {
      if (event.EventType !== EventType.ExecutionSuspended) suspendedEvents.push(event);
      return;
    }
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        execute();
        break;
      case EventType.TaskScheduled:
        expect(event, 'activity', 'an activity task');
        break;
      case EventType.TimerCreated:
        expect(event, 'timer', 'a timer task');
        break;
      case EventType.SubOrchestrationInstanceCreated:
        expect(event, 'subOrchestration', 'a sub-orchestration task');
        break;
      case EventType.EventSent:
        expect(event, 'request', 'a send event task');
        break;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        settle(event.TaskScheduledId!, false);
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        settle(event.TaskScheduledId!, true);
        break;
      case EventType.TimerFired:
        settle(event.TimerId!, false);
        break;
      case EventType.EventRaised: {
        if (continued) {
          carryOver.push(event);
          break;
        }
        const key = event.Name!.toLowerCase();
        const waiter = waiters.get(key)?.pop();
        if (waiter) waiter.settle();
        else kept.set(key, (kept.get(key) ?? 0) + 1);
        break;
      }
      case EventType.ExecutionTerminated:
        end({ status: 'Terminated', result: event.Input ?? null });
        break;
      case EventType.ExecutionSuspended:
        isSuspended = true;
        suspendedActions = pending;
        pending = new Map();
        break;
      case EventType.ExecutionResumed: {
        isSuspended = false;
        for (const [id, decision] of suspendedActions) pending.set(id, decision);
        suspendedActions = new Map();
        const events = suspendedEvents;
        suspendedEvents = [];
        for (const held of events) process(held);
        break;
      }
    }
  };

  try {
    for (const events of [past, arrived]) {
      for (const event of events) {
        if (event.EventType === EventType.OrchestratorStarted) now = new Date(event.Timestamp).getTime();
        else process(event);
      }
    }
    if (open.size === 0 && result) {
      if (result.failure === undefined) end({ status: 'Completed', result: result.output ?? null });
      else
        end({ status: 'Failed', result: result.failure, ...(result.details && { details: result.details }) });
    }
  } catch (error) {
    if (!(error instanceof NonDeterminism)) throw error;
    end({
      status: 'Failed',
      result: error.message,
      details: `Unhandled exception while executing orchestration: ${error.message}`,
    });
  }
  return [...pending.values()].sort((a, b) => a.id - b.id);
}

function checkSubOrchestration(
  parent: Orchestration,
  name: string,
  instanceId: string | null | undefined,
): void {
  if (!parent.hasOrchestrator(name))
    throw new Error(functionNotFound(name, 'orchestrator', parent.orchestratorNames()));
  const id = instanceId?.toLowerCase();
  if (id && (id === parent.instanceId.toLowerCase() || id === parent.parentInstanceId?.toLowerCase())) {
    throw new Error(
      'The instance ID of a sub-orchestration must be different than the instance ID of a parent orchestration.',
    );
  }
  if (id?.startsWith('@')) throw new Error('Orchestration instance ids must not start with @');
}

/** The same at every replay, and different in every execution. */
function requestId({ instanceId, executionId }: Orchestration, count: number): string {
  const hex = createHash('sha1').update(`${instanceId}/${executionId}/${count}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The text of the extension, also for a start over HTTP. */
export function functionNotFound(
  name: string,
  kind: 'activity' | 'orchestrator' | 'entity',
  known: string[],
): string {
  const info =
    known.length > 0
      ? `The following are the known ${kind} functions: '${known.join("', '")}'.`
      : `No ${kind} functions are currently registered!`;
  return `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function. Additional info: ${info}`;
}

/** A custom status may have 16 KB of JSON, counted in UTF-16. */
function customStatusProblem(status: unknown): string | undefined {
  if (status === undefined || status === null) return undefined;
  const kilobytes = (JSON.stringify(status).length * 2) / 1024;
  if (kilobytes <= 16) return undefined;
  return (
    'The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. ' +
    `The current payload is ${Math.round(kilobytes)} KB.`
  );
}
