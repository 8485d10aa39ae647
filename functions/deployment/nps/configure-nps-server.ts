import type { OrchestrationContext } from 'durable-functions';
import {
  days,
  fewTimes,
  later,
  minutes,
  type RetryObserver,
  retryTransient,
  type Signal,
  type Step,
  signal,
  sleep,
  steps,
  subOrchestration,
  waitFor,
} from '../../../shared/core/durable.ts';
import { failed, failureOf, VpnRadiusError } from '../../../shared/core/errors.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import { runTimedOut } from '../../../shared/nps/run-failure.ts';
import { cancelSignal } from '../../decisions/cancel-signal.ts';
import type { Activities } from '../../steps.ts';
import { noteBranchWaits } from '../progress.ts';
import type { NpsOrder, NpsOutcome } from '../steps/nps.ts';
import { turnEvent } from './turn.ts';

/**
 * Configures or tests one NPS server through a run command, and waits for its answer. The run command is removed
 * afterwards. One deployment at a time configures a server. Somebody may also do so by hand: then this one waits.
 */
export const configureNpsServer = subOrchestration(function* (context, order: NpsOrder): Step<NpsOutcome> {
  const canceled = cancelSignal(context, order);
  const since = context.df.currentUtcDateTime.toISOString();
  for (let [attempt, missed] = [1, false]; ; attempt++) {
    try {
      return yield* runOnServer(context, order, canceled);
    } catch (error) {
      const { code } = failureOf(error);
      // The removal of the run before may also have removed this run, which has the same name: nobody waited for that
      // removal.
      const isMissing = code === 'RunCommandMissing' && !missed;
      missed ||= isMissing;
      if (!isMissing && (code !== 'NpsServerBusy' || attempt > mostTimesBusy)) throw error;
      if (isMissing) continue;
      const next = later(context, minutes(3));
      const told = { attempt, lastError: failureOf(error), since, nextTryAt: next.toISOString() };
      noteBranchWaits(context)({ step: 'startNpsRun', ...told });
      yield* sleep(context, next, [canceled]);
      canceled.throwIfRaised();
    }
  }
});

/** The module waits two minutes for another run on the server. Only then does it say that the server is busy. */
const mostTimesBusy = 10;

function* runOnServer(context: OrchestrationContext, order: NpsOrder, canceled: Signal): Step<NpsOutcome> {
  const tell = noteBranchWaits(context);
  const run = steps<Activities>(context, retryTransient, canceled, tell);
  const { host, runName, secret } = order;

  const limitMinutes = order.timeoutMinutes + 5;
  let answer: NpsOutcome;
  try {
    yield* startInTurn(context, order, canceled, tell);
    answer = yield* waitFor(context, {
      look: () => run.readNpsRun({ hostId: host.id, runName, secrets: secret ? [secret] : [] }),
      at: looks[order.operation],
      canceled,
      limit: minutes(limitMinutes),
      tooLate: runTimedOut(limitMinutes, host.id),
    });
  } catch (error) {
    // A run command that Azure calls missing may still be there: the next attempt reads its answer.
    if (failureOf(error).code !== 'RunCommandMissing') yield* cleanUpRun(context, order);
    throw error;
  }
  const kept = yield* cleanUpRun(context, order);
  // A role that may write run commands but not delete them leaves one on the machine for every deployment, until the
  // machine takes no more.
  if (kept?.code === 'AuthorizationFailed') throw kept;
  return answer;
}

/** Starts the run when no other deployment configures the server. Until then it says for which deployment it waits. */
function* startInTurn(
  context: OrchestrationContext,
  order: NpsOrder,
  canceled: Signal,
  tell: RetryObserver,
): Step<void> {
  const run = steps<Activities>(context, retryTransient, canceled, tell);
  const giveUpAt = later(context, days(1));
  const since = context.df.currentUtcDateTime.toISOString();
  const branch = context.df.instanceId;
  let free: Signal | undefined;
  for (let attempt = 1; ; attempt++) {
    const start = yield* run.startNpsRun({ ...order, branch });
    if (!('heldBy' in start)) {
      if (free) tell({ ended: true, attempt });
      return;
    }
    const { deploymentId, gatewayId } = start.heldBy;
    const name = nameOf(order.host.id);
    const inUse = failed(
      'NpsServerInUse',
      `The deployment ${deploymentId} of ${nameOf(gatewayId)} is configuring ${name} now. This deployment waits until that one is done.`,
      order.host.id,
    );
    const next = later(context, minutes(attempt < 4 ? 2 ** attempt : 15));
    if (next > giveUpAt) throw inUse;
    tell({ step: 'startNpsRun', attempt, lastError: inUse.failure, since, nextTryAt: next.toISOString() });
    free ??= signal(context, turnEvent);
    yield* sleep(context, next, [free, canceled]);
    canceled.throwIfRaised();
    if (free.isRaised) free.reset();
  }
}

/** A test takes half a minute; to configure takes some minutes. */
const looks = {
  Test: [minutes(0.75), minutes(1.5), minutes(3), minutes(5), minutes(8)],
  Set: [minutes(1.5), minutes(6.5), minutes(8)],
  Remove: [minutes(1.5), minutes(6.5), minutes(8)],
};

/**
 * A run command that cannot be removed is untidy, not wrong: it holds no secret, and the next run with its name
 * replaces it.
 */
function* cleanUpRun(
  context: OrchestrationContext,
  { host, runName }: NpsOrder,
): Step<VpnRadiusError | undefined> {
  try {
    yield* steps<Activities>(context, fewTimes).forgetNpsRun({
      hostId: host.id,
      runName,
      branch: context.df.instanceId,
    });
    return undefined;
  } catch (error) {
    return error instanceof VpnRadiusError ? error : undefined;
  }
}
