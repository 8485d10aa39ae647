import type { OrchestrationContext } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import {
  correlationIdsOf,
  minutes,
  once,
  orchestration,
  pause,
  type RetryObserver,
  retryTransient,
  runBothSides,
  runTogether,
  type Step,
  seconds,
  signal,
  sleep,
  steps,
  subOrchestration,
  valueOrThrow,
  waitFor,
} from '../../../shared/core/durable.ts';
import { type Failure, failed, VpnRadiusError } from '../../../shared/core/errors.ts';

/** A task that an orchestration asked for, and that the test settles. */
interface Asked {
  readonly kind: 'timer' | 'activity' | 'event' | 'branch' | 'any' | 'all';
  readonly name?: string;
  readonly fireAt?: Date;
  readonly of?: readonly Asked[];
  isCompleted: boolean;
  isFaulted: boolean;
  canceled?: boolean;
  result?: unknown;
}

const start = Date.parse('2026-03-01T10:00:00.865Z');

/**
 * Durable Functions in thirty lines: timers that fire `early` milliseconds too soon, activities that answer one after
 * the other.
 */
function played<T>(
  body: (context: OrchestrationContext) => Step<T>,
  world: {
    readonly early?: number;
    readonly instanceId?: string;
    /** Outcomes of the activities, in order. */
    readonly answers?: readonly unknown[];
    /** When an event with the name comes, in seconds after the start. */
    readonly events?: readonly (readonly [name: string, at: number, value?: unknown])[];
    readonly branches?: readonly unknown[];
  } = {},
) {
  const answers = [...(world.answers ?? [])];
  const branches = [...(world.branches ?? [])];
  const events = (world.events ?? []).map(([name, at, ...value]) => ({
    name,
    at: start + at * 1000,
    value: value.length > 0 ? value[0] : { by: 'anna' },
  }));
  const timers: Asked[] = [];
  const waiting: Asked[] = [];
  const called: number[] = [];
  let now = start;
  const ask = (one: Omit<Asked, 'isCompleted' | 'isFaulted'>): Asked => ({
    ...one,
    isCompleted: false,
    isFaulted: false,
  });
  const df = {
    getInput: () => undefined,
    instanceId: world.instanceId ?? 'instance',
    get currentUtcDateTime() {
      return new Date(now);
    },
    createTimer(fireAt: Date) {
      const timer = ask({ kind: 'timer', fireAt });
      timers.push(timer);
      return Object.assign(timer, {
        cancel() {
          timer.canceled = true;
        },
      });
    },
    callActivity: (name: string) => ask({ kind: 'activity', name }),
    callSubOrchestrator: (name: string) => ask({ kind: 'branch', name }),
    waitForExternalEvent(name: string) {
      const event = ask({ kind: 'event', name });
      waiting.push(event);
      return event;
    },
    Task: {
      any: (of: Asked[]) => ask({ kind: 'any', of }),
      all: (of: Asked[]) => ask({ kind: 'all', of }),
    },
  };
  const settle = (task: Asked): unknown => {
    if (task.kind === 'activity') {
      called.push((now - start) / 1000);
      task.result = answers.shift();
      task.isCompleted = !(task.result instanceof Error);
      task.isFaulted = !task.isCompleted;
      if (task.isFaulted) throw task.result;
      return task.result;
    }
    if (task.kind === 'branch') {
      if (task.isCompleted || task.isFaulted) return task.result;
      const answer = branches.shift();
      now += 60_000;
      task.isCompleted = !(answer instanceof Error);
      task.isFaulted = answer instanceof Error;
      task.result = answer;
      if (answer instanceof Error) throw answer;
      return answer;
    }
    if (task.kind === 'all') {
      try {
        task.result = task.of!.map(settle);
        task.isCompleted = true;
        return task.result;
      } catch (error) {
        task.isFaulted = true;
        throw error;
      }
    }
    const racing = task.kind === 'any' ? task.of! : [task];
    const running = racing.find(({ kind }) => kind === 'activity');
    if (running) return settle(running);
    const side = racing.findLast(({ kind }) => kind === 'all');
    if (side) {
      settle(side);
      return side;
    }
    const timer = racing.find(({ kind }) => kind === 'timer')!;
    const fires = Math.max(now, timer.fireAt!.getTime() - (world.early ?? 0));
    const event = events.find(
      ({ name, at }) => at <= fires && racing.some((one) => one.kind === 'event' && one.name === name),
    );
    if (!event) {
      now = fires;
      timer.isCompleted = true;
      return undefined;
    }
    events.splice(events.indexOf(event), 1);
    now = Math.max(now, event.at);
    const waiter = waiting.findLast(({ name, isCompleted }) => name === event.name && !isCompleted)!;
    waiter.isCompleted = true;
    waiter.result = event.value;
    return undefined;
  };
  const run = body({ df } as unknown as OrchestrationContext);
  let result: T | undefined;
  let error: unknown;
  try {
    let next = run.next();
    while (!next.done) {
      let value: unknown;
      let thrown: unknown;
      try {
        value = settle(next.value as unknown as Asked);
      } catch (caught) {
        thrown = caught;
      }
      next = thrown === undefined ? run.next(value) : run.throw(thrown);
    }
    result = next.value;
  } catch (caught) {
    error = caught;
  }
  return { result, error, timers, called, seconds: () => (now - start) / 1000 };
}

type Activities = { look: (input: string) => Promise<string> };
const throttled = (retryAfterSeconds?: number): { failure: Failure } => ({
  failure: {
    code: 'TooManyRequests',
    message: 'Slow down.',
    transient: true,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  },
});

describe('a wait', () => {
  it.each([0, 461, 999])('ends once and for all, also when its timer fires %i ms early', (early) => {
    const story = played((context) => sleep(context, new Date(start + minutes(5))), { early });
    expect(story.result).toBe(true);
    expect(story.timers).toHaveLength(1);
    expect(story.seconds()).toBe(300 - early / 1000);
  });

  it('of seven days is made of a timer a day, each of which may be early', () => {
    const story = played((context) => sleep(context, new Date(start + minutes(7 * 24 * 60))), { early: 800 });
    expect(story.timers).toHaveLength(7);
    expect(story.timers.at(-1)!.fireAt!.getTime()).toBe(start + minutes(7 * 24 * 60));
  });

  it('for what is past needs no timer', () => {
    expect(played((context) => sleep(context, new Date(start))).timers).toEqual([]);
  });

  it('is woken by an event, cancels its timer, and says that the time has not passed', () => {
    const story = played(
      (context) => sleep(context, new Date(start + minutes(5)), [signal(context, 'cancel')]),
      { events: [['cancel', 60]] },
    );
    expect(story.result).toBe(false);
    expect(story.timers.map(({ canceled }) => canceled)).toEqual([true]);
    expect(story.seconds()).toBe(60);
  });
});

describe('an event that does not count', () => {
  const never = (context: OrchestrationContext) => signal(context, 'cancel', () => false);

  it('wakes nobody up: the whole time is waited, by a timer of the time that is left', () => {
    const story = played((context) => sleep(context, new Date(start + minutes(5)), [never(context)]), {
      events: [
        ['cancel', 60],
        ['cancel', 61],
      ],
    });
    expect(story.result).toBe(true);
    expect(story.seconds()).toBe(300);
    expect(new Set(story.timers.map(({ fireAt }) => fireAt!.getTime()))).toEqual(
      new Set([start + minutes(5)]),
    );
  });

  it('stops no step, and the one that counts does after it', () => {
    let comes = 0;
    const second = (context: OrchestrationContext) => signal(context, 'cancel', () => ++comes > 1);
    const story = played(
      function* (context) {
        const canceled = second(context);
        yield* sleep(context, new Date(start + minutes(5)), [canceled]);
        canceled.throwIfRaised();
      },
      {
        events: [
          ['cancel', 60],
          ['cancel', 120],
        ],
      },
    );
    expect(story.error).toMatchObject({ code: 'Canceled' });
    expect(story.seconds()).toBe(120);
  });
});

describe('looking until it is so', () => {
  const looking = (
    found: (look: number) => string | undefined,
    early = 0,
    events: [string, number][] = [],
  ) => {
    let looks = 0;
    return played(
      (context) =>
        waitFor(context, {
          *look() {
            yield* steps<Activities>(context).look('it');
            looks++;
            return found(looks);
          },
          at: [10, 30, 60, 120].map(seconds),
          wakeUp: signal(context, 'written'),
          canceled: signal(context, 'cancel'),
          limit: minutes(5),
          tooLate: failed('TooLate', 'It took too long.'),
        }),
      { early, events, answers: Array.from({ length: 50 }, () => ({ value: 'seen' })) },
    );
  };

  it.each([0, 461, 999])('keeps each appointment once when timers fire %i ms early', (early) => {
    const story = looking((look) => (look === 5 ? 'found' : undefined), early);
    expect(story.result).toBe('found');
    expect(story.called.map((at) => Math.round(at + early / 1000))).toEqual([10, 30, 60, 120, 180]);
    expect(story.timers).toHaveLength(5);
  });

  it('looks at once when woken, and keeps the next appointment all the same', () => {
    const story = looking((look) => (look === 3 ? 'found' : undefined), 461, [['written', 17]]);
    expect(story.called.map((at) => Math.ceil(at))).toEqual([10, 17, 30]);
  });

  it('looks for the last time at the limit, and never after', () => {
    const story = looking(() => undefined, 999);
    expect(story.error).toMatchObject({ code: 'TooLate' });
    expect(story.called.map((at) => Math.ceil(at))).toEqual([10, 30, 60, 120, 180, 240, 300]);
  });

  it('goes on at the last interval', () => {
    const story = played(
      (context) =>
        waitFor(context, {
          *look() {
            yield* steps<Activities>(context).look('it');
            return undefined;
          },
          at: [10, 20, 30, 60, 70].map(seconds),
          limit: seconds(100),
          tooLate: failed('TooLate', 'It took too long.'),
        }),
      { answers: Array.from({ length: 50 }, () => ({ value: 'seen' })) },
    );
    expect(story.called).toEqual([10, 20, 30, 60, 70, 80, 90, 100]);
  });

  it('ends when somebody cancels, who is named', () => {
    const story = looking(() => undefined, 0, [['cancel', 40]]);
    expect(story.error).toMatchObject({ code: 'Canceled', message: 'The deployment was canceled by anna.' });
    expect(story.called).toEqual([10, 30]);
  });
});

describe('an event that cancels', () => {
  const canceling = (events: readonly (readonly [string, number, unknown?])[], answers: readonly unknown[]) =>
    played((context) => steps<Activities>(context, retryTransient, signal(context, 'cancel')).look('it'), {
      events,
      answers,
    });

  it('ends the wait for another attempt, which is not made', () => {
    const story = canceling([['cancel', 10]], [throttled(600), { value: 'seen' }]);
    expect(story.error).toMatchObject({ code: 'Canceled', message: 'The deployment was canceled by anna.' });
    expect(story.called).toEqual([0]);
    expect(story.seconds()).toBe(10);
  });

  it.each([[undefined], [null], [{}], [{ by: 7 }]])('may name nobody: %j', (value) => {
    expect(canceling([['cancel', 10, value]], [throttled(600)]).error).toMatchObject({
      message: 'The deployment was canceled.',
    });
  });

  it('has the value that it was raised with', () => {
    const story = played(
      function* (context) {
        const approved = signal(context, 'approval');
        yield* sleep(context, new Date(start + minutes(5)), [approved]);
        return approved.value;
      },
      { events: [['approval', 60, { approved: true }]] },
    );
    expect(story.result).toEqual({ approved: true });
  });
});

describe('a step', () => {
  const once50 = Array.from({ length: 200 }, () => throttled());

  it('gives what the activity returned; nothing for null', () => {
    expect(
      played((context) => steps<Activities>(context).look('it'), { answers: [{ value: 'seen' }] }).result,
    ).toBe('seen');
    expect(
      played((context) => steps<Activities>(context).look('it'), { answers: [{ value: null }] }).result,
    ).toBeUndefined();
  });

  it('that fails for good is thrown as it is, without another attempt', () => {
    const failure = { code: 'Denied', message: 'No.', target: '/x', correlationId: 'c-1' };
    const story = played((context) => steps<Activities>(context).look('it'), { answers: [{ failure }] });
    expect((story.error as VpnRadiusError).failure).toEqual(failure);
    expect(story.called).toHaveLength(1);
  });

  it('whose host stopped during it is tried again', () => {
    const retrying: Parameters<RetryObserver>[0][] = [];
    const { result } = played(
      (context) =>
        steps<Activities>(context, retryTransient, undefined, (one) => retrying.push(one)).look('it'),
      { answers: [new Error('the host died'), { value: 'seen' }] },
    );
    expect(result).toBe('seen');
    expect(retrying[0]).toMatchObject({
      lastError: { code: 'StepInterrupted', message: 'The host stopped while this step ran.' },
    });
  });

  it('is tried again for an hour, ever less often, and says why it gave up', () => {
    const story = played((context) => steps<Activities>(context, retryTransient).look('it'), {
      answers: once50,
    });
    expect(story.error).toMatchObject({ code: 'TooManyRequests' });
    expect(story.seconds()).toBeLessThan(3600);
    expect(story.seconds()).toBeGreaterThan(3000);
    expect(story.called.length).toBeLessThan(30);
  });

  it('is tried once where it has a way of its own to try again', () => {
    const story = played((context) => steps<Activities>(context, once).look('it'), { answers: once50 });
    expect(story.called).toHaveLength(1);
    expect(story.error).toBeInstanceOf(VpnRadiusError);
  });

  it('tells an observer what it waits for, since which attempt and until when, and that it has gone on', () => {
    const told: Parameters<RetryObserver>[0][] = [];
    const story = played(
      (context) =>
        steps<Activities>(context, retryTransient, undefined, (retrying) => told.push(retrying)).look('it'),
      { answers: [throttled(10), throttled(), { value: 'seen' }] },
    );
    expect(story.result).toBe('seen');
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(told[1]).toMatchObject({ since: (told[0] as { since: string }).since });
    expect(told[2]).toEqual({ ended: true, attempt: 3 });
    expect(told[0]).toEqual({
      step: 'look',
      attempt: 1,
      lastError: throttled(10).failure,
      since: new Date(start).toISOString(),
      nextTryAt: story.timers[0]!.fireAt!.toISOString(),
    });
  });

  it('that never had to wait tells an observer nothing', () => {
    const told: unknown[] = [];
    played(
      (context) => steps<Activities>(context, retryTransient, undefined, (one) => told.push(one)).look('it'),
      {
        answers: [{ value: 'seen' }],
      },
    );
    expect(told).toEqual([]);
  });
});

describe('the pause before the next attempt', () => {
  const failure = throttled(10).failure;

  it('is the same at every replay and another for every instance, step and attempt', () => {
    const of = (seed: string) => pause(failure, seconds(40), seed);
    expect(of('a/look/1')).toBe(of('a/look/1'));
    const pauses = Array.from({ length: 500 }, (_, index) => of(`vpn-${index}/look/1`));
    expect(new Set(pauses.map((one) => Math.round(one / 1000))).size).toBeGreaterThan(30);
  });

  it('is never shorter than the service asked for, not even by a timer that fires a second early', () => {
    for (let index = 0; index < 500; index++)
      expect(pause(failure, seconds(5), `vpn-${index}`) - seconds(1)).toBeGreaterThanOrEqual(seconds(10));
  });

  it('is longer than that by the usual wait at most', () => {
    for (let index = 0; index < 500; index++)
      expect(pause(failure, seconds(5), `vpn-${index}`)).toBeLessThanOrEqual(seconds(10 + 1 + 5));
  });

  it('lies around the wait where nothing was asked for', () => {
    const pauses = Array.from({ length: 500 }, (_, index) =>
      pause({ code: 'x', message: '' }, 1000, `${index}`),
    );
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1500);
    expect(pauses.reduce((sum, one) => sum + one, 0) / 500).toBeCloseTo(1000, -2);
  });
});

describe('branches side by side', () => {
  const branch = (instanceId: string) => ({ orchestration: 'branch', instanceId, input: null });

  it('each keep their own outcome, also when one was stopped from outside', () => {
    const all = (context: OrchestrationContext) => runTogether(context, [branch('a'), branch('b')]);
    expect(played(all, { branches: [{ value: 1 }, { value: 2 }] }).result).toEqual([
      { value: 1 },
      { value: 2 },
    ]);
    const [first, second] = played(all, { branches: [new Error('terminated'), { value: 1 }] }).result!;
    expect(first).toEqual({
      failure: { code: 'Interrupted', message: 'A branch of this deployment was stopped from outside.' },
    });
    expect(second).toEqual({ value: 1 });
  });

  it.each([
    ['both go well', { value: 'b' }, { value: 'b' }],
    ['one of the side that ends first was stopped from outside', new Error('terminated'), { failure: {} }],
  ])('of two sides, each is told its end when it has ended: %s', (_, firstEnd, told) => {
    const ends: [string, unknown, number][] = [];
    const side = (name: string, ids: string[], context: OrchestrationContext) => ({
      branches: ids.map(branch),
      ended(outcomes: unknown) {
        ends.push([name, outcomes, (context.df.currentUtcDateTime.getTime() - start) / 60_000]);
        return undefined;
      },
    });
    played(
      (context) => runBothSides(context, [side('gateway', ['a'], context), side('nps', ['b', 'c'], context)]),
      { branches: [firstEnd, { value: 'c' }, { value: 'a' }] },
    );
    expect(ends).toMatchObject([
      ['nps', [told, { value: 'c' }], 2],
      ['gateway', [{ value: 'a' }], 3],
    ]);
  });
});

it('what a side does at its end is done before the other side is waited for', () => {
  const story = played(
    (context) => {
      const run = steps<Activities>(context);
      const branch = (instanceId: string) => ({ orchestration: 'branch', instanceId, input: {} });
      return runBothSides(context, [
        { branches: [branch('a')], ended: () => undefined },
        {
          branches: [branch('b')],
          *ended() {
            yield* run.look('it');
          },
        },
      ]);
    },
    { branches: [{ value: 'b' }, { value: 'a' }], answers: [{ value: 'seen' }] },
  );
  expect(story.error).toBeUndefined();
  expect(story.called).toEqual([60]);
});

it('the result of a branch is its value, or the failure that it ended with', () => {
  expect(valueOrThrow({ value: 7 })).toBe(7);
  expect(() => valueOrThrow({ failure: { code: 'Code', message: 'Message.' } })).toThrowError(
    expect.objectContaining({ code: 'Code', message: 'Message.' }),
  );
});

describe('the ids by which Azure finds what was written', () => {
  const ids = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `c-${from + index}`);
  const told = (answers: readonly unknown[], branches: readonly unknown[] = []) =>
    played(
      function* (context) {
        const run = steps<Activities>(context);
        for (const _ of answers.filter((answer) => (answer as { value?: string }).value))
          yield* run.look('it');
        if (branches.length > 0)
          yield* runTogether(
            context,
            branches.map((_, index) => ({ orchestration: 'branch', instanceId: `${index}`, input: null })),
          );
        return correlationIdsOf(context);
      },
      { answers, branches },
    ).result;

  it('are those of steps, of failed attempts and of branches, each once', () => {
    const retried = { failure: { ...throttled().failure, correlationId: 'c-failed' } };
    expect(
      told(
        [{ value: 'a', correlationIds: ['c-1', 'c-2'] }, retried, { value: 'b', correlationIds: ['c-2'] }],
        [{ value: 'c', correlationIds: ['c-3'] }, { failure: { code: 'No', correlationId: 'c-4' } }],
      ),
    ).toEqual(['c-1', 'c-2', 'c-failed', 'c-3', 'c-4']);
    expect(told([{ value: 'a' }])).toEqual([]);
  });

  it('are two hundred at most, the first ones', () => {
    expect(
      told([
        { value: 'a', correlationIds: ids(0, 150) },
        { value: 'b', correlationIds: ids(150, 250) },
      ]),
    ).toEqual(ids(0, 200));
  });

  it.each([
    [
      'with its value',
      { value: 'seen', correlationIds: ['c-1'] },
      { value: 'seen', correlationIds: ['c-1'] },
    ],
    ['alone where there are none', { value: 'seen' }, { value: 'seen' }],
    [
      'with its failure',
      { failure: { code: 'No', message: 'No.', correlationId: 'c-2' } },
      { failure: { code: 'No', message: 'No.', correlationId: 'c-2' }, correlationIds: ['c-2'] },
    ],
  ])('are in the outcome of an orchestration, %s', (_, answer, expected) => {
    const body = orchestration<unknown, unknown>((context) => steps<Activities>(context).look('it'));
    const { result } = played((context) => body(context) as Step<unknown>, { answers: [answer] });
    expect(result).toEqual(expected);
  });
});

it('a branch that is started alone does nothing, and says why', () => {
  const body = subOrchestration<unknown, unknown>((context) => steps<Activities>(context).look('it'));
  const { result, called } = played((context) => body(context) as Step<unknown>);
  expect(result).toEqual({
    failure: {
      code: 'NotStartedByDeployment',
      message: expect.stringContaining('was started alone'),
    },
  });
  expect(called).toEqual([]);
});

it('a step that is tried again waits by its instance, its name and its attempt', () => {
  const story = played((context) => steps<Activities>(context).look('it'), {
    answers: [throttled(), throttled(), { value: 'seen' }],
    instanceId: 'hub-1',
  });
  const first = pause({} as Failure, retryTransient.first, 'hub-1/look/1');
  const second = pause({} as Failure, retryTransient.first * 2, 'hub-1/look/2');
  expect(story.timers.map(({ fireAt }) => fireAt!.getTime() - start)).toEqual([first, first + second]);
});

it('no branches are no work', () => {
  expect(played((context) => runTogether(context, [])).result).toEqual([]);
});
