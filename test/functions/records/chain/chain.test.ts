import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  appendRecord,
  chainsKnown,
  type NewEntry,
  readHead,
  recordDocument,
} from '../../../../functions/records/chain/chain.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { sha256 } from '../../../../shared/core/sha256.ts';
import type { ChainEntry, DeploymentRecord } from '../../../../shared/deployment/record/record.ts';
import type { Archive } from '../../../../shared/ports.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';

function newArchive(): Archive {
  const { folder } = temporaryFolder('vpn-radius-chain-');
  return { records: documentsInFolder(join(folder, 'records')), rows: rowsInFolder(join(folder, 'rows')) };
}
const chain = 'c0ffee';
const record = { id: 'vpn-1' } as DeploymentRecord;
const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute)).toISOString();
/** Where the entry of a deployment is, whose record says the same in each. */
const add = async (archive: Archive, entry: string, minute = 0) =>
  (await told(archive, entry, () => record, minute)).place;
const told = (archive: Archive, entry: string, next: NewEntry['record'], minute = 0) =>
  appendRecord(archive, chain, { id: entry.split('/')[0]!, entry, at: at(minute), known: [], record: next });
const text = async ({ records }: Archive, position: number) =>
  (await records.read(recordDocument(chain, position)))!;

describe('an entry', () => {
  it('is added behind the last one, whose SHA-256 it names', async () => {
    const archive = newArchive();
    const types: string[] = [];
    const watched: Archive = {
      ...archive,
      records: {
        ...archive.records,
        async add(name, content, type) {
          types.push(type);
          return archive.records.add(name, content, type);
        },
      },
    };
    const first = await add(watched, 'vpn-1/asked', 1);
    const second = await add(watched, 'vpn-1/ended', 2);
    expect(first).toEqual({
      ...{ entry: 'vpn-1/asked', position: 1, previous: null },
      sha256: sha256(await text(archive, 1)),
    });
    expect(second).toMatchObject({ position: 2, previous: first.sha256 });
    expect(JSON.parse(await text(archive, 2))).toEqual({
      ...{ chain, position: 2, previous: first.sha256, entry: 'vpn-1/ended', at: at(2), record },
    } satisfies ChainEntry);
    expect(await readHead(archive.rows, chain)).toEqual({
      ...{ beganAt: at(1), last: second, recent: [first, second] },
    });
    expect(types).toEqual(Array(2).fill('application/json'));
  });

  it('is added once, also when the step that added it comes again after others', async () => {
    const archive = newArchive();
    const first = await add(archive, 'vpn-1/asked');
    for (let number = 0; number < 10; number++) await add(archive, `vpn-2/answered-${number}`);
    expect(await add(archive, 'vpn-1/asked')).toEqual(first);
    expect(await archive.records.list('chains/')).toHaveLength(11);
  });

  it('of which the head knows nothing is found in its document', async () => {
    const archive = newArchive();
    const first = await add(archive, 'vpn-1/asked', 1);
    await archive.rows.remove('chain', chain);
    expect(await add(archive, 'vpn-1/asked', 2)).toEqual(first);
    expect(await readHead(archive.rows, chain)).toEqual({ beganAt: at(1), last: first, recent: [first] });
  });

  it('goes behind a document that somebody has spoilt, and names what is there', async () => {
    const archive = newArchive();
    await archive.records.add(recordDocument(chain, 1), 'spoilt', 'text/plain');
    expect(await add(archive, 'vpn-1/asked', 2)).toMatchObject({ position: 2, previous: sha256('spoilt') });
    const head = await readHead(archive.rows, chain);
    expect(head?.recent[0]).toEqual({ entry: '', position: 1, sha256: sha256('spoilt'), previous: null });
    expect(head?.beganAt).toBe(at(2));
  });

  it('takes a place that was freed while it was looked at', async () => {
    const archive = newArchive();
    await archive.records.add(recordDocument(chain, 1), '{}', 'application/json');
    const read = async (name: string) => {
      await archive.records.remove(name);
      return archive.records.read(name);
    };
    const freed = { ...archive, records: { ...archive.records, read } };
    expect(await add(freed, 'vpn-1/asked')).toMatchObject({ position: 1, previous: null });
  });
});

/** Adds one more answer to what the record says. */
const andAnswer = (last: DeploymentRecord | undefined) =>
  ({ ...record, ...last, answers: [...(last?.answers ?? []), {}] }) as DeploymentRecord;
const ended = (last: DeploymentRecord | undefined) => ({ ...last, status: 'Succeeded' }) as DeploymentRecord;

describe('a record', () => {
  it.each([
    ['of which the index knows nothing', async () => {}],
    ['of which the head knows nothing either', (archive: Archive) => archive.rows.remove('chain', chain)],
  ])('adds to the document before it %s', async (_, forget) => {
    const archive = newArchive();
    await told(archive, 'vpn-1/asked', andAnswer);
    await told(archive, 'vpn-1/ended', ended);
    await forget(archive);
    const { record: newest, places } = await told(archive, 'vpn-1/answered', andAnswer);
    expect(newest).toMatchObject({ status: 'Succeeded', answers: [{}, {}] });
    expect(places.map(({ entry }) => entry)).toEqual(['vpn-1/asked', 'vpn-1/ended', 'vpn-1/answered']);
    const document = JSON.parse(await text(archive, 3)) as ChainEntry;
    expect(document.record).toEqual(newest);
  });

  it('takes nothing from another deployment, also from one whose id begins with its own', async () => {
    const archive = newArchive();
    await told(archive, 'vpn-10/ended', ended);
    await archive.rows.remove('chain', chain);
    const { record: newest, places } = await told(archive, 'vpn-1/answered', andAnswer);
    expect(newest.status).toBeUndefined();
    expect(places.map(({ position }) => position)).toEqual([2]);
  });

  it('of a step that comes again is the newest one, with what was added since', async () => {
    const archive = newArchive();
    await told(archive, 'vpn-1/ended', ended);
    await told(archive, 'vpn-1/answered', andAnswer);
    const again = await told(archive, 'vpn-1/ended', ended);
    expect(again.place.position).toBe(1);
    expect(again.record).toMatchObject({ status: 'Succeeded', answers: [{}] });
  });
});

it('the head names the newest fifty entries, so that its row does not grow with its chain', async () => {
  const archive = newArchive();
  for (let number = 1; number <= 60; number++) await add(archive, `vpn-1/answered-${number}`);
  const recent = (await readHead(archive.rows, chain))!.recent.map(({ position }) => position);
  expect(recent).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
});

it('a chain is known by its documents or by its head', async () => {
  const archive = newArchive();
  await add(archive, 'vpn-1/asked');
  await archive.records.add(recordDocument('without-head', 1), '{}', 'application/json');
  await archive.rows.put('chain', 'without-documents', {});
  expect([...(await chainsKnown(archive))].sort()).toEqual([chain, 'without-documents', 'without-head']);
});
