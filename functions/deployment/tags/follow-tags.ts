import type { InvocationContext } from '@azure/functions';
import { isTriedAgain } from '../../../shared/deployment/trying-again.ts';
import { orderFromTags } from '../../../shared/deployment/vnet-tags.ts';
import type { Archive, VirtualNetworks } from '../../../shared/ports.ts';
import { readLock } from '../../records/lock.ts';
import {
  forgetNote,
  keepNote,
  keepTagWish,
  type TagsWritten,
  tagNoteOf,
  tagWishState,
} from '../../records/tag-wish.ts';
import { startDeployment } from '../start.ts';

/**
 * Starts the deployment that the tags of a VNet ask for, unless the tags asked for the same before. While another
 * deployment runs, a note is kept, and the tags are read again when that deployment has ended.
 */
export async function followTags(
  archive: Archive,
  virtualNetworks: VirtualNetworks,
  context: InvocationContext,
  written: TagsWritten,
): Promise<void> {
  const { rows } = archive;
  for (;;) {
    const inTheWay = await startFromTags(archive, virtualNetworks, context, written);
    if (inTheWay === undefined) return;
    await keepNote(rows, written);
    // The deployment may have ended before the note was there.
    const lock = (await readLock(rows, written.virtualNetworkId))?.value;
    if (lock?.id === inTheWay && !lock.ended) return;
  }
}

/** Follows what was noted while a deployment ran. A note that is newer than what was followed stays. */
export const followNotedTags =
  (archive: Archive, virtualNetworks: VirtualNetworks) =>
  async (
    { virtualNetworkId }: Pick<TagsWritten, 'virtualNetworkId'>,
    context: InvocationContext,
  ): Promise<void> => {
    const note = await tagNoteOf(archive.rows, virtualNetworkId);
    if (!note) return;
    await followTags(archive, virtualNetworks, context, note.value);
    await forgetNote(archive.rows, note);
  };

/** The id of a running deployment that wants something else; undefined when there is nothing left to do. */
async function startFromTags(
  archive: Archive,
  virtualNetworks: VirtualNetworks,
  context: InvocationContext,
  { virtualNetworkId, eventId, writtenAt }: TagsWritten,
): Promise<string | undefined> {
  const { rows } = archive;
  const virtualNetwork = await virtualNetworks.read(virtualNetworkId);
  if (!virtualNetwork) return undefined;
  const order = orderFromTags(virtualNetwork, `event-${eventId}`.slice(0, 128));
  if (!order) return undefined;
  const state = await tagWishState(rows, order);
  const last = (await readLock(rows, virtualNetwork.id))?.value;
  if (state === 'followed' && !(last && isTriedAgain(last, order, writtenAt))) return undefined;
  // Older tags do not undo what a ticket has brought about later.
  if (state === 'seen' && last && (!last.ended || last.ended.ending.status === 'Succeeded')) return undefined;
  const { isNew, isSameWish, id } = await startDeployment(archive, context, order);
  if (!isNew && !isSameWish) return id;
  await keepTagWish(rows, order);
  return undefined;
}
