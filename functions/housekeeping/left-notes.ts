import type { InvocationContext } from '@azure/functions';
import type { Archive, VirtualNetworks } from '../../shared/ports.ts';
import { followNotedTags } from '../deployment/tags/follow-tags.ts';
import { firstNotes } from '../records/tag-wish.ts';

/** Follows notes about tags that no deployment followed at its end, because it was stopped from outside. */
export async function followLeftNotes(
  archive: Archive,
  virtualNetworks: VirtualNetworks,
  context: InvocationContext,
  most: number,
): Promise<{ readonly followed: number; readonly failed: number }> {
  const notes = await firstNotes(archive.rows, most);
  const follow = followNotedTags(archive, virtualNetworks);
  let failed = 0;
  for (const note of notes)
    await follow(note, context).catch(() => {
      failed++;
    });
  return { followed: notes.length - failed, failed };
}
