import type { OrchestrationContext, Task } from 'durable-functions';
import type { Branch } from '../../shared/durable.ts';
import { orchestration, type Step } from '../../shared/durable.ts';

/** A history gets two events for every branch, so that more of them than this are given to an orchestration of their own. */
const mostInOneHistory = 100;

/** Runs sub-orchestrations, so many at a time, and waits for all. What one comes to is its own affair: it keeps it where others find it. */
export function* inBranches(
  context: OrchestrationContext,
  branches: readonly Branch[],
  atOnce: number,
): Step<void> {
  if (branches.length > mostInOneHistory) {
    for (let from = 0; from < branches.length; from += mostInOneHistory) {
      const group = { branches: branches.slice(from, from + mostInOneHistory), atOnce };
      const instanceId = `${branches[from]!.instanceId}-group`;
      yield* endOf(context.df.callSubOrchestrator('runBranches', group, instanceId));
    }
    return;
  }
  const running: Task[] = [];
  for (const { orchestration: name, input, instanceId } of branches) {
    running.push(context.df.callSubOrchestrator(name, input, instanceId));
    if (running.length >= atOnce) yield* oneEnded(context, running);
  }
  while (running.length > 0) yield* oneEnded(context, running);
}

export const runBranches = orchestration(function* (
  context,
  { branches, atOnce }: { readonly branches: readonly Branch[]; readonly atOnce: number },
): Step<void> {
  yield* inBranches(context, branches, atOnce);
});

function* oneEnded(context: OrchestrationContext, running: Task[]): Step<void> {
  yield* endOf(context.df.Task.any(running));
  for (let index = running.length - 1; index >= 0; index--) {
    if (running[index]!.isCompleted || running[index]!.isFaulted) running.splice(index, 1);
  }
}

/** A branch that was stopped from outside must not stop the others. */
function* endOf(task: Task): Step<void> {
  try {
    yield task;
  } catch {}
}
