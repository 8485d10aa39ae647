import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCard } from '../../../../functions/records/cards.ts';
import { recordDocument } from '../../../../functions/records/chain/chain.ts';
import { verifyRecords } from '../../../../functions/records/chain/verification.ts';
import { chainOf, lastRecord, remember } from '../../../../functions/records/remember.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { sha256 } from '../../../../shared/core/sha256.ts';
import type { Order } from '../../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../../shared/deployment/ids.ts';
import { vpnGatewayRequest } from '../../../../shared/deployment/request.ts';
import type { Archive } from '../../../../shared/ports.ts';
import { hubId } from '../../../shared/hub.ts';

const root = mkdtempSync(join(tmpdir(), 'verification-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const archiveIn = (place: string): Archive => ({
  records: documentsInFolder(join(place, 'records')),
  rows: rowsInFolder(join(place, 'rows')),
});

const at = '2030-01-01T00:00:00.000Z';
const orderFor = (virtualNetworkId: string): Order => ({
  request: vpnGatewayRequest.parse({ ticket: { system: 'webhook', id: 'REQ1' }, virtualNetworkId }),
  fingerprint: 'f',
});
const order = orderFor(hubId);
const other = orderFor(`${hubId}-2`);
const ids = ['one', 'two'].map((unique) => newDeploymentId(hubId, new Date(at), unique));
const chain = chainOf(order);
const document = (position: number) => recordDocument(chain, position);

/** Two deployments of one VNet, and one of another. */
const whole = join(root, 'whole');
beforeAll(async () => {
  const archive = archiveIn(whole);
  for (const id of ids)
    for (const entry of ['asked', 'planned-1', 'ended'])
      await remember(archive, { id, order, entry, at, change: {} });
  const id = newDeploymentId(`${hubId}-2`, new Date(at), 'three');
  await remember(archive, { id, order: other, entry: 'asked', at, change: {} });
});

let copies = 0;
function copy() {
  const place = join(root, `copy-${++copies}`);
  cpSync(whole, place, { recursive: true });
  const file = (position: number) => join(place, 'records', document(position));
  return {
    place,
    archive: archiveIn(place),
    file,
    text: (position: number) => readFileSync(file(position), 'utf8'),
  };
}

const long = new Date('2020-01-01');
const verified = (archive: Archive, keptSince = long) => verifyRecords(archive, { keptSince });

describe('the records of deployments', () => {
  it('are whole', async () => {
    expect(await verified(archiveIn(whole))).toEqual({ chains: 2, documents: 7, problems: [] });
  });

  it.each<[string, string, number, (made: ReturnType<typeof copy>) => void]>([
    [
      'changed',
      'RecordChanged',
      3,
      ({ file, text }) => writeFileSync(file(3), text(3).replace('Pending', 'Succeeded')),
    ],
    [
      'changed, the last one',
      'RecordChanged',
      6,
      ({ file, text }) => writeFileSync(file(6), text(6).replace('Pending', 'Succeeded')),
    ],
    ['missing', 'RecordMissing', 2, ({ file }) => rmSync(file(2))],
    ['missing, the first one', 'RecordMissing', 1, ({ file }) => rmSync(file(1))],
    ['missing, the last one', 'RecordMissing', 6, ({ file }) => rmSync(file(6))],
    [
      'doubled',
      'RecordDoubled',
      7,
      ({ file, text }) => {
        const entry = JSON.parse(text(6)) as object;
        writeFileSync(file(7), JSON.stringify({ ...entry, position: 7, previous: sha256(text(6)) }));
      },
    ],
    ['put in another place', 'RecordChanged', 7, ({ file, text }) => writeFileSync(file(7), text(6))],
    ['unreadable', 'RecordUnreadable', 4, ({ file }) => writeFileSync(file(4), '{"chain":')],
    [
      'of somebody else',
      'RecordNotListed',
      7,
      ({ file, text }) => {
        const entry = {
          ...(JSON.parse(text(6)) as object),
          position: 7,
          previous: sha256(text(6)),
          entry: `${ids[0]}/made-up`,
        };
        writeFileSync(file(7), JSON.stringify(entry));
      },
    ],
  ])('%s: told by name', async (_, code, position, spoil) => {
    const made = copy();
    spoil(made);
    const { problems } = await verified(made.archive);
    expect(problems.map((one) => [one.code, one.target])).toEqual([[code, document(position)]]);
  });

  it('written over together with all that follow: the index still knows', async () => {
    const { archive, file, text } = copy();
    let previous = JSON.parse(text(2)).previous as string;
    for (let position = 2; position <= 6; position++) {
      const entry = JSON.parse(text(position)) as { record: { status: string } };
      const forged = JSON.stringify({ ...entry, previous, record: { ...entry.record, status: 'Rejected' } });
      writeFileSync(file(position), forged);
      previous = sha256(forged);
    }
    const { problems } = await verified(archive);
    expect(problems.map(({ target }) => target)).toEqual([2, 3, 4, 5, 6].map(document));
  });

  it('written over in documents whose index is gone too: the first that follows still knows', async () => {
    const { archive, file, text, place } = copy();
    rmSync(join(place, 'rows'), { recursive: true });
    writeFileSync(file(2), text(2).replace('Pending', 'Rejected'));
    const { problems } = await verified(archive);
    expect(problems.find(({ code }) => code === 'RecordChanged')).toMatchObject({ target: document(2) });
  });

  it('all of a VNet removed: the index names each', async () => {
    const { archive, file, place } = copy();
    renameSync(join(file(1), '..'), join(place, 'away'));
    const { problems } = await verified(archive);
    expect(problems.map(({ code, target }) => [code, target])).toEqual(
      [1, 2, 3, 4, 5, 6].map((position) => ['RecordMissing', document(position)]),
    );
  });

  it('the oldest may be gone once they were kept for as long as they should be, one in between never', async () => {
    const { archive, file } = copy();
    rmSync(file(1));
    rmSync(file(2));
    expect((await verified(archive)).problems).toHaveLength(2);
    const later = new Date('2037-02-01');
    expect((await verified(archive, later)).problems).toEqual([]);
    rmSync(file(4));
    expect((await verified(archive, later)).problems).toMatchObject([{ target: document(4) }]);
  });

  it('a record that cannot be read neither hides what was kept before it nor keeps more from being kept', async () => {
    const { archive, file } = copy();
    writeFileSync(file(3), 'spoilt');
    const card = await readCard(archive.rows, ids[0]!);
    expect(await lastRecord(archive, card!)).toMatchObject({ id: ids[0] });
    await remember(archive, { id: ids[0]!, order, entry: 'answered', at, change: {} });
    const { problems, documents } = await verified(archive);
    expect(documents).toBe(8);
    expect(problems).toMatchObject([{ code: 'RecordUnreadable', target: document(3) }]);
  });
});
