import type { Rows } from '../../shared/ports.ts';

/** Gateways of one SKU in one region take about as long. */
export interface Kind {
  readonly sku: string;
  readonly location: string;
}

export interface CreationEntry extends Kind {
  /** Of the orchestration that created the gateway. */
  readonly instanceId: string;
  readonly seconds: number;
}

interface Kept {
  /** The newest last. */
  readonly creations: readonly Pick<CreationEntry, 'instanceId' | 'seconds'>[];
}

const partition = 'creation-times';
const mostKept = 30;
const keyOf = ({ sku, location }: Kind) => `${sku}-${location}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '');

/** Keeps how long Azure took for a gateway, so that the next of its kind is looked at when it is likely to be ready. */
export const recordCreationTime =
  (rows: Rows) =>
  async ({ instanceId, seconds, ...kind }: CreationEntry): Promise<void> => {
    for (;;) {
      const row = await rows.read<Kept>(partition, keyOf(kind));
      const others = (row?.value.creations ?? []).filter((one) => one.instanceId !== instanceId);
      const kept: Kept = { creations: [...others, { instanceId, seconds }].slice(-mostKept) };
      if (row ? await rows.replace(partition, row, kept) : await rows.insert(partition, keyOf(kind), kept))
        return;
    }
  };

/** Seconds, the newest last. */
export async function creationTimes(rows: Rows, kind: Kind): Promise<readonly number[]> {
  const row = await rows.read<Kept>(partition, keyOf(kind));
  return (row?.value.creations ?? []).map(({ seconds }) => seconds);
}
