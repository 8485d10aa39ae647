import type { OrchestrationContext } from 'durable-functions';
import { type Branch, runTogether, type Step, subOrchestration } from '../../shared/core/durable.ts';

/** A lane begins its history anew after this many branches. */
const mostInOneHistory = 50;

/**
 * Runs sub-orchestrations, at most `atOnce` at a time, and waits for all of them. Each lane runs its share of them, one
 * after the other. (A sliding window over `Task.any` would schedule again what already runs: every `any` carries the
 * actions of all its tasks.) A branch returns nothing here: it keeps its result where other steps find it.
 */
export function* runInLanes(
  context: OrchestrationContext,
  branches: readonly Branch[],
  atOnce: number,
): Step<void> {
  const lanes = branches
    .slice(0, atOnce)
    .map((_, lane) => branches.filter((__, index) => index % atOnce === lane));
  yield* runTogether(
    context,
    lanes.map((its) => ({
      orchestration: 'runLane',
      instanceId: `${its[0]!.instanceId}-lane`,
      input: its,
    })),
  );
}

export const runLane = subOrchestration(function* (context, branches: readonly Branch[]): Step<void> {
  for (const branch of branches.slice(0, mostInOneHistory)) yield* runTogether(context, [branch]);
  const left = branches.slice(mostInOneHistory);
  if (left.length > 0) context.df.continueAsNew(left);
});
