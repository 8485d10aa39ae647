/**
 * How the storage queues of a task hub deliver. An app on a real host has to cope with it (`DurableTask.AzureStorage`,
 * `TaskHubQueue` and `AzureStorageOrchestrationService`):
 *
 * - a timer is a message that stays hidden until it fires; the queue takes whole seconds only, so it fires up to a
 *   second early;
 * - a message comes again when it was not deleted in time;
 * - a message is seen when the queue is next polled, and an empty queue is polled less and less often.
 *
 * Chance depends on a seed and on the content of the message, not on the time when it is sent. So a run can be
 * repeated.
 */
import { createHash } from 'node:crypto';

export interface TaskQueues {
  /** Milliseconds by which a timer fires early. Less than zero: late. */
  early(timer: string): number;
  /** Milliseconds that a message is on its way. */
  late(message: string): number;
  /** After how many milliseconds the message comes once more. Undefined when it does not. */
  again(message: string): number | undefined;
  /** How the next activity runs. */
  activity(name: string): ActivityRuns;
}

/**
 * An activity runs at least once ("Durable Functions types and features", Activity functions). Its host may die after
 * the work and before the answer is recorded. Or it may hold the message for longer than the queue waits. Then the
 * activity runs once more: at the same time as the first run, or when the orchestration has continued long ago.
 */
export const repeatedRuns = ['answer lost', 'side by side', 'late'] as const;
export type ActivityRuns = 'once' | (typeof repeatedRuns)[number];

export interface QueueOptions {
  /** Whether timers fire early. Default true. */
  early?: boolean;
  /** The share of timers that fire late. Default 0.02. */
  lateTimers?: number;
  /** The share of other messages that come late. Default 0, so that `settled` means that everything is done. */
  late?: number;
  /** The share of messages that come twice. Default 0.02. */
  twice?: number;
  /** Called for each activity that is to run. If not given, each runs once. */
  activity?: (name: string) => ActivityRuns;
}

const mostEarly = 1000;
const mostLate = 3000;
const mostAgain = 30_000;
/** When the message of an activity was held for too long, the activity runs once more after this many milliseconds. */
export const lateRun = 60_000;

export function taskQueues(
  seed: string,
  { early = true, lateTimers = 0.02, late = 0, twice = 0.02, activity = () => 'once' }: QueueOptions = {},
): TaskQueues {
  /** Two numbers from 0 to 1. The first decides whether something happens, the second how late or early it happens. */
  const chances = (what: string): [number, number] => {
    const digest = createHash('sha256').update(`${seed}/${what}`).digest();
    return [digest.readUInt32BE(0) / 2 ** 32, digest.readUInt32BE(4) / 2 ** 32];
  };
  return {
    activity,
    early(timer) {
      const [whether, much] = chances(`timer ${timer}`);
      if (whether < lateTimers) return -Math.floor(much * mostLate);
      return early ? Math.floor(much * mostEarly) : 0;
    },
    late(message) {
      const [whether, much] = chances(`late ${message}`);
      return whether < late ? Math.ceil(much * mostLate) : 0;
    },
    again(message) {
      const [whether, much] = chances(`again ${message}`);
      return whether < twice ? Math.ceil(much * mostAgain) : undefined;
    },
  };
}
