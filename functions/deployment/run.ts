import type { OrchestrationContext } from 'durable-functions';
import { minutes, retryTransient, type Step, seconds, steps, waitFor } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { StageName } from '../../shared/deployment/contract.ts';
import { notBefore } from '../../shared/gateway/pace.ts';
import type { Accepted } from '../../shared/ports.ts';
import { type Cancelable, cancelSignal } from '../decisions/cancel-signal.ts';
import type { Activities } from '../steps.ts';
import { progressOf } from './progress.ts';

/** One run of the orchestration: its steps, what it tells about itself, and whether somebody asked it to stop. */
export type Run = ReturnType<typeof runOf>;

export function runOf(context: OrchestrationContext, cancelable: Cancelable, stages?: readonly StageName[]) {
  const canceled = cancelSignal(context, cancelable);
  const stamp = context.df.currentUtcDateTime.toISOString().replace(/\D/g, '');
  const progress = progressOf(context, stages);
  return {
    id: context.df.instanceId,
    /** Ends the ids of sub-orchestrations: one with the id of an instance that still runs would never begin. */
    stamp,
    context,
    canceled,
    /** Passed on to the branches, which are canceled too. */
    cancelLock: cancelable.cancelLock,
    step: steps<Activities>(context, retryTransient, canceled, progress.noteWait),
    progress,
  };
}

/** Waits for what Azure provisions within seconds, such as a subnet or a public IP address. */
export function* waitUntilReady<T>(
  { context, canceled }: Run,
  accepted: Accepted | 'kept',
  what: {
    readonly look: () => Step<T | undefined>;
    readonly called: string;
    readonly target: string;
    readonly usualSeconds?: number;
    readonly limitMinutes?: number;
  },
): Step<T> {
  const { usualSeconds = 4, limitMinutes = 10 } = what;
  const [first, asked] = accepted === 'kept' ? [1, 0] : [usualSeconds + 1, accepted.retryAfterSeconds + 1];
  return yield* waitFor(context, {
    look: what.look,
    at: notBefore(asked, [first, first + 12, first + 30, first + 60].map(seconds)),
    canceled,
    limit: minutes(limitMinutes),
    tooLate: failed(
      'NotProvisionedInTime',
      `Azure did not provision ${what.called} within ${limitMinutes} minutes.`,
      what.target,
    ),
  });
}
