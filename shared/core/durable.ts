import type { OrchestrationContext, Task } from 'durable-functions';
import { type Failure, failed, failureOf, VpnRadiusError } from './errors.ts';
import { sha256 } from './sha256.ts';

/**
 * Typed `yield*` steps over durable-functions. Everything that passes a `yield` is stored in clear text in the history.
 * So a failure travels as a value of this app (`Outcome`), never as the text of a foreign exception, and reads the same
 * under every version of the extension.
 */
export type Step<T> = Generator<Task, T, unknown>;

export type Outcome<T> = ({ readonly value: T } | { readonly failure: Failure }) & {
  /** The ids by which Azure's activity log finds what was written. */
  readonly correlationIds?: readonly string[];
};

export const seconds = (count: number) => count * 1000;
export const minutes = (count: number) => seconds(count * 60);
export const days = (count: number) => minutes(count * 24 * 60);

/**
 * The storage provider sends a timer as a queue message that stays hidden for whole seconds, rounded down, so it fires
 * up to this much early. A wait that a service asked for is made longer by it.
 */
const earliest = seconds(1);

/**
 * The one policy for transient failures: wait as long as the service asks for, otherwise twice as long each time, for
 * one hour in all.
 */
export const retryTransient: Retry = { first: seconds(5), longest: minutes(5), giveUpAfter: minutes(60) };

/** For what is tidied up at the end: whoever waits for the end does not wait for long. */
export const fewTimes: Retry = { ...retryTransient, giveUpAfter: minutes(5) };

/** For callers that have their own way to try again. */
export const once: Retry = { first: 0, longest: 0, giveUpAfter: 0 };

export interface Retry {
  readonly first: number;
  readonly longest: number;
  readonly giveUpAfter: number;
}

/** A step that failed for a reason that passes, and that is tried again: what a wait is for. */
export interface Retrying {
  readonly step: string;
  /** How often the step has been tried until now. */
  readonly attempt: number;
  readonly lastError: Failure;
  /** When the step failed first, and when it is tried next: ISO 8601. */
  readonly since: string;
  readonly nextTryAt: string;
}

/**
 * Called at every wait for a step. Called once more, with the number of its last attempt, when a step that had to wait
 * has ended, well or not.
 */
export type RetryObserver = (retrying: Retrying | { readonly ended: true; readonly attempt: number }) => void;

/**
 * An activity takes one input. Some activities also use the context of their invocation, which is not part of the step.
 */
type Activity = (input: never, context: never) => Promise<unknown>;
type StepsOf<A> = {
  readonly [K in keyof A]: A[K] extends (input: infer I, context: never) => Promise<infer O>
    ? (input: I) => Step<O>
    : never;
};

/**
 * The activities of `A` as steps: `yield* run.writeGateway(order)`. A transient failure is tried again after a durable
 * timer. Any other failure is thrown as the `VpnRadiusError` that the activity threw. With `canceled`, a request to
 * cancel lets the running activity finish and then stops the orchestration. `observer` is told what is waited for.
 */
export function steps<A extends { readonly [K in keyof A]: Activity }>(
  context: OrchestrationContext,
  retry: Retry = retryTransient,
  canceled?: Signal,
  observer?: RetryObserver,
): StepsOf<A> {
  return new Proxy({} as StepsOf<A>, {
    get: (_, name) => (input: unknown) => tryStep(context, String(name), input, retry, canceled, observer),
  });
}

function* tryStep(
  context: OrchestrationContext,
  step: string,
  input: unknown,
  retry: Retry,
  canceled: Signal | undefined,
  observer: RetryObserver | undefined,
): Step<unknown> {
  const giveUpAt = context.df.currentUtcDateTime.getTime() + retry.giveUpAfter;
  let attempt = 1;
  let since: string | undefined;
  try {
    for (let wait = retry.first; ; attempt++, wait = Math.min(wait * 2, retry.longest)) {
      const outcome = yield* waitForOutcome(context, context.df.callActivity(step, input), canceled);
      noteIds(context, outcome);
      canceled?.throwIfRaised();
      if ('value' in outcome) return outcome.value ?? undefined;
      const { failure } = outcome;
      const again = later(context, pause(failure, wait, `${context.df.instanceId}/${step}/${attempt}`));
      if (!failure.transient || again.getTime() >= giveUpAt) throw new VpnRadiusError(failure);
      since ??= context.df.currentUtcDateTime.toISOString();
      observer?.({ step, attempt, lastError: failure, since, nextTryAt: again.toISOString() });
      yield* sleep(context, again, canceled ? [canceled] : []);
      canceled?.throwIfRaised();
    }
  } finally {
    if (since) observer?.({ ended: true, attempt });
  }
}

/** Each replay has its own context, and collects the same ids again. */
const idsOf = new WeakMap<OrchestrationContext, Set<string>>();
const mostIds = 200;

function noteIds(context: OrchestrationContext, outcome: Outcome<unknown>): void {
  const ids = idsOf.get(context) ?? new Set<string>();
  idsOf.set(context, ids);
  const failed = 'failure' in outcome ? outcome.failure.correlationId : undefined;
  for (const id of [...(outcome.correlationIds ?? []), ...(failed ? [failed] : [])])
    if (ids.size < mostIds) ids.add(id);
}

/**
 * The correlation ids of every write in Azure and of every failed attempt: those of the steps until now, and those of
 * the branches that have ended.
 */
export const correlationIdsOf = (context: OrchestrationContext): readonly string[] => [
  ...(idsOf.get(context) ?? []),
];

/**
 * How long to wait before the next attempt. It is never less than the service asked for. It differs between instances,
 * which would otherwise all come back at the same moment. The difference is calculated from the seed, so that a replay
 * gets the same number.
 */
export function pause({ retryAfterSeconds }: Failure, wait: number, seed: string): number {
  const share = Number.parseInt(sha256(seed).slice(0, 8), 16) / 2 ** 32;
  if (retryAfterSeconds === undefined) return Math.round(wait * (0.5 + share));
  return seconds(retryAfterSeconds) + earliest + Math.round(wait * share);
}

/**
 * The outcome of an activity or sub-orchestration. The task itself fails only when its host died during it, and then
 * another try may succeed.
 */
function* waitForOutcome(
  context: OrchestrationContext,
  task: Task,
  canceled?: Signal,
): Step<Outcome<unknown>> {
  try {
    if (canceled && !canceled.isRaised) yield context.df.Task.any([task, canceled.task]);
    if (!task.isCompleted && !task.isFaulted) yield task;
    if (task.isFaulted) throw task.result;
    return (task.result ?? { value: undefined }) as Outcome<unknown>;
  } catch {
    return {
      failure: { code: 'StepInterrupted', message: 'The host stopped while this step ran.', transient: true },
    };
  }
}

/**
 * An external event that may come at any time, once or often. One task is used in every race. The reason: the extension
 * and the library both give an event to the newest waiter, so a race that was left must not leave a waiter behind that
 * would take the event.
 */
export interface Signal {
  readonly isRaised: boolean;
  readonly value: unknown;
  readonly task: Task;
  /** Waits for the next event of this name. */
  reset(): void;
  throwIfRaised(): void;
}

/** An event whose value does not count (`counts`) is ignored, as if nobody had raised it. */
export function signal(
  context: OrchestrationContext,
  name: string,
  counts: (value: unknown) => boolean = () => true,
): Signal {
  let task = context.df.waitForExternalEvent(name);
  const current = () => {
    if (task.isCompleted && !counts(task.result)) task = context.df.waitForExternalEvent(name);
    return task;
  };
  return {
    get isRaised() {
      return current().isCompleted;
    },
    get value() {
      return current().result;
    },
    get task() {
      return current();
    },
    reset() {
      task = context.df.waitForExternalEvent(name);
    },
    throwIfRaised() {
      if (current().isCompleted) throw canceledBy(task.result);
    },
  };
}

function canceledBy(value: unknown): VpnRadiusError {
  const by = (value as { by?: unknown } | undefined)?.by;
  return failed('Canceled', `The deployment was canceled${typeof by === 'string' ? ` by ${by}` : ''}.`);
}

/** The time of the orchestration plus this many milliseconds. */
export function later(context: OrchestrationContext, milliseconds: number): Date {
  return new Date(context.df.currentUtcDateTime.getTime() + milliseconds);
}

/** The time that an input tells as ISO 8601. */
export const momentOf = (time: string): Date => new Date(time);

/** Waits until `until`, or until one of `signals` is raised. True when the whole time has passed. */
export function* sleep(
  context: OrchestrationContext,
  until: Date,
  signals: readonly Signal[] = [],
): Step<boolean> {
  const woken = () => signals.some(({ isRaised }) => isRaised);
  // A timer of more than six days is made of several timers, and cannot be cancelled after the first of them has fired.
  // So a long wait is divided into days here. Each timer fires once, perhaps early; this loop counts it as fired and
  // does not compare it with the clock.
  for (let passed = context.df.currentUtcDateTime; passed < until && !woken(); ) {
    const from = Math.max(passed.getTime(), context.df.currentUtcDateTime.getTime());
    const leg = new Date(Math.min(until.getTime(), from + days(1)));
    const timer = context.df.createTimer(leg);
    yield signals.length === 0 ? timer : context.df.Task.any([timer, ...signals.map(({ task }) => task)]);
    // When an event that does not count has woken it, it waits again.
    if (timer.isCompleted) passed = leg;
    else timer.cancel();
  }
  return !woken();
}

export interface Wait<T> {
  /** Looks once. Undefined while there is no result yet. */
  readonly look: () => Step<T | undefined>;
  /** When to look: milliseconds after the wait began, in ascending order. The last interval repeats for ever. */
  readonly at: readonly number[];
  readonly wakeUp?: Signal;
  readonly canceled?: Signal;
  readonly limit: number;
  /** Thrown when the limit has passed. */
  readonly tooLate: VpnRadiusError;
}

/** Looks at the times of `at`, and at once when an event wakes it, until there is a result or the limit has passed. */
export function* waitFor<T>(context: OrchestrationContext, waiting: Wait<T>): Step<T> {
  const began = context.df.currentUtcDateTime.getTime();
  const signals = [waiting.wakeUp, waiting.canceled].filter((one) => one !== undefined);
  // A look that came a little early counts as done. By the clock alone it would be made again.
  for (let kept = 0; ; ) {
    const passed = Math.max(kept, context.df.currentUtcDateTime.getTime() - began);
    if (passed >= waiting.limit) throw waiting.tooLate;
    const next = Math.min(nextAfter(waiting.at, passed), waiting.limit);
    if (yield* sleep(context, new Date(began + next), signals)) kept = next;
    waiting.canceled?.throwIfRaised();
    if (waiting.wakeUp?.isRaised) waiting.wakeUp.reset();
    const found = yield* waiting.look();
    if (found !== undefined) return found;
  }
}

function nextAfter(at: readonly number[], passed: number): number {
  const appointed = at.find((time) => time > passed);
  if (appointed !== undefined) return appointed;
  const last = at.at(-1) ?? 0;
  const interval = Math.max(seconds(1), last - (at.at(-2) ?? 0));
  return last + (Math.floor((passed - last) / interval) + 1) * interval;
}

export interface Branch {
  readonly orchestration: string;
  readonly instanceId: string;
  readonly input: unknown;
}

/** Runs sub-orchestrations side by side and waits for all of them, also when one fails: each has its own outcome. */
export function* runTogether(
  context: OrchestrationContext,
  branches: readonly Branch[],
): Step<readonly Outcome<unknown>[]> {
  // `Task.all` throws when the list is empty.
  if (branches.length === 0) return [];
  const side = startBranches(context, branches);
  yield* waitForAll(side);
  return outcomesOf(context, side);
}

/** One of two sides: its branches, and what to do as soon as all of them have ended. */
export interface Side {
  readonly branches: readonly Branch[];
  readonly ended: (outcomes: readonly Outcome<unknown>[]) => Step<void> | undefined;
}

/**
 * Runs two sides at once and waits for both. `ended` of a side is called when this side has ended, while the other goes
 * on.
 */
export function* runBothSides(context: OrchestrationContext, sides: readonly [Side, Side]): Step<void> {
  const [one, other] = sides.map((side) => ({ ...side, ...startBranches(context, side.branches) }));
  try {
    yield context.df.Task.any([one!.all, other!.all]);
  } catch {
    // One of the branches was stopped from outside. The others of that side are still waited for.
  }
  // A task that was yielded must not go into a second race: it would be scheduled again. Waiting for it alone is fine.
  for (const side of hasEnded(one!.all) ? [one!, other!] : [other!, one!]) {
    yield* waitForAll(side);
    const told = side.ended(outcomesOf(context, side));
    if (told) yield* told;
  }
}

interface Started {
  readonly tasks: readonly Task[];
  readonly all: Task;
}

function startBranches(context: OrchestrationContext, branches: readonly Branch[]): Started {
  const tasks = branches.map(({ orchestration, input, instanceId }) =>
    context.df.callSubOrchestrator(orchestration, input, instanceId),
  );
  return { tasks, all: context.df.Task.all(tasks) };
}

/**
 * `Task.all` ends with the first branch that was stopped from outside. Then the others are waited for one after the
 * other.
 */
function* waitForAll({ tasks, all }: Started): Step<void> {
  for (const task of [all, ...tasks]) {
    try {
      if (!hasEnded(task)) yield task;
    } catch {
      // The outcome of this branch says so.
    }
  }
}

const hasEnded = (task: Task) => task.isCompleted || task.isFaulted;

function outcomesOf(context: OrchestrationContext, { tasks }: Started): readonly Outcome<unknown>[] {
  const outcomes = tasks.map(outcomeOfBranch);
  for (const outcome of outcomes) noteIds(context, outcome);
  return outcomes;
}

function outcomeOfBranch(task: Task): Outcome<unknown> {
  if (!task.isFaulted) return task.result as Outcome<unknown>;
  return {
    failure: { code: 'Interrupted', message: 'A branch of this deployment was stopped from outside.' },
  };
}

export function valueOrThrow<T>(outcome: Outcome<unknown>): T {
  if ('failure' in outcome) throw new VpnRadiusError(outcome.failure);
  return outcome.value as T;
}

/** An orchestration for durable-functions: it types the input and makes an `Outcome` of the end. */
export function orchestration<I, O>(body: (context: OrchestrationContext, input: I) => Step<O>) {
  return function* (context: OrchestrationContext): Generator<Task, Outcome<O>, unknown> {
    let outcome: Outcome<O>;
    try {
      outcome = { value: yield* body(context, context.df.getInput() as I) };
    } catch (error) {
      outcome = { failure: failureOf(error) };
    }
    const correlationIds = correlationIdsOf(context);
    return correlationIds.length > 0 ? { ...outcome, correlationIds } : outcome;
  };
}

/**
 * An orchestration that only another one starts. A person with the key of the durable management API can start any
 * orchestration by its name with any order. A branch has no plan, no guardrails and no approval before it, so it does
 * nothing when it is started alone.
 */
export function subOrchestration<I, O>(body: (context: OrchestrationContext, input: I) => Step<O>) {
  return orchestration<I, O>(function* (context, input) {
    if (!context.df.parentInstanceId) {
      throw failed(
        'NotStartedByDeployment',
        'This orchestration is a part of another one and was started alone. Nothing was done.',
      );
    }
    return yield* body(context, input);
  });
}
