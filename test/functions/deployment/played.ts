import type { OrchestrationContext } from 'durable-functions';
import type { Outcome, Step } from '../../../shared/core/durable.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import type { VirtualClock } from '../../../simulator/clock.ts';

/** The host died while a step ran. The step is run again, as Durable Functions does. */
export class HostKilled extends Error {}

type Orchestration = (context: OrchestrationContext) => Generator<unknown, unknown, unknown>;

export interface Played {
  readonly clock: VirtualClock;
  // biome-ignore lint/suspicious/noExplicitAny: each takes an input of its own
  readonly activities: Readonly<Record<string, (input: any, context: any) => Promise<unknown>>>;
  readonly orchestrations: Readonly<Record<string, unknown>>;
  readonly instanceId: string;
  readonly input?: unknown;
  /** What an entity with that name answers to every question. */
  readonly entities?: Readonly<Record<string, (input: unknown) => unknown>>;
}

interface Asked {
  readonly act?: () => Promise<unknown>;
  readonly of?: readonly Asked[];
  isCompleted: boolean;
  isFaulted: boolean;
  result?: unknown;
}

const seconds = 1000;

/**
 * Plays an orchestration over activities in this process, one after the other and in virtual time, without a host and
 * histories. This is enough to try every step with every fault. The tests of the host show that replays give the same.
 */
export async function play<T>(
  body: (context: OrchestrationContext) => Step<T>,
  world: Played,
): Promise<Outcome<T>> {
  const { clock, activities, orchestrations } = world;
  const again: { readonly given: unknown }[] = [];
  const through = (value: unknown) => (value === undefined ? null : JSON.parse(JSON.stringify(value)));
  const ask = (act?: Asked['act'], of?: readonly Asked[]): Asked => ({
    ...(act && { act }),
    ...(of && { of }),
    isCompleted: false,
    isFaulted: false,
  });

  async function outcome(name: string, input: unknown): Promise<unknown> {
    for (;;) {
      clock.advance(seconds);
      try {
        return { value: through(await activities[name]!(through(input), { invocationId: name })) };
      } catch (error) {
        if (!(error instanceof HostKilled)) return { failure: failureOf(error) };
        clock.advance(180 * seconds);
      }
    }
  }

  function contextOf(instanceId: string, input: unknown, parentInstanceId?: string): OrchestrationContext {
    let guids = 0;
    const df = {
      instanceId,
      parentInstanceId,
      getInput: () => input,
      continueAsNew: (given: unknown) => {
        again.push({ given });
      },
      get currentUtcDateTime() {
        return clock.now();
      },
      newGuid: () => `${instanceId}-${++guids}`,
      setCustomStatus: () => {},
      signalEntity: () => {},
      callEntity: ({ name }: { readonly name: string }, _: string, given: unknown) =>
        ask(async () => world.entities?.[name]?.(through(given))),
      createTimer: (at: Date) =>
        Object.assign(
          ask(async () => clock.advance(Math.max(0, at.getTime() - clock.now().getTime()))),
          { cancel: () => {} },
        ),
      callActivity: (name: string, given: unknown) => ask(() => outcome(name, given)),
      callSubOrchestrator: (name: string, given: unknown, id: string) =>
        ask(() => run((orchestrations[name] as Orchestration)(contextOf(id, through(given), instanceId)))),
      waitForExternalEvent: () => ask(),
      Task: {
        any: (of: readonly Asked[]) => ask(undefined, of),
        all: (of: readonly Asked[]) => ask(undefined, of),
      },
    };
    return { df } as unknown as OrchestrationContext;
  }

  async function settle(task: Asked): Promise<unknown> {
    if (!task.isCompleted) {
      // In a race, a task that does something ends; an event never comes.
      if (task.of) for (const one of task.of) if (one.act || one.of) await settle(one);
      task.result = task.act ? await task.act() : task.of?.map(({ result }) => result);
      task.isCompleted = true;
    }
    return task.result;
  }

  async function run(steps: Generator<unknown, unknown, unknown>): Promise<unknown> {
    let next = steps.next();
    while (!next.done) next = steps.next(await settle(next.value as Asked));
    return next.value;
  }

  try {
    for (let input = world.input; ; input = through(again.pop()!.given)) {
      const value = await run(
        body(contextOf(world.instanceId, input)) as Generator<unknown, unknown, unknown>,
      );
      if (again.length === 0) return { value: value as T };
    }
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
