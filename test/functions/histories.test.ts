import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadApp } from '../../simulator/host/app-loader.ts';
import { applySettings } from '../../simulator/host/app-settings.ts';
import { type Decision, decide, type Orchestration } from '../../simulator/host/durable-actions.ts';
import { EventType, type HistoryEvent } from '../../simulator/host/durable-history.ts';
import type { App } from '../../simulator/host/functions-core.ts';
import { invoke } from '../../simulator/host/invocation.ts';

const appFile = fileURLToPath(new URL('../../dist/functions/app.js', import.meta.url));
const folder = fileURLToPath(new URL('../golden/histories/', import.meta.url));

interface Recorded {
  readonly instanceId: string;
  readonly orchestration: string;
  readonly history: readonly HistoryEvent[];
}

function recorded(file: string): Recorded[] {
  const instances: { instanceId: string; orchestration: string; history: HistoryEvent[] }[] = [];
  for (const line of readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n')) {
    const entry = JSON.parse(line);
    if ('orchestration' in entry) instances.push({ ...entry, history: [] });
    else instances.at(-1)!.history.push(entry);
  }
  return instances;
}

/** What happened by itself, and woke the orchestrator; the rest of a turn is what it decided then. */
const arrivals: number[] = [
  EventType.OrchestratorStarted,
  EventType.ExecutionStarted,
  EventType.TaskCompleted,
  EventType.TaskFailed,
  EventType.SubOrchestrationInstanceCompleted,
  EventType.SubOrchestrationInstanceFailed,
  EventType.TimerFired,
  EventType.EventRaised,
];

function turnsOf(history: readonly HistoryEvent[]) {
  const turns: { past: HistoryEvent[]; arrived: HistoryEvent[]; decided: HistoryEvent[] }[] = [];
  for (const [index, event] of history.entries()) {
    if (event.EventType === EventType.OrchestratorStarted) {
      turns.push({ past: history.slice(0, index), arrived: [], decided: [] });
    }
    const turn = turns.at(-1)!;
    if (arrivals.includes(event.EventType)) turn.arrived.push(event);
    else if (event.EventType !== EventType.OrchestratorCompleted) turn.decided.push(event);
  }
  return turns;
}

let app: App;
const settings = applySettings({ KEY_VAULT_URL: 'https://vault.invalid' });
beforeAll(async () => {
  app = await loadApp(appFile, () => {});
});
afterAll(() => settings.takeBack());

/** One turn of the orchestrator as it is now, over a history that another version of it may have made. */
async function replayed(
  { instanceId, orchestration: name }: Recorded,
  past: readonly HistoryEvent[],
  arrived: readonly HistoryEvent[],
): Promise<Decision[]> {
  const fn = app.functions.get(name);
  if (!fn)
    throw new Error(`There is no orchestration ${name} any more, but instances of it may be in flight.`);
  const started = [...past, ...arrived].find(({ EventType: type }) => type === EventType.ExecutionStarted)!;
  const binding = {
    history: [...past, ...arrived].map((event) => ({ ...event })),
    input: started.Input ? JSON.parse(started.Input) : null,
    instanceId,
    isReplaying: past.length > 0,
    parentInstanceId: started.ParentInstance?.OrchestrationInstance.InstanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  const response = await invoke(
    app,
    fn,
    {
      invocationId: 'replay',
      inputData: [{ name: fn.triggerName, data: { json: JSON.stringify(binding) } }],
    },
    () => {},
  );
  const orchestration: Orchestration = {
    name,
    instanceId,
    executionId: started.OrchestrationInstance!.ExecutionId,
    parentInstanceId: binding.parentInstanceId ?? undefined,
    hasActivity: has('activityTrigger'),
    hasOrchestrator: has('orchestrationTrigger'),
    hasEntity: has('entityTrigger'),
    activityNames: () => [],
    orchestratorNames: () => [],
    entityNames: () => [],
  };
  return decide(orchestration, past, arrived, JSON.parse(response.returnValue!.json!));
}

const has = (type: string) => (name: string) =>
  [...app.functions.values()].some(
    (fn) => fn.trigger.type === type && fn.name.toLowerCase() === name.toLowerCase(),
  );

const kindOf: Readonly<Record<number, Decision['kind']>> = {
  [EventType.TaskScheduled]: 'activity',
  [EventType.TimerCreated]: 'timer',
  [EventType.SubOrchestrationInstanceCreated]: 'subOrchestration',
  [EventType.EventSent]: 'request',
  [EventType.ExecutionCompleted]: 'end',
};

const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));

it('there are recorded histories of every orchestration of a deployment', () => {
  const names = new Set(files.flatMap((file) => recorded(file).map(({ orchestration }) => orchestration)));
  expect([...names].toSorted()).toEqual([
    'configureNpsServer',
    'deliverAnswer',
    'provisionGateway',
    'provisionVpnGateway',
  ]);
});

describe.each(files)('%s: an instance in flight, at each turn of its history,', (file) => {
  it.each(recorded(file).map((instance) => [instance.orchestration, instance] as const))(
    '%s goes on under the orchestrator of now, and does what it did',
    async (_, instance) => {
      const turns = turnsOf(instance.history);
      expect(turns.length).toBeGreaterThan(2);
      for (const { past, arrived, decided } of turns) {
        const decisions = await replayed(instance, past, arrived);
        const now = decisions.map((decision) => [
          decision.kind,
          'name' in decision ? decision.name : undefined,
          'instanceId' in decision ? decision.instanceId : undefined,
          'fireAt' in decision ? new Date(decision.fireAt).toISOString() : undefined,
          decision.kind === 'end' ? decision.result : undefined,
        ]);
        const then = decided.map((event) => [
          kindOf[event.EventType],
          event.EventType === EventType.EventSent ? undefined : event.Name,
          event.EventType === EventType.SubOrchestrationInstanceCreated ? event.InstanceId : undefined,
          event.FireAt && new Date(event.FireAt).toISOString(),
          event.EventType === EventType.ExecutionCompleted ? event.Result : undefined,
        ]);
        expect(now).toEqual(then);
      }
    },
  );
});

it('the replay itself notices a change: without a step that was taken, the history does not fit', async () => {
  const [instance] = recorded(files[0]!).filter(({ orchestration }) => orchestration === 'provisionGateway');
  const history = instance!.history.map((event) =>
    event.Name === 'writeGateway' ? { ...event, Name: 'writeSomethingElse' } : event,
  );
  const { past, arrived } = turnsOf(history).at(-1)!;
  expect((await replayed(instance!, past, arrived)).at(-1)).toMatchObject({
    kind: 'end',
    status: 'Failed',
    result: expect.stringContaining('Non-Deterministic workflow detected'),
  });
});
