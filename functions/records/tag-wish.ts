import type { Order } from '../../shared/deployment/contract.ts';
import type { Row, Rows } from '../../shared/ports.ts';
import { lockKey } from './lock.ts';

const wishes = 'tag-wish';
const notes = 'tag-note';

/**
 * Tags that cannot be followed are left out of the request. So the request may be the same as that of the fixed tags.
 */
const wishMark = ({ fingerprint, refused }: Order) => [fingerprint, refused?.message ?? ''].join(' ');
const seenMark = (order: Order | undefined) => `seen ${order ? wishMark(order) : ''}`;

/**
 * Whether the tags of a VNet ask for the same as when they were last acted on, or when the VNet was first planned for.
 */
export async function tagWishState(rows: Rows, order: Order): Promise<'followed' | 'seen' | 'new'> {
  const row = await rows.read<string>(wishes, lockKey(order.request.virtualNetworkId));
  if (row?.value === wishMark(order)) return 'followed';
  return row?.value === seenMark(order) ? 'seen' : 'new';
}

export const keepTagWish = (rows: Rows, order: Order) =>
  rows.put(wishes, lockKey(order.request.virtualNetworkId), wishMark(order));

/**
 * Keeps what the tags asked for before anything was done for the VNet. `order` is undefined when they ask for nothing.
 */
export const keepTagsSeen = (rows: Rows, virtualNetworkId: string, order: Order | undefined) =>
  rows.insert(wishes, lockKey(virtualNetworkId), seenMark(order));

/** A write of a VNet, as its event tells it. */
export interface TagsWritten {
  readonly virtualNetworkId: string;
  readonly eventId: string | undefined;
  /** ISO 8601 */
  readonly writtenAt: string | undefined;
}

/** Notes that the tags have to be read again when the running deployment has ended. The newest note counts. */
export const keepNote = (rows: Rows, written: TagsWritten) =>
  rows.put(notes, lockKey(written.virtualNetworkId), written);

export const tagNoteOf = (rows: Rows, virtualNetworkId: string) =>
  rows.read<TagsWritten>(notes, lockKey(virtualNetworkId));

/** Removes the note of the VNet, but not a newer one. */
export const forgetNote = (rows: Rows, { key, version }: Row<TagsWritten>) =>
  rows.remove(notes, key, version);

export async function firstNotes(rows: Rows, limit: number): Promise<readonly TagsWritten[]> {
  const page = await rows.page<TagsWritten>(notes, { limit });
  return page.flatMap((row) => ('value' in row ? row.value : []));
}
