import {
  later,
  minutes,
  retryTransient,
  type Step,
  signal,
  steps,
  subOrchestration,
  waited,
} from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import { gatewayPace } from '../../shared/gateway/pace.ts';
import { cancelSignal } from '../decisions/cancel-signal.ts';
import type { Activities } from '../steps.ts';
import { branchWaits } from './progress.ts';
import type { GatewayOrder, GatewayWritten } from './steps/gateway.ts';

/** The event by which the Event Grid function says that ARM reported a write of this gateway. */
export const gatewayWrittenEvent = 'gatewayWritten';

/** Writes the gateway and waits until it is provisioned: woken by the event that reports it, else by looking from time to time. */
export const provisionGateway = subOrchestration(function* (
  context,
  order: GatewayOrder,
): Step<GatewayWritten> {
  const canceled = cancelSignal(context, order);
  const run = steps<Activities>(context, retryTransient, canceled, branchWaits(context));
  const wakeUp = signal(context, gatewayWrittenEvent);
  const { gatewayId, secrets } = order;

  const { operation, ...written } = yield* run.writeGateway(order);
  if (written.state === 'kept') return written;
  const since = later(context, -minutes(30)).toISOString();
  let write: Parameters<typeof gatewayPace>[0] | undefined = written.created ? undefined : 'update';
  const state = yield* waited(context, {
    *look() {
      const state = yield* run.readGateway({ gatewayId });
      if (state === undefined)
        write ??= (yield* run.eventsCome({ gatewayId, since })) ? 'creationWithEvents' : 'creation';
      return state;
    },
    get at() {
      return gatewayPace(write ?? 'creation', written.retryAfterSeconds);
    },
    wakeUp,
    canceled,
    limit: minutes(90),
    tooLate: failed(
      'GatewayNotProvisionedInTime',
      'The gateway was not provisioned within 90 minutes. Azure goes on with it: look at its provisioningState, then send the ticket again.',
      gatewayId,
    ),
  });
  if (state !== 'Succeeded') yield* run.explainGatewayFailure({ gatewayId, secrets, state, operation });
  return written;
});
