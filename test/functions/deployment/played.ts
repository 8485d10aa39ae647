import type { OrchestrationContext, Task } from 'durable-functions';
import type { Outcome } from '../../../shared/core/durable.ts';
import { failureOf } from '../../../shared/core/errors.ts';

type Orchestration = (context: OrchestrationContext) => Generator<Task, Outcome<unknown>, unknown>;

export interface Played {
  readonly activities: Readonly<Record<string, (input: never) => unknown>>;
  readonly orchestrations?: Readonly<Record<string, Orchestration>>;
  readonly entities?: Readonly<Record<string, (operation: string, input: never) => unknown>>;
  /** Called after each activity: true when the host is killed before the history has its result, so that it runs again. */
  readonly isKilled?: (activity: string) => boolean;
}

interface Asked {
  readonly kind: 'timer' | 'event' | 'work' | 'any' | 'all';
  readonly fireAt?: Date;
  readonly of?: readonly Asked[];
  readonly work?: () => Promise<unknown>;
  isCompleted: boolean;
  isFaulted: boolean;
  result?: unknown;
}

const begins = Date.parse('2030-01-01T00:00:00Z');

/** An orchestration played to its end in memory, as the engine would: every step through JSON, no event ever, time as it is waited for. */
export async function played(
  body: Orchestration,
  input: unknown,
  world: Played,
  instance: { readonly id: string; readonly parent?: string } = { id: 'deployment' },
): Promise<Outcome<unknown>> {
  const clock = { now: begins };
  const ask = (one: Omit<Asked, 'isCompleted' | 'isFaulted'>): Asked => ({
    ...one,
    isCompleted: false,
    isFaulted: false,
  });
  const df = {
    instanceId: instance.id,
    parentInstanceId: instance.parent,
    getInput: () => copied(input),
    get currentUtcDateTime() {
      return new Date(clock.now);
    },
    newGuid: (name: string) => `guid-of-${name}`,
    setCustomStatus() {},
    signalEntity() {},
    callEntity: ({ name }: { readonly name: string }, operation: string, value: unknown) =>
      ask({ kind: 'work', work: async () => world.entities?.[name]?.(operation, value as never) }),
    createTimer: (fireAt: Date) => Object.assign(ask({ kind: 'timer', fireAt }), { cancel() {} }),
    waitForExternalEvent: () => ask({ kind: 'event' }),
    callActivity: (name: string, value: unknown) =>
      ask({ kind: 'work', work: () => done(world, name, value) }),
    callSubOrchestrator: (name: string, value: unknown, id: string) =>
      ask({
        kind: 'work',
        work: () => played(world.orchestrations![name]!, value, world, { id, parent: instance.id }),
      }),
    Task: {
      any: (of: Asked[]) => ask({ kind: 'any', of }),
      all: (of: Asked[]) => ask({ kind: 'all', of }),
    },
  };
  const settle = async (task: Asked): Promise<unknown> => {
    if (task.isCompleted) return task.result;
    if (task.kind === 'any') return settle(task.of!.find(({ kind }) => kind !== 'event')!);
    if (task.kind === 'timer') clock.now = Math.max(clock.now, task.fireAt!.getTime());
    if (task.kind === 'work') task.result = copied(await task.work!());
    if (task.kind === 'all') for (const one of task.of!) await settle(one);
    task.isCompleted = true;
    return task.result;
  };
  const run = body({ df } as unknown as OrchestrationContext);
  let next = run.next();
  while (!next.done) next = run.next(await settle(next.value as unknown as Asked));
  return next.value;
}

async function done(
  { activities, isKilled }: Played,
  name: string,
  input: unknown,
): Promise<Outcome<unknown>> {
  const once = async () => {
    try {
      return { value: (await activities[name]?.(copied(input) as never)) ?? null };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  };
  const outcome = await once();
  return isKilled?.(name) ? once() : outcome;
}

const copied = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
