import type { OrchestrationContext } from 'durable-functions';
import { later, type Step } from '../../shared/core/durable.ts';
import { type Failure, failureOf } from '../../shared/core/errors.ts';
import type { DeploymentResult, Ending, Progress, StageName } from '../../shared/deployment/contract.ts';
import { compactResult, newStages, stageEnded, stageRunning } from '../../shared/deployment/stages.ts';

/** Keeps the custom status: every stage says when it began, when it ended and what came of it. */
export function progressOf(context: OrchestrationContext) {
  const now = () => context.df.currentUtcDateTime.toISOString();
  let status: Progress = { stages: newStages(), startedAt: now() };
  const tell = (change: Partial<Progress>) => {
    status = { ...status, ...change };
    context.df.setCustomStatus(status);
  };

  return {
    tell,
    get status() {
      return status;
    },
    begin(name: StageName) {
      tell({ stages: stageRunning(status.stages, name, now()) });
    },
    end(name: StageName, as: 'Succeeded' | 'Skipped' | 'Failed', detail?: string) {
      tell({ stages: stageEnded(status.stages, name, as, now(), detail) });
    },
    /** Runs `step` as the stage of that name; `detail` says in one sentence what came of it, unless the step itself returns the sentence. */
    *stage<T>(name: StageName, step: Step<T>, detail: (value: T) => string = String): Step<T> {
      this.begin(name);
      try {
        const value = yield* step;
        this.end(name, 'Succeeded', detail(value));
        return value;
      } catch (error) {
        this.end(name, 'Failed', failureOf(error).message);
        throw error;
      }
    },
    /** Adds to what is known to exist, which is listed also when the deployment fails. */
    found(what: Partial<DeploymentResult>) {
      const changes = [...(status.result?.changes ?? []), ...(what.changes ?? [])];
      const result = { ...status.result, ...what, changes };
      tell({ result: compactResult(result as DeploymentResult) });
    },
    /** Marks the stage that runs as failed, and says how the deployment ended. */
    stopped(failure: Failure): Ending {
      const stage = status.stages.find((one) => one.status === 'Failed' || one.status === 'Running')?.name;
      for (const one of status.stages)
        if (one.status === 'Running') this.end(one.name, 'Failed', failure.message);
      const named = failure.code === 'Canceled' || failure.code === 'Rejected' ? failure.code : 'Failed';
      return { status: named, failure, stage };
    },
    expectEndIn(milliseconds: number) {
      tell({ expectedEndAt: later(context, milliseconds).toISOString() });
    },
  };
}
