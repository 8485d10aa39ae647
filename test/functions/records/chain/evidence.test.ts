import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCard } from '../../../../functions/records/cards.ts';
import { recordDocument } from '../../../../functions/records/chain/chain.ts';
import { readEvidence } from '../../../../functions/records/chain/evidence.ts';
import { chainOf, remember } from '../../../../functions/records/remember.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { sha256 } from '../../../../shared/core/sha256.ts';
import type { Order } from '../../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../../shared/deployment/ids.ts';
import type { Archive } from '../../../../shared/ports.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { hubId, request } from '../../../shared/hub.ts';

const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour)).toISOString();
const order: Order = { request: request(), fingerprint: 'f' };
const [first, id] = ['zero', 'one'].map((unique) => newDeploymentId(hubId, new Date(at(0)), unique));
const chain = chainOf(order);
const document = (position: number) => recordDocument(chain, position);

/** Three records of a deployment, behind one of another deployment of the VNet. */
async function kept(): Promise<Archive> {
  const { folder } = temporaryFolder('vpn-radius-evidence-');
  const archive = {
    records: documentsInFolder(join(folder, 'records')),
    rows: rowsInFolder(join(folder, 'rows')),
  };
  await remember(archive, { id: first!, order, entry: 'asked', at: at(0), change: {} });
  for (const [hour, entry] of ['asked', 'planned-1', 'ended'].entries()) {
    const change = entry === 'ended' ? ({ status: 'Succeeded' } as const) : {};
    await remember(archive, { id: id!, order, entry, at: at(hour + 1), change });
  }
  return archive;
}
const evidence = async (archive: Archive) => readEvidence(archive, id!, (await readCard(archive.rows, id!))!);
const digest = async ({ records }: Archive, position: number) =>
  sha256((await records.read(document(position)))!);

it('the evidence of a deployment is its newest record, whose SHA-256 and that of the record before anybody can check', async () => {
  const archive = await kept();
  const found = await evidence(archive);
  expect(found).toMatchObject({ id, chain, position: 4, record: { id, status: 'Succeeded' }, problems: [] });
  expect(sha256(JSON.stringify(found.document))).toBe(found.sha256);
  expect(found.sha256).toBe(await digest(archive, 4));
  expect(found.previousSha256).toBe(await digest(archive, 3));
  expect(found.entries).toEqual([
    {
      name: 'asked',
      at: at(1),
      position: 2,
      sha256: await digest(archive, 2),
      previousSha256: await digest(archive, 1),
    },
    {
      name: 'planned-1',
      at: at(2),
      position: 3,
      sha256: await digest(archive, 3),
      previousSha256: await digest(archive, 2),
    },
    {
      name: 'ended',
      at: at(3),
      position: 4,
      sha256: await digest(archive, 4),
      previousSha256: await digest(archive, 3),
    },
  ]);
});

it.each<[string, string, (archive: Archive) => Promise<unknown>]>([
  ['is gone', 'RecordMissing', ({ records }) => records.remove(document(4))],
  [
    'was changed',
    'RecordChanged',
    async ({ records }) => {
      const text = (await records.read(document(4)))!;
      await records.write(document(4), text.replace('Succeeded', 'Failed'), 'application/json');
    },
  ],
])(
  'a record that %s is named %s, and the newest that is as it was written is told',
  async (_, code, spoil) => {
    const archive = await kept();
    await spoil(archive);
    const found = await evidence(archive);
    const message = expect.stringContaining(document(4));
    expect(found.problems).toEqual([{ code, message, target: document(4) }]);
    expect(found).toMatchObject({
      position: 3,
      sha256: await digest(archive, 3),
      record: { status: 'Pending' },
    });
    expect(found.entries.map(({ at: when }) => when)).toEqual([at(1), at(2), null]);
  },
);

it('without any record that is as it was written, the place of the newest is told', async () => {
  const archive = await kept();
  const newest = await digest(archive, 4);
  for (const position of [2, 3, 4]) await archive.records.remove(document(position));
  expect(await evidence(archive)).toMatchObject({
    ...{ position: 4, sha256: newest, document: null, record: null },
    problems: [2, 3, 4].map((position) => ({ code: 'RecordMissing', target: document(position) })),
  });
});
