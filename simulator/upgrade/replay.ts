import { loadApp } from '../host/app-loader.ts';
import { applySettings } from '../host/app-settings.ts';
import { type Decision, decide, type Orchestration } from '../host/durable/actions.ts';
import { EventType, type HistoryEvent } from '../host/durable/history.ts';
import type { App } from '../host/functions-core.ts';
import { invoke } from '../host/invocation.ts';
import type { Recorded } from './recorded.ts';

/**
 * Events that came from outside and woke the orchestrator. The rest of a turn is what the orchestrator then decided.
 */
const arrivals: readonly number[] = [
  EventType.OrchestratorStarted,
  EventType.ExecutionStarted,
  EventType.TaskCompleted,
  EventType.TaskFailed,
  EventType.SubOrchestrationInstanceCompleted,
  EventType.SubOrchestrationInstanceFailed,
  EventType.TimerFired,
  EventType.EventRaised,
];

const kindOf: Readonly<Record<number, Decision['kind']>> = {
  [EventType.TaskScheduled]: 'activity',
  [EventType.TimerCreated]: 'timer',
  [EventType.SubOrchestrationInstanceCreated]: 'subOrchestration',
  [EventType.EventSent]: 'request',
  [EventType.ExecutionCompleted]: 'end',
};

function turnsOf(history: readonly HistoryEvent[]) {
  const turns: { past: HistoryEvent[]; arrived: HistoryEvent[]; decided: HistoryEvent[] }[] = [];
  for (const [index, event] of history.entries()) {
    if (event.EventType === EventType.OrchestratorStarted)
      turns.push({ past: history.slice(0, index), arrived: [], decided: [] });
    const turn = turns.at(-1)!;
    if (arrivals.includes(event.EventType)) turn.arrived.push(event);
    else if (event.EventType !== EventType.OrchestratorCompleted) turn.decided.push(event);
  }
  return turns;
}

export interface Replayed {
  readonly turn: number;
  /** What the recorded app decided, and what this app decides over the same history. */
  readonly before: readonly string[];
  readonly now: readonly string[];
}

/** Runs the orchestrators of an app over histories that another version of it may have made. */
export async function replayer(appFile: string) {
  const settings = applySettings({ KEY_VAULT_URL: 'https://vault.invalid' });
  const app = await loadApp(appFile, () => {});
  return {
    /** Each turn of the instance, as if the instance were at this point now. */
    async replay(instance: Recorded): Promise<Replayed[]> {
      const replayed: Replayed[] = [];
      for (const [turn, { past, arrived, decided }] of turnsOf(instance.history).entries()) {
        const decisions = await decisionsOf(app, instance, past, arrived);
        replayed.push({
          turn,
          before: decided.map((event) => inShort(kindOf[event.EventType], event)),
          now: decisions.map((decision) => inShort(decision.kind, asEvent(decision))),
        });
      }
      return replayed;
    },
    close: () => settings.takeBack(),
  };
}

type Told = Partial<Pick<HistoryEvent, 'Name' | 'InstanceId' | 'FireAt' | 'Result'>>;

const inShort = (kind: string | undefined, { Name, InstanceId, FireAt, Result }: Told) =>
  kind === 'request'
    ? 'request'
    : [kind, Name, InstanceId, FireAt, kind === 'end' && Result].filter(Boolean).join(' ');

const asEvent = (decision: Decision): Told => ({
  ...('name' in decision && { Name: decision.name }),
  ...('instanceId' in decision && { InstanceId: decision.instanceId }),
  ...('fireAt' in decision && { FireAt: new Date(decision.fireAt).toISOString() }),
  ...(decision.kind === 'end' && { Result: decision.result }),
});

async function decisionsOf(
  app: App,
  { instanceId, orchestration: name }: Recorded,
  past: readonly HistoryEvent[],
  arrived: readonly HistoryEvent[],
): Promise<Decision[]> {
  const fn = app.functions.get(name);
  if (!fn)
    throw new Error(`There is no orchestration ${name} any more, but instances of it may be in flight.`);
  const history = [...past, ...arrived];
  const started = history.find(({ EventType: type }) => type === EventType.ExecutionStarted)!;
  const parentInstanceId = started.ParentInstance?.OrchestrationInstance.InstanceId;
  const binding = {
    history: history.map((event) => ({ ...event })),
    input: started.Input ? JSON.parse(started.Input) : null,
    instanceId,
    isReplaying: past.length > 0,
    parentInstanceId: parentInstanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  const inputData = [{ name: fn.triggerName, data: { json: JSON.stringify(binding) } }];
  const response = await invoke(app, fn, { invocationId: 'replay', inputData }, () => {});
  const has = (type: string) => (wanted: string) =>
    [...app.functions.values()].some(
      (one) => one.trigger.type === type && one.name.toLowerCase() === wanted.toLowerCase(),
    );
  const orchestration: Orchestration = {
    name,
    instanceId,
    executionId: started.OrchestrationInstance!.ExecutionId,
    parentInstanceId,
    hasActivity: has('activityTrigger'),
    hasOrchestrator: has('orchestrationTrigger'),
    hasEntity: has('entityTrigger'),
    activityNames: () => [],
    orchestratorNames: () => [],
    entityNames: () => [],
  };
  return decide(orchestration, past, arrived, JSON.parse(response.returnValue!.json!));
}
