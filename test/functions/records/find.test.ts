import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Card, cardKey, changeCard, lists } from '../../../functions/records/cards.ts';
import { findDeployments, newestOfTicket, type Wanted } from '../../../functions/records/find.ts';
import { findReports, listReport } from '../../../functions/records/reports.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { ComplianceReport } from '../../../shared/compliance/report/report.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import type { DeploymentSummary } from '../../../shared/deployment/record/record.ts';
import type { Rows } from '../../../shared/ports.ts';
import { gatewayId, hubId, request } from '../../shared/hub.ts';
import { durableHost } from '../durable-host.ts';

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

const spokeId = hubId.replace(/hub$/, 'spoke');
const spokeGatewayId = gatewayId.replace(/hub$/, 'spoke');
interface Made extends Partial<DeploymentSummary> {
  readonly by?: { readonly id: string; readonly name: string };
}

async function madeOf(place: string, made: readonly Made[]): Promise<Rows> {
  const rows = rowsInFolder(join(folder, place));
  for (const [number, { by, ...more }] of made.entries()) {
    const its = { ...summary(number), ...(by && { requestedBy: by.name }), ...more };
    const order = { request: request(), fingerprint: 'f', ...(by && { requestedBy: by }) };
    await changeCard(rows, idOf(number), () => ({ summary: its, order, chain: 'c', entries: [] }));
  }
  return rows;
}
const numbersIn = (ids: readonly { id: string }[], count = 10) =>
  ids.map(({ id }) => Array.from({ length: count }, (_, number) => idOf(number)).indexOf(id));

describe('a list of deployments', () => {
  const tickets = { a: 'REQ-A', b: 'REQ-B', joined: 'REQ-J' };
  const ticket = (id: string, requestedBy?: string) => ({ system: 'webhook', id, requestedBy }) as const;
  const made: readonly Made[] = [
    { ticket: ticket(tickets.a, 'boris'), gatewayId, by: { id: 'oid-anna', name: 'anna' } },
    { ticket: ticket(tickets.a), virtualNetworkId: spokeId, gatewayId: spokeGatewayId, status: 'Failed' },
    {
      ticket: ticket(tickets.b, 'anna'),
      furtherTickets: [ticket(tickets.joined, 'carla')],
      status: 'Canceled',
    },
    { ticket: ticket(tickets.b), virtualNetworkId: spokeId, gatewayId, status: 'Rejected' },
  ];
  const place = madeOf('filters', made);

  it.each<[Wanted, number[]]>([
    [{}, [3, 2, 1, 0]],
    [{ ticket: 'req-a' }, [1, 0]],
    [{ ticket: tickets.joined }, [2]],
    [{ virtualNetwork: 'HUB' }, [2, 0]],
    [{ virtualNetwork: spokeId.toUpperCase() }, [3, 1]],
    [{ gateway: 'vpngw-hub' }, [3, 0]],
    [{ gateway: spokeGatewayId }, [1]],
    [{ requestedBy: 'Anna' }, [2, 0]],
    [{ requestedBy: 'oid-anna' }, [0]],
    [{ requestedBy: 'carla' }, [2]],
    [{ statuses: ['Failed'] }, [1]],
    [{ statuses: ['Rejected', 'Failed', 'Succeeded'] }, [3, 1, 0]],
    [{ ticket: tickets.a, statuses: ['Failed'] }, [1]],
    [{ ticket: tickets.a, gateway: 'vpngw-hub' }, [0]],
    [{ ticket: tickets.b, gateway: 'vpngw-spoke' }, []],
    [{ ticket: tickets.b, virtualNetwork: 'spoke' }, [3]],
    [{ ticket: tickets.b, virtualNetwork: hubId }, [2]],
    [{ gateway: gatewayId, virtualNetwork: spokeId }, [3]],
    [{ ticket: tickets.a, requestedBy: 'ANNA' }, [0]],
    [{ ticket: tickets.a, requestedBy: 'boris' }, [0]],
    [{ ticket: tickets.joined, requestedBy: 'carla' }, [2]],
    [{ gateway: 'vpngw-spoke', requestedBy: 'anna' }, []],
    [{ virtualNetwork: 'hub', requestedBy: 'anna' }, [2, 0]],
    [{ virtualNetwork: 'spoke', requestedBy: 'anna' }, []],
    [{ ticket: tickets.b, gateway: 'gw-hub' }, []],
    [{ from: minute(1), to: minute(2) }, [2, 1]],
    [{ after: idOf(2) }, [1, 0]],
  ])('has for %j those that fit, newest first', async (wanted, numbers) => {
    const found = await findDeployments(await place, wanted, undefined as never);
    expect(numbersIn(found.deployments)).toEqual(numbers);
    expect(found).not.toHaveProperty('continuation');
  });

  it('finds the newest of a ticket, of the system that it came from', async () => {
    const newest = (system: string, id: string) =>
      place.then((rows) => newestOfTicket(rows, { system, id }, undefined as never));
    expect((await newest('webhook', tickets.a))?.id).toBe(idOf(1));
    expect(await newest('jira', tickets.a)).toBeUndefined();
    // It joined another deployment: none was begun for it.
    expect(await newest('webhook', tickets.joined)).toBeUndefined();
  });

  it('comes in pages, of several lists together, each of which leads to the next', async () => {
    const statuses = ['Succeeded', 'Failed', 'Canceled'] as const;
    const count = 150;
    const rows = await madeOf(
      'pages',
      Array.from({ length: count }, (_, number) => ({ status: statuses[number % 3]! })),
    );
    const pages: number[][] = [];
    for (let after: string | undefined; ; ) {
      const wanted = { statuses: ['Failed', 'Succeeded'] as const, after };
      const found = await findDeployments(rows, wanted, undefined as never);
      pages.push(numbersIn(found.deployments, count));
      after = found.continuation;
      if (!after) break;
    }
    const all = Array.from({ length: count }, (_, number) => count - 1 - number);
    expect(pages).toEqual([
      all.filter((number) => number % 3 !== 2).slice(0, 50),
      all.filter((number) => number % 3 !== 2).slice(50),
    ]);
  });

  it('looks at a thousand rows and a few more when none fits, and says where the next page goes on', async () => {
    const rows = rowsInFolder(join(folder, 'few'));
    const list = lists.ticket('REQ');
    for (let number = 0; number < 1100; number++) {
      const its = { ...summary(number), ticket: ticket('REQ'), ...(number < 50 && { gatewayId }) };
      await rows.put(list, cardKey(idOf(number)), its);
    }
    const wanted = { ticket: 'REQ', gateway: gatewayId };
    const { cost, rows: counted } = counting(rows);
    const first = await findDeployments(counted, wanted, undefined as never);
    expect(first).toEqual({ deployments: [], continuation: idOf(1099 - 1019) });
    expect(cost.operations).toBe(20);
    const second = await findDeployments(rows, { ...wanted, after: first.continuation }, undefined as never);
    expect(second.deployments).toHaveLength(50);
    expect(second).not.toHaveProperty('continuation');
  });
});

it('a deployment that runs is shown as it is now, and as it was kept when its instance does not tell', async () => {
  const rows = await madeOf('running', [{ status: 'Running', percent: 1 }, { status: 'Running' }, {}]);
  const instance = {
    runtimeStatus: 'Completed',
    input: { request: request() },
    output: { value: { status: 'Failed', failure: { code: 'Conflict', message: 'Busy.' } } },
  } as const;
  const host = await durableHost({ [idOf(0)]: instance, [idOf(2)]: instance });
  const { deployments } = await findDeployments(rows, {}, host.context).finally(host.close);
  expect(deployments).toMatchObject([
    { id: idOf(2), status: 'Succeeded' },
    { id: idOf(1), status: 'Running', percent: 100 },
    { id: idOf(0), status: 'Failed', error: { code: 'Conflict' } },
  ]);
});
