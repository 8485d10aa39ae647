import { minutes, type Step, steps, subOrchestration, waitFor } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { Activities } from '../steps.ts';
import type { RepairOrder } from './steps/repair.ts';

/** Repairs one gateway by deploying its VNet again. When that deployment ends, it has the gateway checked. */
export const repairGateway = subOrchestration(function* (
  context,
  order: RepairOrder & { readonly runId: string },
): Step<string> {
  const run = steps<Activities>(context);
  const start = yield* run.startRepair({ ...order, now: context.df.currentUtcDateTime.toISOString() });
  if ('refused' in start) return start.refused;
  const ended = yield* waitFor(context, {
    look: () => run.readRepair({ id: start.id }),
    at: [minutes(3), minutes(6), minutes(9), minutes(12), minutes(20)],
    limit: minutes(180),
    tooLate: failed('RepairTooLong', 'The repair has not ended within three hours.', order.gatewayId),
  });
  return ended.status;
});
