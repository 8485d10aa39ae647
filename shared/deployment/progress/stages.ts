import type { RetryObserver } from '../../core/durable.ts';
import { type BranchProgress, type Order, type Stage, type StageName, stageNames } from '../contract.ts';
import { pathOf } from '../migration/paths.ts';

/** A removal goes in the opposite order: it removes what uses a thing before the thing itself. */
const removalStageNames: readonly StageName[] = [
  'plan',
  'approval',
  'pointToSite',
  'gateway',
  'nps',
  'radiusSecret',
  'publicIp',
  'gatewaySubnet',
  'verify',
  'answer',
];

/** Entra sign-in comes first. After users have moved, RADIUS is removed in the order of a removal. */
const toEntraStageNames: readonly StageName[] = [
  'plan',
  'approval',
  'gateway',
  'goAhead',
  'pointToSite',
  'nps',
  'radiusSecret',
  'publicIp',
  'gatewaySubnet',
  'verify',
  'answer',
];

const sideBySideStageNames: readonly StageName[] = [
  ...stageNames.slice(0, -1),
  'goAhead',
  'lastPart',
  'answer',
];

/** The stages of an order, in the order in which they run. */
export function stageNamesOf({
  removes,
  migrates,
}: Pick<Order, 'removes' | 'migrates'>): readonly StageName[] {
  if (removes) return removalStageNames;
  if (migrates?.path === 'to-entra') return toEntraStageNames;
  return migrates && pathOf(migrates.path).atTheEnd ? sideBySideStageNames : stageNames;
}

export function newStages(names: readonly StageName[] = stageNames): Stage[] {
  return names.map((name) => ({ name, status: 'Pending' }));
}

export function stageRunning(stages: readonly Stage[], name: StageName, at: string): Stage[] {
  return stages.map((stage) => (stage.name === name ? { name, status: 'Running', startedAt: at } : stage));
}

/**
 * `detail` is a sentence for the reader. A stage that was tried more than once keeps the number of attempts and the
 * last error.
 */
export function stageEnded(
  stages: readonly Stage[],
  name: StageName,
  status: 'Succeeded' | 'Skipped' | 'Failed',
  at: string,
  detail?: string,
): Stage[] {
  return stages.map((stage) =>
    stage.name === name
      ? {
          name,
          status,
          startedAt: stage.startedAt ?? at,
          endedAt: at,
          ...(detail && { detail }),
          ...(stage.attempt && { attempt: stage.attempt }),
          ...(stage.lastError && { lastError: stage.lastError }),
        }
      : stage,
  );
}

export type Waiting = NonNullable<BranchProgress['waiting']>;

/**
 * What a stage shows of a step that is tried again. After the last attempt it shows only the number of attempts and the
 * last error.
 */
export function waitOf(retrying: Parameters<RetryObserver>[0], before: Waiting = {}): Waiting {
  const { attempt } = retrying;
  if ('ended' in retrying) return { attempt, ...(before.lastError && { lastError: before.lastError }) };
  const { code, message, target, correlationId, requestId } = retrying.lastError;
  return {
    attempt,
    lastError: {
      code,
      message,
      ...(target !== undefined && { target }),
      ...(correlationId && { correlationId }),
      ...(requestId && { requestId }),
    },
    waitingSince: retrying.since,
    nextTryAt: retrying.nextTryAt,
  };
}

/** How long a wait that has now ended was, in milliseconds. */
export function waitedBy(
  retrying: Parameters<RetryObserver>[0],
  { waitingSince }: Waiting | undefined = {},
  now: string,
): number {
  return 'ended' in retrying && waitingSince ? Date.parse(now) - Date.parse(waitingSince) : 0;
}

/** Marks a running stage as waiting, or as running again. */
export function stageWaiting(stages: readonly Stage[], name: StageName, waiting: Waiting): Stage[] {
  return stages.map((stage) => {
    if (stage.name !== name || stage.status !== 'Running') return stage;
    const { name: its, status, startedAt } = stage;
    const { nextTryAt, lastError, attempt, waitingSince } = waiting;
    const detail =
      nextTryAt &&
      `Waits since ${waitingSince}: ${lastError?.message} (${lastError?.code}) Tried ${attempt} ${attempt === 1 ? 'time' : 'times'}; next try at ${nextTryAt}.`;
    return { name: its, status, ...(startedAt && { startedAt }), ...(detail && { detail }), ...waiting };
  });
}

/** What a stage that has ended shows of the attempts of its branches: those of the branch that tried most often. */
export function withAttempts(
  stages: readonly Stage[],
  branches: readonly { readonly stage: StageName; readonly waiting: Waiting }[],
): readonly Stage[] {
  return stages.map((stage) => {
    const [most] = branches
      .filter((branch) => branch.stage === stage.name && branch.waiting.attempt !== undefined)
      .sort((one, other) => other.waiting.attempt! - one.waiting.attempt!);
    if (!most || stage.nextTryAt || (stage.attempt ?? 0) >= most.waiting.attempt!) return stage;
    const { attempt, lastError } = most.waiting;
    return { ...stage, attempt: attempt!, ...(lastError && { lastError }) };
  });
}

/** Since when nothing happens: set when all running stages wait for their next attempt. */
function idleSince(stages: readonly Stage[]): string | undefined {
  const running = stages.filter(({ status }) => status === 'Running');
  if (!running.every(({ nextTryAt }) => nextTryAt)) return undefined;
  return running
    .flatMap(({ waitingSince }) => waitingSince ?? [])
    .toSorted()
    .at(-1);
}

export interface Estimate {
  readonly expectedEndAt?: string | null | undefined;
  /** When the estimated work began. If undefined, the start of the first stage is used. */
  readonly countedFrom?: string | undefined;
  /** Time in which the deployment only waited for another attempt. */
  readonly waitedMilliseconds?: number | undefined;
}

/**
 * How far a deployment is, in whole percent: the share of its stages or of its expected time, whichever is more. It is
 * 100 only when every stage has ended. Time does not count without `expectedEndAt`, or while nothing happens.
 */
export function percent(stages: readonly Stage[], now: string, estimate: Estimate = {}): number {
  const { expectedEndAt, waitedMilliseconds = 0 } = estimate;
  const ended = stages.filter(({ status }) => status !== 'Pending' && status !== 'Running').length;
  if (ended === stages.length) return 100;
  const began = estimate.countedFrom ?? stages.find(({ startedAt }) => startedAt !== undefined)?.startedAt;
  const duration = began && expectedEndAt ? Date.parse(expectedEndAt) - Date.parse(began) : 0;
  const until = Date.parse(idleSince(stages) ?? now) - waitedMilliseconds;
  const passed = began && duration > 0 ? (until - Date.parse(began)) / duration : 0;
  return Math.floor(Math.min(99, 100 * Math.max(ended / stages.length, passed)));
}

/** The estimated end, moved later by the time in which nothing happened. */
export function expectedEnd(
  stages: readonly Stage[],
  now: string,
  { expectedEndAt, waitedMilliseconds = 0 }: Estimate,
): string | null {
  if (!expectedEndAt) return null;
  const since = idleSince(stages);
  const idle = since ? Math.max(0, Date.parse(now) - Date.parse(since)) : 0;
  return new Date(Date.parse(expectedEndAt) + waitedMilliseconds + idle).toISOString();
}
