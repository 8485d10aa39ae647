import type { Order } from '../../shared/deployment/contract.ts';
import type { Rows } from '../../shared/ports.ts';
import { lockKey } from './lock.ts';

const partition = 'tag-wish';

/** Tags that cannot be followed are left out of the request, which may then be that of the mended tags. */
const wishOf = ({ fingerprint, refused }: Order) => [fingerprint, refused?.message ?? ''].join(' ');

/** Whether the tags of a VNet ask for what they asked for when they were last acted on; undefined before the first time. */
export async function isTagWishKept(rows: Rows, order: Order): Promise<boolean | undefined> {
  const row = await rows.read<string>(partition, lockKey(order.request.virtualNetworkId));
  return row && row.value === wishOf(order);
}

export const keepTagWish = (rows: Rows, order: Order) =>
  rows.put(partition, lockKey(order.request.virtualNetworkId), wishOf(order));
