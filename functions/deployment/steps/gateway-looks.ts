import type { InvocationContext } from '@azure/functions';
import { creationLooks } from '../../../shared/gateway/creation-looks.ts';
import { looksWithEvents } from '../../../shared/gateway/pace.ts';
import type { Rows } from '../../../shared/ports.ts';
import { eventsCome } from '../../events/event-delivery.ts';
import { creationTimes, type Kind } from '../../records/creation-times.ts';

export interface CreatedGateway extends Kind {
  readonly gatewayId: string;
  /** Since when events of its subscription count, ISO 8601. */
  readonly since: string;
}

/** When to look at a gateway that is being created: milliseconds after the write. */
export const planGatewayLooks =
  (rows: Rows) =>
  async (
    { gatewayId, since, ...kind }: CreatedGateway,
    context: InvocationContext,
  ): Promise<readonly number[]> => {
    if (await eventsCome(context, gatewayId, since)) return looksWithEvents;
    // What was learned only makes the wait shorter: without it the gateway is looked at as often as any.
    return creationLooks(await creationTimes(rows, kind).catch(() => []));
  };
