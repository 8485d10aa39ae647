import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  firstNotes,
  forgetNote,
  keepNote,
  keepTagsSeen,
  keepTagWish,
  type TagsWritten,
  tagNoteOf,
  tagWishState,
} from '../../../functions/records/tag-wish.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { hubId, request } from '../../shared/hub.ts';

const newFolder = () => join(temporaryFolder('vpn-radius-tags-').folder, 'rows');
const spoke = hubId.replace(/hub$/, 'spoke');
const order = (more: Partial<Order> = {}, virtualNetworkId = hubId): Order => ({
  ...{ request: request({ virtualNetworkId }), fingerprint: 'f', ...more },
});
const refused = (message: string) => ({ refused: { code: 'InvalidTag', message } });

describe('the tags of a VNet', () => {
  it('ask for something new until they were acted on; then for the same, whatever the case of the id', async () => {
    const rows = rowsInFolder(newFolder());
    expect(await tagWishState(rows, order())).toBe('new');
    await keepTagWish(rows, order());
    expect(await tagWishState(rows, order({}, hubId.toUpperCase()))).toBe('followed');
    expect(await tagWishState(rows, order({}, spoke))).toBe('new');
    expect(await tagWishState(rows, order({ fingerprint: 'g' }))).toBe('new');
  });

  it('that cannot be followed are another wish than those that were put right, and each mistake is another', async () => {
    const rows = rowsInFolder(newFolder());
    await keepTagWish(rows, order(refused('The SKU is unknown.')));
    expect(await tagWishState(rows, order(refused('The SKU is unknown.')))).toBe('followed');
    expect(await tagWishState(rows, order(refused('The pool is no prefix.')))).toBe('new');
    expect(await tagWishState(rows, order())).toBe('new');
  });

  it('were seen when the VNet was first planned for, which is kept once and is no action', async () => {
    const rows = rowsInFolder(newFolder());
    expect(await keepTagsSeen(rows, hubId, order())).toBe(true);
    expect(await keepTagsSeen(rows, hubId, order({ fingerprint: 'g' }))).toBe(false);
    expect(await tagWishState(rows, order())).toBe('seen');
    expect(await tagWishState(rows, order({ fingerprint: 'g' }))).toBe('new');
    await keepTagWish(rows, order());
    expect(await tagWishState(rows, order())).toBe('followed');
  });

  it('that asked for nothing ask for something new later', async () => {
    const rows = rowsInFolder(newFolder());
    await keepTagsSeen(rows, hubId, undefined);
    expect(await tagWishState(rows, order())).toBe('new');
    expect(await keepTagsSeen(rows, hubId, order())).toBe(false);
  });
});

describe('the note that the tags have to be read again', () => {
  const written = (eventId: string, virtualNetworkId = hubId): TagsWritten => ({
    ...{ virtualNetworkId, eventId, writtenAt: '2030-01-01T00:00:00Z' },
  });

  it('is the newest one, and goes only as it was read', async () => {
    const rows = rowsInFolder(newFolder());
    expect(await tagNoteOf(rows, hubId)).toBeUndefined();
    await keepNote(rows, written('one'));
    const first = (await tagNoteOf(rows, hubId.toUpperCase()))!;
    await keepNote(rows, written('two'));
    expect(await forgetNote(rows, first)).toBe(false);
    const second = (await tagNoteOf(rows, hubId))!;
    expect(second.value).toEqual(written('two'));
    expect(await forgetNote(rows, second)).toBe(true);
    expect(await tagNoteOf(rows, hubId)).toBeUndefined();
  });

  it('is listed with those of other VNets, a few at a time, and without those that cannot be read', async () => {
    const folder = newFolder();
    const others = ['a', 'b'].map((name) => hubId.replace(/hub$/, name));
    for (const id of [hubId, ...others]) await keepNote(rowsInFolder(folder), written('one', id));
    expect(await firstNotes(rowsInFolder(folder), 2)).toHaveLength(2);
    appendFileSync(join(folder, 'tag-note.jsonl'), '{"key":"spoilt","json":"{"}\n');
    const notes = await firstNotes(rowsInFolder(folder), 9);
    expect(notes.map((one) => one.virtualNetworkId).sort()).toEqual([hubId, ...others].sort());
  });
});
