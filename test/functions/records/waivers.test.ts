import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  findWaivers,
  keepWaiver,
  readWaiver,
  standingWaivers,
  withdraw,
} from '../../../functions/records/waivers.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import { newWaiverId, type RecordedWaiver } from '../../../shared/compliance/waivers/recorded-waiver.ts';
import { gatewayId } from '../../shared/hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'waivers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const archive = (name: string) => ({
  records: documentsInFolder(join(folder, name, 'records')),
  rows: rowsInFolder(join(folder, name, 'rows')),
});

function waiver(number: number, changes: Partial<RecordedWaiver> = {}): RecordedWaiver {
  const at = new Date(Date.UTC(2030, 0, 1) + number * 60_000);
  return {
    id: newWaiverId(at, String(number).padStart(12, '0')),
    rule: 'mfa-version',
    target: gatewayId,
    owner: 'anna@example.com',
    reason: 'planned',
    until: '2030-03-31',
    by: 'jonas@example.com',
    at: at.toISOString(),
    ...changes,
  };
}
const withdrawal = (by: string) => ({ at: '2030-01-02T00:00:00.000Z', by });

it('a waiver is found, by its state, rule and resource; newest first, fifty a page', async () => {
  const kept = archive('found');
  for (let number = 0; number < 60; number++) await keepWaiver(kept, waiver(number));
  await keepWaiver(kept, waiver(60, { rule: 'audit-off', until: '2030-01-31' }));
  const now = '2030-02-01T00:00:00.000Z';
  const first = await findWaivers(kept.rows, {}, now);
  expect(first.waivers.map(({ id }) => id).slice(0, 2)).toEqual([waiver(60).id, waiver(59).id]);
  expect(first.waivers).toHaveLength(50);
  const second = await findWaivers(kept.rows, { after: first.continuation }, now);
  expect(second.waivers).toHaveLength(11);
  expect(second.continuation).toBeUndefined();
  const expired = await findWaivers(kept.rows, { states: ['expired'] }, now);
  expect(expired.waivers).toMatchObject([{ rule: 'audit-off', state: 'expired' }]);
  const its = { rule: 'audit-off', target: gatewayId.toUpperCase() };
  expect((await findWaivers(kept.rows, its, now)).waivers).toHaveLength(1);
  const elsewhere = { rule: 'audit-off', target: `${gatewayId}-2` };
  expect((await findWaivers(kept.rows, elsewhere, now)).waivers).toEqual([]);
});

it('one that cannot be read waives nothing, and is named beside the others', async () => {
  const kept = archive('spoilt');
  await keepWaiver(kept, waiver(1));
  appendFileSync(join(folder, 'spoilt', 'rows', 'waiver.jsonl'), '{"key":"1-waiver","json":"{"}\n');
  const rows = rowsInFolder(join(folder, 'spoilt', 'rows'));
  expect(await standingWaivers(rows)).toHaveLength(1);
  expect(await findWaivers(rows, {}, '2030-02-01T00:00:00.000Z')).toMatchObject({
    waivers: [{ id: waiver(1).id }],
    problems: [{ code: 'RowUnreadable', target: 'waiver/1-waiver' }],
  });
});

it('whoever withdraws it first stays named, and it counts no longer; what was decided stays to be read', async () => {
  const types: string[] = [];
  const { records, rows } = archive('withdrawn');
  const kept = {
    rows,
    records: {
      ...records,
      async add(name: string, content: string, type: string) {
        types.push(type);
        return records.add(name, content, type);
      },
    },
  };
  await keepWaiver(kept, waiver(1));
  expect(await standingWaivers(kept.rows)).toHaveLength(1);
  const [one, other] = await Promise.all([
    withdraw(kept, waiver(1).id, withdrawal('anna')),
    withdraw(kept, waiver(1).id, withdrawal('boris')),
  ]);
  expect(one?.withdrawn).toEqual(other?.withdrawn);
  expect(await readWaiver(kept.rows, waiver(1).id)).toEqual(one);
  expect(await standingWaivers(kept.rows)).toEqual([]);
  expect(await kept.records.list('waivers/')).toEqual([
    `waivers/${waiver(1).id}/decided.json`,
    `waivers/${waiver(1).id}/withdrawn.json`,
  ]);
  expect(JSON.parse((await kept.records.read(`waivers/${waiver(1).id}/decided.json`))!)).toEqual(waiver(1));
  expect(new Set(types)).toEqual(new Set(['application/json']));
});

it('an id that is none finds nothing', async () => {
  const kept = archive('none');
  for (const id of ['', '..', waiver(1).id, 'waiver-20301399t000000000z-000000000000']) {
    expect(await readWaiver(kept.rows, id)).toBeUndefined();
    expect(await withdraw(kept, id, withdrawal('anna'))).toBeUndefined();
  }
});
