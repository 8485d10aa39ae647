import type { OrchestrationContext } from 'durable-functions';
import {
  later,
  minutes,
  once,
  retryTransient,
  type Step,
  signal,
  sleep,
  steps,
  subOrchestration,
  waitFor,
} from '../../../shared/core/durable.ts';
import { failed } from '../../../shared/core/errors.ts';
import { looksAtUpdate, notBefore } from '../../../shared/gateway/pace.ts';
import { cancelSignal } from '../../decisions/cancel-signal.ts';
import type { CreationEntry } from '../../records/creation-times.ts';
import type { Activities } from '../../steps.ts';
import { noteBranchWaits } from '../progress.ts';
import type { GatewayWritten } from '../steps/gateway.ts';
import type { GatewayOrder } from './order.ts';

/** The event by which the Event Grid function says that ARM reported a write of this gateway. */
export const gatewayWrittenEvent = 'gatewayWritten';

/**
 * Writes the gateway and waits until it is provisioned. The event that reports it ends the wait; without the event the
 * gateway is read from time to time.
 */
export const provisionGateway = subOrchestration(function* (
  context,
  order: GatewayOrder,
): Step<GatewayWritten> {
  const canceled = cancelSignal(context, order);
  const run = steps<Activities>(context, retryTransient, canceled, noteBranchWaits(context));
  const wakeUp = signal(context, gatewayWrittenEvent);
  const { gatewayId, secrets } = order;

  const { operation, ...written } = yield* run.writeGateway(order);
  if (written.state === 'kept') return written;
  const writtenAt = context.df.currentUtcDateTime.getTime();
  const passed = () => context.df.currentUtcDateTime.getTime() - writtenAt;
  const { location, sku } = order.wish;
  let at: readonly number[] = looksAtUpdate;
  if (written.wasCreated) {
    // Where events come, the event of the gateway's own public IP address has arrived before this.
    yield* sleep(context, later(context, minutes(5)), [wakeUp, canceled]);
    canceled.throwIfRaised();
    const since = later(context, -minutes(30) - passed()).toISOString();
    at = yield* run.planGatewayLooks({ gatewayId, since, location, sku });
  }
  const before = passed();
  const state = yield* waitFor(context, {
    look: () => run.readGateway({ gatewayId }),
    at: notBefore(written.retryAfterSeconds, at).map((time) => time - before),
    wakeUp,
    canceled,
    limit: minutes(90) - before,
    tooLate: failed(
      'GatewayNotProvisionedInTime',
      'The gateway was not provisioned within 90 minutes. Azure still works on it. Check its provisioningState, then send the ticket again.',
      gatewayId,
    ),
  });
  if (state !== 'Succeeded') yield* run.explainGatewayFailure({ gatewayId, secrets, state, operation });
  if (written.wasCreated) yield* learnCreationTime(context, { sku, location, milliseconds: passed() });
  return written;
});

/**
 * Learns how long Azure took, so that the next gateway of its kind is read when it is likely to be ready. When this
 * cannot be kept, nothing stops.
 */
function* learnCreationTime(
  context: OrchestrationContext,
  entry: Omit<CreationEntry, 'instanceId'>,
): Step<void> {
  try {
    yield* steps<Activities>(context, once).recordCreationTime({
      ...entry,
      instanceId: context.df.instanceId,
    });
  } catch {
    // When this fails, the time is not learned.
  }
}
