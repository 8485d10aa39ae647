import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findReports,
  forgetReports,
  latestId,
  listReport,
  looksLikeReportId,
  readReport,
  reportForms,
  writeReport,
} from '../../../functions/records/reports.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { ComplianceReport } from '../../../shared/compliance/report/report.ts';
import type { Documents, Rows } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

function newStore() {
  const { folder } = temporaryFolder('vpn-radius-reports-');
  return {
    folder,
    store: documentsInFolder(join(folder, 'reports')),
    rows: rowsInFolder(join(folder, 'rows')),
  };
}
const idOn = (day: number, about = 'all') => `203001${String(day).padStart(2, '0')}T050000Z-${about}`;
const dayOf = (day: number, hour = 5, milliseconds = 0) =>
  new Date(Date.UTC(2030, 0, day, hour, 0, 0, milliseconds));
const report = (id: string, more: Partial<ComplianceReport> = {}) =>
  ({ id, trigger: 'timer', changes: { new: [], resolved: [] }, ...more }) as unknown as ComplianceReport;

it.each([
  ['20300101T050000Z-all', true],
  [`20300101T050000Z-${'a'.repeat(40)}`, true],
  [`20300101T050000Z-${'a'.repeat(41)}`, false],
  ['20300101T050000Z-', false],
  ['20300101T050000Z-ALL', false],
  ['20300101T050000Z-all/..', false],
  ['../20300101T050000Z-all', false],
  ['20301301T050000Z-all', false],
  ['2030010T050000Z-all', false],
  ['20300101T05000Z-all', false],
  ['2030010aT050000Z-all', false],
  ['20300101T05000aZ-all', false],
  ['', false],
])('%s is the id of a report: %s', (id, isOne) => {
  expect(looksLikeReportId(id)).toBe(isOne);
});

const textOf = async (parts: AsyncIterable<Uint8Array> | undefined) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of parts ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

it('a report is kept in each of its forms, with the type that a browser needs', async () => {
  const { store } = newStore();
  const types: unknown[] = [];
  const told: Documents = {
    ...store,
    async writeParts(name, parts, contentType) {
      types.push([name, contentType]);
      await store.writeParts(name, parts, contentType);
    },
  };
  for (const form of ['json', 'csv', 'html'] as const)
    await writeReport(told, idOn(1), form, () => [`a ${form}`, ' report']);
  expect(types).toEqual([
    [`reports/${idOn(1)}/report.json`, 'application/json'],
    [`reports/${idOn(1)}/report.csv`, 'text/csv; charset=utf-8'],
    [`reports/${idOn(1)}/report.html`, 'text/html; charset=utf-8'],
  ]);
  expect(await textOf(await readReport(store, idOn(1), 'csv'))).toBe('a csv report');
  expect(await readReport(store, idOn(2), 'csv')).toBeUndefined();
});

it('the latest report is the one that the store names, if there is any', async () => {
  const { store } = newStore();
  expect(await latestId(store)).toBeUndefined();
  await store.write('latest.json', JSON.stringify({ id: idOn(2) }), 'application/json');
  expect(await latestId(store)).toBe(idOn(2));
});

describe('the list of reports', () => {
  it('shows of each what it is about, what it found, and how much is new and resolved', async () => {
    const { rows } = newStore();
    const [summary, scope] = [{ waived: 1 }, { subscriptionIds: [], gatewayIds: [] }];
    const startedBy = { name: 'anna' };
    const more = { trigger: 'request', startedBy, scope, startedAt: 'then', endedAt: 'now', summary };
    const changes = { new: [{}, {}], resolved: [{}] };
    const made = report(idOn(1), { ...more, changes, findings: [{}] } as unknown as ComplianceReport);
    for (let attempt = 0; attempt < 2; attempt++) await listReport(rows, made, 'digest');
    expect(await findReports(rows, {})).toEqual({
      reports: [{ id: idOn(1), ...more, new: 2, resolved: 1, sha256: 'digest' }],
    });
  });

  const listed = async () => {
    const { rows, folder } = newStore();
    for (let day = 1; day <= 9; day++) await listReport(rows, report(idOn(day)), '');
    await listReport(rows, report(idOn(5, 'deployed'), { trigger: 'deployment' }), '');
    return { rows, folder };
  };
  const ids = async (rows: Rows, wanted: Parameters<typeof findReports>[1]) =>
    (await findReports(rows, wanted)).reports.map(({ id }) => id);

  it('is newest first, by trigger, and after the last report of the page before', async () => {
    const { rows } = await listed();
    expect((await ids(rows, {})).slice(0, 2)).toEqual([idOn(9), idOn(8)]);
    expect(await ids(rows, { triggers: ['deployment'] })).toEqual([idOn(5, 'deployed')]);
    expect(await ids(rows, { triggers: ['deployment', 'timer'], after: idOn(3) })).toEqual([
      idOn(2),
      idOn(1),
    ]);
  });

  it('holds the reports that began in a time, its first second included', async () => {
    const { rows } = await listed();
    const within = { from: dayOf(2), to: dayOf(4, 6) };
    expect(await ids(rows, within)).toEqual([4, 3, 2].map((day) => idOn(day)));
    expect(await ids(rows, { ...within, from: dayOf(2, 5, 999) })).toEqual([4, 3, 2].map((day) => idOn(day)));
    expect(await ids(rows, { ...within, from: dayOf(2, 6) })).toEqual([4, 3].map((day) => idOn(day)));
    expect(await ids(rows, { ...within, to: dayOf(4, 4) })).toEqual([3, 2].map((day) => idOn(day)));
  });

  it('goes on behind a row whose key is no report', async () => {
    const { rows, folder } = await listed();
    appendFileSync(join(folder, 'rows', 'report.jsonl'), '{"key":"0000-spoilt","json":"{"}\n');
    const found = await findReports(rowsInFolder(join(folder, 'rows')), {});
    expect(found.reports).toHaveLength(10);
    expect(found.problems).toMatchObject([{ target: 'report/0000-spoilt' }]);
    expect(await ids(rows, {})).toHaveLength(10);
  });
});

describe('reports from before the retention', () => {
  async function kept(days: number) {
    const made = newStore();
    for (let day = 1; day <= days; day++) {
      for (const form of Object.keys(reportForms) as (keyof typeof reportForms)[])
        await writeReport(made.store, idOn(day), form, () => ['']);
      await listReport(made.rows, report(idOn(day)), '');
    }
    return made;
  }

  it('go in all their forms, the newest of them first and only some at a time; the others stay', async () => {
    const { store, rows } = await kept(5);
    expect(await forgetReports(store, rows, dayOf(4, 4), 2)).toBe(2);
    expect((await findReports(rows, {})).reports.map(({ id }) => id)).toEqual(
      [5, 4, 1].map((day) => idOn(day)),
    );
    expect(await forgetReports(store, rows, dayOf(4, 4), 2)).toBe(1);
    expect(await forgetReports(store, rows, dayOf(4, 4), 2)).toBe(0);
    expect(await store.list('reports/')).toEqual(
      [4, 5].flatMap((day) => ['csv', 'html', 'json'].map((form) => `reports/${idOn(day)}/report.${form}`)),
    );
  });

  it('stay when it is the latest that there is', async () => {
    const { store, rows } = await kept(2);
    await store.write('latest.json', JSON.stringify({ id: idOn(2) }), 'application/json');
    expect(await forgetReports(store, rows, dayOf(9), 9)).toBe(1);
    expect((await findReports(rows, {})).reports.map(({ id }) => id)).toEqual([idOn(2)]);
  });

  it('whose removal was cut short are found again', async () => {
    const { store, rows } = await kept(1);
    let removals = 0;
    const dying: Documents = {
      ...store,
      async remove(name) {
        if (++removals === 3) throw new Error('killed');
        await store.remove(name);
      },
    };
    await expect(forgetReports(dying, rows, dayOf(9), 9)).rejects.toThrow('killed');
    expect(await forgetReports(store, rows, dayOf(9), 9)).toBe(1);
    expect(await store.list('reports/')).toEqual([]);
  });
});
