import { type DeploymentResult, type Stage, type StageName, stageNames } from './contract.ts';

/** What Durable Functions keeps of a custom status is 16 KB of UTF-16: ten stages with these details stay far below. */
const longestDetail = 200;
const mostChanges = 16;

export function newStages(): Stage[] {
  return stageNames.map((name) => ({ name, status: 'Pending' }));
}

export function stageRunning(stages: readonly Stage[], name: StageName, at: string): Stage[] {
  return stages.map((stage) => (stage.name === name ? { name, status: 'Running', startedAt: at } : stage));
}

/** `detail` is a sentence for the person who looks: it is shortened to 200 characters. */
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
          ...(detail ? { detail: shortened(detail, longestDetail) } : {}),
        }
      : stage,
  );
}

/** The result as a custom status can hold it: the first changes, and how many more there are, also when it was shortened before. */
export function compactResult(result: DeploymentResult): DeploymentResult {
  const leftOut = result.changes.map((change) => Number(/^and (\d+) more$/.exec(change)?.[1] ?? 0));
  const changes = result.changes.filter((_, index) => leftOut[index] === 0);
  const kept = changes.slice(0, mostChanges).map((change) => shortened(change, longestDetail));
  const more = changes.length - kept.length + leftOut.reduce((sum, count) => sum + count, 0);
  return { ...result, changes: more > 0 ? [...kept, `and ${more} more`] : kept };
}

/**
 * How far a deployment is, in whole percent: the share of its stages or of its expected time, whichever is more. Only when
 * every stage has ended is it 100. Without `expectedEndAt`, as while it waits for an approval, time does not count.
 */
export function percent(stages: readonly Stage[], now: string, expectedEndAt?: string | null): number {
  const ended = stages.filter(({ status }) => status !== 'Pending' && status !== 'Running').length;
  if (ended === stages.length) return 100;
  const began = stages.find(({ startedAt }) => startedAt !== undefined)?.startedAt;
  const duration = began && expectedEndAt ? Date.parse(expectedEndAt) - Date.parse(began) : 0;
  const passed = began && duration > 0 ? (Date.parse(now) - Date.parse(began)) / duration : 0;
  return Math.floor(Math.min(99, 100 * Math.max(ended / stages.length, passed)));
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
