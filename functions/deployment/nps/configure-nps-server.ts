import type { OrchestrationContext } from 'durable-functions';
import {
  minutes,
  once,
  retryTransient,
  type Signal,
  type Step,
  steps,
  subOrchestration,
  waited,
} from '../../../shared/core/durable.ts';
import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { cancelSignal } from '../../decisions/cancel-signal.ts';
import type { Activities } from '../../steps.ts';
import { branchWaits } from '../progress.ts';
import type { NpsAnswer, NpsOrder } from '../steps/nps.ts';

/** Configures one NPS server through a run command, or asks it, and waits for its answer; the run command is removed afterwards. */
export const configureNpsServer = subOrchestration(function* (context, order: NpsOrder): Step<NpsAnswer> {
  const canceled = cancelSignal(context, order);
  try {
    return yield* answered(context, order, canceled);
  } catch (error) {
    // The removal of the run before, which nobody waited for, may have taken ours of the same name along.
    if (!(error instanceof VpnRadiusError) || error.code !== 'RunCommandMissing') throw error;
    return yield* answered(context, order, canceled);
  }
});

function* answered(context: OrchestrationContext, order: NpsOrder, canceled: Signal): Step<NpsAnswer> {
  const run = steps<Activities>(context, retryTransient, canceled, branchWaits(context));
  const { host, runName, secret } = order;

  yield* run.startNpsRun(order);
  let answer: NpsAnswer;
  try {
    answer = yield* waited(context, {
      look: () => run.readNpsRun({ hostId: host.id, runName, secrets: [secret] }),
      at: looks[order.operation],
      canceled,
      limit: minutes(order.timeoutMinutes + 5),
      tooLate: failed(
        'NpsRunTimedOut',
        `The NPS server did not answer within ${order.timeoutMinutes + 5} minutes: is the machine on, and its agent able to reach Azure on port 443?`,
        host.id,
      ),
    });
  } catch (error) {
    yield* removed(context, order);
    throw error;
  }
  const kept = yield* removed(context, order);
  // A role that may write run commands and not delete them leaves one on the machine for every deployment, until it takes no more.
  if (kept?.code === 'AuthorizationFailed') throw kept;
  return answer;
}

/** To ask takes half a minute, to configure some minutes. */
const looks = {
  Test: [minutes(0.75), minutes(1.5), minutes(3), minutes(5), minutes(8)],
  Set: [minutes(1.5), minutes(6.5), minutes(8)],
};

/** A run command that cannot be removed is untidy, not wrong: it holds no secret, and the next run of its name replaces it. */
function* removed(
  context: OrchestrationContext,
  { host, runName }: NpsOrder,
): Step<VpnRadiusError | undefined> {
  try {
    yield* steps<Activities>(context, once).forgetNpsRun({ hostId: host.id, runName });
    return undefined;
  } catch (error) {
    return error instanceof VpnRadiusError ? error : undefined;
  }
}
