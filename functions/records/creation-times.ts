import type { InvocationContext } from '@azure/functions';
import { creationLooks } from '../../shared/gateway/creation-looks.ts';
import { looksWithEvents } from '../../shared/gateway/pace.ts';
import type { Rows } from '../../shared/ports.ts';
import { eventsCome } from '../events/event-delivery.ts';

/** Gateways of one SKU in one region take about the same time. */
export interface Kind {
  readonly sku: string;
  readonly location: string;
}

export interface CreationEntry extends Kind {
  /** The instance of the orchestration that created the gateway. */
  readonly instanceId: string;
  readonly milliseconds: number;
}

interface Kept {
  /** The newest last. */
  readonly creations: readonly { readonly instanceId: string; readonly seconds: number }[];
}

const partition = 'creation-times';
const mostKept = 30;
const kindKey = ({ sku, location }: Kind) => `${sku}-${location}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '');

/**
 * Keeps how long Azure took for a gateway, so that the next gateway of its kind is read when it is likely to be ready.
 */
export const recordCreationTime =
  (rows: Rows) =>
  async ({ instanceId, milliseconds, ...kind }: CreationEntry): Promise<void> => {
    const seconds = Math.round(milliseconds / 1000);
    for (;;) {
      const row = await rows.read<Kept>(partition, kindKey(kind));
      const others = (row?.value.creations ?? []).filter((one) => one.instanceId !== instanceId);
      const kept: Kept = { creations: [...others, { instanceId, seconds }].slice(-mostKept) };
      if (row ? await rows.replace(partition, row, kept) : await rows.insert(partition, kindKey(kind), kept))
        return;
    }
  };

/** Seconds, the newest last. */
export async function creationTimes(rows: Rows, kind: Kind): Promise<readonly number[]> {
  const row = await rows.read<Kept>(partition, kindKey(kind));
  return (row?.value.creations ?? []).map(({ seconds }) => seconds);
}

export interface CreatedGateway extends Kind {
  readonly gatewayId: string;
  /** Since when events of its subscription count, ISO 8601. */
  readonly since: string;
}

/** When to read a gateway that is being created: milliseconds after the write. */
export const planGatewayLooks =
  (rows: Rows) =>
  async (
    { gatewayId, since, ...kind }: CreatedGateway,
    context: InvocationContext,
  ): Promise<readonly number[]> => {
    if (await eventsCome(context, gatewayId, since)) return looksWithEvents;
    // What was learned only makes the wait shorter. Without it, the gateway is read as often as any other.
    return creationLooks(await creationTimes(rows, kind).catch(() => []));
  };
