import {
  minutes,
  orchestration,
  retryTransient,
  type Signal,
  type Step,
  seconds,
  signal,
  steps,
  waited,
} from '../../shared/durable.ts';
import { failed } from '../../shared/errors.ts';
import type { Activities } from '../activities/all.ts';
import type { GatewayOrder, GatewayWritten } from '../activities/gateway.ts';

/** The event by which the Event Grid function says that ARM reported a write of this gateway. */
export const gatewayWrittenEvent = 'gatewayWritten';

/**
 * Writes the gateway and waits until it is provisioned. Azure takes 15 to 48 minutes for a new one, half a minute to
 * three for an update: it is looked at soon, for what fails at once, rarely while it cannot be ready, and as often as Azure
 * allows around the time at which most are ready. An event makes it look at once.
 */
export const provisionGateway = orchestration(function* (context, order: GatewayOrder): Step<GatewayWritten> {
  const canceled = signal(context, 'cancel');
  const run = steps<Activities>(context, retryTransient, canceled);
  const wakeUp = signal(context, gatewayWrittenEvent);

  const written = yield* run.writeGateway(order);
  context.df.setCustomStatus({ state: written.state });
  if (written.state !== 'kept') yield* provisioned(written, canceled);
  return written;

  function* provisioned(started: GatewayWritten, cancel: Signal): Step<true> {
    const { gatewayId, secret } = order;
    return yield* waited(context, {
      look: () => run.readGateway({ gatewayId, secret, operation: started.operation }),
      at: (started.created ? creating : updating).map((time) =>
        Math.max(time, seconds(started.retryAfterSeconds)),
      ),
      wakeUp,
      canceled: cancel,
      limit: minutes(90),
      tooLate: failed(
        'GatewayNotProvisionedInTime',
        'The gateway was not provisioned within 90 minutes. Azure goes on with it: look at its provisioningState, then send the ticket again.',
        gatewayId,
      ),
    });
  }
});

const every = (interval: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, index) => from + index * interval);

const creating = [
  seconds(10),
  minutes(1),
  minutes(5),
  minutes(15),
  ...every(minutes(5), minutes(20), minutes(35)),
  ...every(minutes(1), minutes(37), minutes(39)),
  ...every(seconds(10), minutes(39.5), minutes(48)),
  minutes(48.5),
];
const updating = [seconds(10), ...every(seconds(20), seconds(30), minutes(4)), minutes(5)];
