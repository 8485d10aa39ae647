import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Card, cardKey, changeCard, lists } from '../../../functions/records/cards.ts';
import { findDeployments } from '../../../functions/records/find.ts';
import { findReports, listReport } from '../../../functions/records/reports.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { ComplianceReport } from '../../../shared/compliance/report/report.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import type { DeploymentSummary } from '../../../shared/deployment/record/record.ts';
import type { Rows } from '../../../shared/ports.ts';
import { hubId } from '../../shared/hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'find-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minute = (number: number) => new Date(Date.UTC(2030, 0, 1) + number * 60_000);
const idOf = (number: number) => newDeploymentId(hubId, minute(number), String(number));
const summary = (number: number): DeploymentSummary => ({
  id: idOf(number),
  ticket: { system: 'webhook', id: `REQ${number}` },
  virtualNetworkId: hubId,
  status: 'Succeeded',
  percent: 100,
  startedAt: minute(number).toISOString(),
  expectedEndAt: null,
  endedAt: minute(number).toISOString(),
});

function counting(rows: Rows) {
  const cost = { operations: 0, rows: 0 };
  const page = async (partition: string, range: Parameters<Rows['page']>[1]) => {
    const found = await rows.page(partition, range);
    cost.operations++;
    cost.rows += found.length;
    return found;
  };
  return { cost, rows: { ...rows, page } as Rows };
}

it('a page of deployments costs the same with ten, a thousand and ten thousand records', async () => {
  const costs: (readonly [number, number])[] = [];
  for (const count of [10, 1000, 10_000]) {
    const rows = rowsInFolder(join(folder, `deployments-${count}`));
    for (let number = 0; number < count; number++)
      await rows.put(lists.all, cardKey(idOf(number)), summary(number));
    const wanted = [{}, { after: idOf(Math.floor(count / 2)) }, { from: minute(2), to: minute(5) }];
    for (const one of wanted) {
      const { cost, rows: counted } = counting(rows);
      const { deployments } = await findDeployments(counted, one, undefined as never);
      expect(deployments.length).toBeGreaterThan(0);
      costs.push([cost.operations, cost.rows]);
    }
  }
  for (const [operations, read] of costs) {
    expect(operations).toBe(1);
    expect(read).toBeLessThanOrEqual(51);
  }
});

it('a row that cannot be read is named, and everything else of its list is shown', async () => {
  const place = join(folder, 'spoilt');
  const order = { request: { ticket: summary(1).ticket, virtualNetworkId: hubId }, fingerprint: 'f' };
  const card = (number: number) =>
    ({ summary: summary(number), order, chain: 'c', entries: [] }) as unknown as Omit<Card, 'lists'>;
  const rows = rowsInFolder(place);
  for (const number of [1, 2]) await changeCard(rows, idOf(number), () => card(number));
  // The third and fourth have no card, so nothing else can tell what their rows said.
  for (const number of [3, 4]) await rows.put(lists.all, cardKey(idOf(number)), summary(number));
  const file = join(place, `${lists.all}.jsonl`);
  const spoilt = [2, 3].map(idOf);
  const lines = readFileSync(file, 'utf8').split('\n');
  const text = lines.map((line) =>
    spoilt.some((id) => line.includes(id)) ? `${line.slice(0, 100)}…` : line,
  );
  writeFileSync(file, text.join('\n'));

  const found = await findDeployments(rowsInFolder(place), {}, undefined as never);
  // The second one is shown from its card.
  expect(found.deployments.map(({ id }) => id)).toEqual([4, 2, 1].map(idOf));
  expect(found.problems).toMatchObject(
    [3, 2].map((number) => ({ code: 'RowUnreadable', target: `all/${cardKey(idOf(number))}` })),
  );
  // The rows of another list are unchanged.
  expect(
    await findDeployments(rowsInFolder(place), { virtualNetwork: hubId }, undefined as never),
  ).not.toHaveProperty('problems');
});

it('so is a row of a report', async () => {
  const place = join(folder, 'spoilt-reports');
  const rows = rowsInFolder(place);
  const reports = [1, 2, 3].map((number) => `2030010${number}T050000Z-all`);
  for (const id of reports) {
    const report = { id, trigger: 'timer', changes: { new: [], resolved: [] } };
    await listReport(rows, report as unknown as ComplianceReport, '0');
  }
  const file = join(place, 'report.jsonl');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('20300102T050000Z', '20300102T'));
  const text = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, text.map((line, index) => (index === 1 ? line.slice(0, -5) : line)).join('\n'));
  const found = await findReports(rowsInFolder(place), { triggers: ['timer'] });
  expect(found.reports.map(({ id }) => id)).toEqual([reports[2], reports[0]]);
  expect(found.problems).toMatchObject([
    { code: 'RowUnreadable', target: expect.stringContaining('20300102t05') },
  ]);
});

it('so does a page of reports', async () => {
  for (const count of [10, 1000]) {
    const rows = rowsInFolder(join(folder, `reports-${count}`));
    for (let number = 0; number < count; number++) {
      const id = `${minute(number)
        .toISOString()
        .replaceAll(/[-:]|\.\d+/g, '')}-all`;
      const report = { id, trigger: 'timer', changes: { new: [], resolved: [] } };
      await listReport(rows, report as unknown as ComplianceReport, '0');
    }
    const { cost, rows: counted } = counting(rows);
    const { reports, continuation } = await findReports(counted, {});
    expect([cost.operations, reports.length]).toEqual([1, Math.min(50, count)]);
    if (continuation) {
      const next = await findReports(counted, { after: continuation });
      expect(next.reports[0]!.id < reports.at(-1)!.id).toBe(true);
      expect(cost.operations).toBe(2);
    }
  }
});
