import type { OrchestrationContext } from 'durable-functions';
import { later, type RetryObserver, type Step } from '../../shared/core/durable.ts';
import { type Failure, failureOf, sentenceOf } from '../../shared/core/errors.ts';
import type {
  BranchProgress,
  DeploymentResult,
  Ending,
  EventTold,
  Progress,
  StageName,
} from '../../shared/deployment/contract.ts';
import { fitted, fittedBranch } from '../../shared/deployment/progress/custom-status.ts';
import {
  newStages,
  stageEnded,
  stageRunning,
  stageWaiting,
  waitedBy,
  waitOf,
} from '../../shared/deployment/progress/stages.ts';

/** More than this would take the place of what the custom status has to tell. */
const mostPastBranches = 12;

/** Keeps the custom status: every stage says when it began, when it ended and what its result was. */
export function progressOf(context: OrchestrationContext, names?: readonly StageName[]) {
  const now = () => context.df.currentUtcDateTime.toISOString();
  let status: Progress = { stages: newStages(names), startedAt: now() };
  const tell = (change: Partial<Progress>) => {
    const { branches = [], pastBranches = [] } = status;
    status = { ...status, ...change };
    if (change.branches) {
      const past = [...new Set([...pastBranches, ...branches])].filter(
        (id) => !change.branches!.includes(id) && !id.startsWith('telling-'),
      );
      if (past.length > 0) status = { ...status, pastBranches: past.slice(-mostPastBranches) };
    }
    context.df.setCustomStatus(fitted(status));
  };

  return {
    tell,
    /** The whole progress; the custom status may hold less. */
    get status() {
      return status;
    },
    begin(name: StageName) {
      tell({ stages: stageRunning(status.stages, name, now()) });
    },
    end(name: StageName, as: 'Succeeded' | 'Skipped' | 'Failed', detail?: string) {
      tell({ stages: stageEnded(status.stages, name, as, now(), detail) });
    },
    /**
     * Runs `step` as the stage of that name. `detail` says the result in one sentence, unless the step itself returns
     * the sentence.
     */
    *runStage<T>(name: StageName, step: Step<T>, detail: (value: T) => string = String): Step<T> {
      this.begin(name);
      try {
        const value = yield* step;
        this.end(name, 'Succeeded', detail(value));
        return value;
      } catch (error) {
        this.end(name, 'Failed', sentenceOf(failureOf(error)));
        throw error;
      }
    },
    /** Says in the running stage why one of its steps is tried again, and when. */
    noteWait: ((retrying) => {
      const stage = status.stages.findLast((one) => one.status === 'Running');
      if (!stage) return;
      tell({
        stages: stageWaiting(status.stages, stage.name, waitOf(retrying, stage)),
        waitedMilliseconds: (status.waitedMilliseconds ?? 0) + waitedBy(retrying, stage, now()),
      });
    }) satisfies RetryObserver,
    /** Adds to what is known to exist. It is listed also when the deployment fails. */
    addToResult(what: Partial<DeploymentResult>) {
      const changes = [...(status.result?.changes ?? []), ...(what.changes ?? [])];
      const made = [...(status.result?.made ?? []), ...(what.made ?? [])];
      const removed = [...(status.result?.removed ?? []), ...(what.removed ?? [])];
      const isRemoval = (what.removed ?? status.result?.removed) !== undefined;
      tell({
        result: {
          ...status.result,
          ...what,
          changes,
          ...(made.length > 0 && { made }),
          ...(isRemoval && { removed }),
        },
      });
    },
    /** Notes for the record an event that the topic has not taken. */
    noteUntold(event: EventTold | undefined) {
      if (event) tell({ events: [...(status.events ?? []), event] });
    },
    /** Marks the running stage as failed, and says how the deployment ended. */
    stop(failure: Failure): Ending {
      const stage = status.stages.find((one) => one.status === 'Failed' || one.status === 'Running')?.name;
      for (const one of status.stages)
        if (one.status === 'Running') this.end(one.name, 'Failed', sentenceOf(failure));
      const named = failure.code === 'Canceled' || failure.code === 'Rejected' ? failure.code : 'Failed';
      return { status: named, failure, stage };
    },
    expectEndIn(milliseconds: number) {
      tell({ countedFrom: now(), expectedEndAt: later(context, milliseconds).toISOString() });
    },
  };
}

/** Tells in the custom status of a sub-orchestration what it waits for; the stage of its parent shows it. */
export function noteBranchWaits(context: OrchestrationContext): RetryObserver {
  let status: BranchProgress = { waitedMilliseconds: 0 };
  return (retrying) => {
    const now = context.df.currentUtcDateTime.toISOString();
    status = {
      waiting: waitOf(retrying, status.waiting),
      waitedMilliseconds: status.waitedMilliseconds + waitedBy(retrying, status.waiting, now),
    };
    context.df.setCustomStatus(fittedBranch(status));
  };
}
