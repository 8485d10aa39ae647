import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { keyOf, lists } from '../../../functions/records/cards.ts';
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
      await rows.put(lists.all, keyOf(idOf(number)), summary(number));
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
