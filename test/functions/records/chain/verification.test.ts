import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCard } from '../../../../functions/records/cards.ts';
import { lastRecord, readHead, recordDocument } from '../../../../functions/records/chain/chain.ts';
import { verifyChain } from '../../../../functions/records/chain/chain-verification.ts';
import { verifyRecords } from '../../../../functions/records/chain/verification.ts';
import { chainOf, remember } from '../../../../functions/records/remember.ts';
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

  const changed = (why: string) => `was changed after it was written: ${why}`;
  const otherDigest = changed('the index has another SHA-256 of it.');
  const gone = 'does not exist any more, but others before it or after it do.';
  const noRecord = 'cannot be read: it is not a record any more.';

  it.each<[string, string, string, number, (made: ReturnType<typeof copy>) => void]>([
    [
      'changed',
      'RecordChanged',
      otherDigest,
      3,
      ({ file, text }) => writeFileSync(file(3), text(3).replace('Pending', 'Succeeded')),
    ],
    [
      'changed, the last one',
      'RecordChanged',
      otherDigest,
      6,
      ({ file, text }) => writeFileSync(file(6), text(6).replace('Pending', 'Succeeded')),
    ],
    ['missing', 'RecordMissing', gone, 2, ({ file }) => rmSync(file(2))],
    ['missing, the first one', 'RecordMissing', gone, 1, ({ file }) => rmSync(file(1))],
    ['missing, the last one', 'RecordMissing', gone, 6, ({ file }) => rmSync(file(6))],
    [
      'doubled',
      'RecordDoubled',
      `exists a second time: ${document(6)}.`,
      7,
      ({ file, text }) => {
        const entry = JSON.parse(text(6)) as object;
        writeFileSync(file(7), JSON.stringify({ ...entry, position: 7, previous: sha256(text(6)) }));
      },
    ],
    [
      'put in another place',
      'RecordChanged',
      changed('it names another place than its own.'),
      7,
      ({ file, text }) => writeFileSync(file(7), text(6)),
    ],
    [
      'put in the chain of another VNet',
      'RecordChanged',
      changed('it names another place than its own.'),
      7,
      ({ file, text }) => {
        const entry = { ...(JSON.parse(text(6)) as object), chain: chainOf(other) };
        writeFileSync(file(7), JSON.stringify({ ...entry, position: 7, previous: sha256(text(6)) }));
      },
    ],
    ...[
      '{"chain":',
      'null',
      '[]',
      '{"entry":"a/b"}',
      '{"entry":1,"record":{"id":"a"}}',
      '{"entry":"a/b","record":{}}',
    ].map((text): [string, string, string, number, (made: ReturnType<typeof copy>) => void] => [
      `written over by ${text}`,
      'RecordUnreadable',
      noRecord,
      4,
      ({ file }) => writeFileSync(file(4), text),
    ]),
    [
      'added with another SHA-256 of the one before',
      'RecordChanged',
      changed('it names another SHA-256 of the previous record.'),
      7,
      ({ file, text }) => {
        const entry = { ...(JSON.parse(text(6)) as object), position: 7, entry: `${ids[0]}/made-up` };
        writeFileSync(file(7), JSON.stringify({ ...entry, previous: sha256('another') }));
      },
    ],
    [
      'of somebody else',
      'RecordNotListed',
      'is in no list: the index does not know it.',
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
  ])('%s: told by name', async (_, code, message, position, spoil) => {
    const made = copy();
    spoil(made);
    const { problems } = await verified(made.archive);
    const target = document(position);
    expect(problems[0]).toEqual({ code, message: `${target} ${message}`, target });
    // What was added with a wrong SHA-256 is in no list either.
    expect(new Set(problems.map((one) => one.target))).toEqual(new Set([target]));
  });

  it.each(['0000007.json', '00000007.json.bak', 'copy/00000007.json', 'read-me.txt'])(
    'beside a document that is none, %s: told by name, and not counted',
    async (name) => {
      const { archive, place } = copy();
      const target = `chains/${chain}/${name}`;
      await archive.records.write(target, '{}', 'text/plain');
      expect(await verified(archiveIn(place))).toEqual({
        ...{ chains: 2, documents: 7 },
        problems: [
          { code: 'RecordForeign', message: `${target} is not a record that the app has written.`, target },
        ],
      });
    },
  );

  it('one that goes while they are read is missing', async () => {
    const { archive } = copy();
    const read = async (name: string) => (name === document(3) ? undefined : archive.records.read(name));
    const found = await verified({ ...archive, records: { ...archive.records, read } });
    expect(found).toMatchObject({ documents: 6, problems: [{ code: 'RecordMissing', target: document(3) }] });
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
    expect(problems.filter(({ code }) => code !== 'RecordNotListed')).toEqual([
      {
        code: 'RecordChanged',
        target: document(2),
        message: `${document(2)} was changed after it was written: ${document(3)} names another SHA-256 of it.`,
      },
    ]);
    // The second is told once, as changed.
    expect(problems).toHaveLength(7);
  });

  it('whose first one names one before it, without an index: the first one was changed', async () => {
    const { archive, file, text, place } = copy();
    rmSync(join(place, 'rows'), { recursive: true });
    for (const position of [2, 3, 4, 5, 6]) rmSync(file(position));
    writeFileSync(file(1), text(1).replace('"previous":null', '"previous":"0000"'));
    const { problems } = await verified(archive);
    expect(problems.find(({ target }) => target === document(1))?.message).toContain(
      'it is the first record, but it names a previous one.',
    );
  });

  it('changed, and all cards are gone: the head of the chain still knows', async () => {
    const { archive, file, text, place } = copy();
    for (const name of readdirSync(join(place, 'rows')))
      if (!name.startsWith('chain')) rmSync(join(place, 'rows', name));
    writeFileSync(file(6), text(6).replace('Pending', 'Succeeded'));
    const { problems } = await verified(archive);
    expect(problems.filter(({ target }) => target?.includes(chain))).toMatchObject([
      { code: 'RecordChanged', target: document(6), message: expect.stringContaining('the index has') },
    ]);
  });

  it.each([
    ['the head of a chain', 'chain.jsonl', chain, `chain/${chain}`],
    ['the card of a deployment', 'deployment.jsonl', ids[1]!, `deployment/${ids[1]}`],
  ])('are whole though %s cannot be read, which is told', async (_, file, key, target) => {
    const { place } = copy();
    appendFileSync(join(place, 'rows', file), `{"key":"${key}","json":"{"}\n`);
    const { documents, problems } = await verified(archiveIn(place));
    expect(documents).toBe(7);
    expect(problems).toEqual([
      {
        code: 'RecordUnreadable',
        target,
        message: `${target} cannot be read: its row of the index is damaged.`,
      },
    ]);
  });

  it('are whole though a row of the list of all cannot be read, which is told', async () => {
    const { place } = copy();
    appendFileSync(join(place, 'rows', 'all.jsonl'), '{"key":"spoilt","json":"{"}\n');
    expect(await verified(archiveIn(place))).toMatchObject({
      ...{ chains: 2, documents: 7 },
      problems: [{ code: 'RowUnreadable', target: 'all/spoilt' }],
    });
  });

  it('of several VNets are told in the order of their chains', async () => {
    const { archive, place } = copy();
    const names = [chain, chainOf(other)].toSorted().map((one) => `chains/${one}/00000001.json`);
    for (const name of names) rmSync(join(place, 'records', name));
    expect((await verified(archive)).problems.map(({ target }) => target)).toEqual(names);
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

  it('the oldest are missed before their time, though the chain began long ago, when any card still knows them', async () => {
    const { archive, file } = copy();
    // Three deployments, years apart. The head of a long chain no longer names their records.
    const head = (await readHead(archive.rows, chain))!;
    const began = new Date(Date.parse(at) - 9 * 365 * 86_400_000).toISOString();
    await archive.rows.put('chain', chain, { ...head, beganAt: began, recent: [] });
    const keptSince = new Date(Date.parse(at) - 86_400_000);
    for (const position of [1, 2, 3]) rmSync(file(position));
    const { problems } = await verified(archive, keptSince);
    expect(problems.map(({ code, target }) => [code, target])).toEqual(
      [1, 2, 3].map((position) => ['RecordMissing', document(position)]),
    );
    for (const id of ids) await archive.rows.remove('deployment', id);
    expect(
      (await verified(archive, keptSince)).problems.filter(({ code }) => code === 'RecordMissing'),
    ).toEqual([]);
  });

  it('those of exactly the first day of the retention are still to be there', async () => {
    const { archive, file } = copy();
    rmSync(file(1));
    expect((await verified(archive, new Date(at))).problems).toHaveLength(1);
    expect((await verified(archive, new Date(Date.parse(at) + 1))).problems).toEqual([]);
  });

  it('one whose index is written only now is in a list', async () => {
    const { archive } = copy();
    let reads = 0;
    /** As the index was before the sixth record. The deployment is read again for each of its records. */
    const before = (value: { entries?: object[]; recent?: object[]; last?: object }) => ({
      ...value,
      ...(value.entries && { entries: value.entries.slice(0, 2) }),
      ...(value.recent && { recent: value.recent.slice(0, 5), last: value.recent[4] }),
    });
    const rows: Archive['rows'] = {
      ...archive.rows,
      async read<T>(partition: string, key: string) {
        const row = await archive.rows.read<T>(partition, key);
        const isEarly = (partition === 'chain' && key === chain) || (key === ids[1] && ++reads <= 2);
        return row && isEarly ? { ...row, value: before(row.value as object) as T } : row;
      },
    };
    expect((await verified({ ...archive, rows })).problems).toEqual([]);
    expect(reads).toBe(3);
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

describe('a part of the records of a VNet', () => {
  const part = (records: number, days: number) => ({
    keptSince: long,
    part: { records, now: new Date(Date.parse(at) + days * 86_400_000) },
  });

  it('written over together: the cards of their deployments know, though the head no longer does', async () => {
    const { archive, file, text } = copy();
    const head = (await readHead(archive.rows, chain))!;
    await archive.rows.put('chain', chain, { ...head, recent: [] });
    let previous: string | null = null;
    for (const position of [1, 2, 3]) {
      const forged: string = JSON.stringify({
        ...(JSON.parse(text(position)) as object),
        previous,
        at: 'then',
      });
      writeFileSync(file(position), forged);
      previous = sha256(forged);
    }
    // Read are the first two of the older ones, the one behind them, and the newest two.
    const days = [0, 1].map((day) => verifyChain(archive, chain, part(2, day)));
    const found = (await Promise.all(days)).find(({ problems }) => problems.length === 3)!;
    expect(found.read).toBe(5);
    expect(found.problems.map(({ code, target }) => [code, target])).toEqual(
      [1, 2, 3].map((position) => ['RecordChanged', document(position)]),
    );
  });

  it('that is in no list is told after two days: until then the step that lists it may be repeated', async () => {
    const { archive, file, text } = copy();
    const entry = { ...(JSON.parse(text(6)) as object), position: 7, entry: `${ids[0]}/made-up` };
    writeFileSync(file(7), JSON.stringify({ ...entry, previous: sha256(text(6)) }));
    const told = async (days: number) =>
      (await verifyChain(archive, chain, part(20, days))).problems.map(({ code }) => code);
    expect(await told(1)).toEqual([]);
    expect(await told(2)).toEqual(['RecordNotListed']);
  });
});
