import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRecords, recordResults } from '../../../../functions/compliance/steps/records.ts';
import { runFolder } from '../../../../functions/compliance/steps/run-folder.ts';
import { keepWaivers } from '../../../../functions/compliance/steps/waivers.ts';
import { recordDocument } from '../../../../functions/records/chain/chain.ts';
import { takeLock } from '../../../../functions/records/lock.ts';
import { chainOf, remember } from '../../../../functions/records/remember.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import type { Results } from '../../../../shared/compliance/merge.ts';
import type { Scope } from '../../../../shared/compliance/report/report.ts';
import type { Waiver } from '../../../../shared/compliance/waivers/waivers.ts';
import type { Order } from '../../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../../shared/deployment/ids.ts';
import { vpnGatewayRequest } from '../../../../shared/deployment/request.ts';
import type { Archive } from '../../../../shared/ports.ts';
import { hubId } from '../../../shared/hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'checked-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const everything: Scope = { subscriptionIds: [], gatewayIds: [] };
const at = '2030-01-01T00:00:00.000Z';
const day = (number: number) => new Date(Date.parse(at) + number * 86_400_000).toISOString();
const orderFor = (virtualNetworkId: string): Order => ({
  request: vpnGatewayRequest.parse({ ticket: { system: 'webhook', id: 'REQ1' }, virtualNetworkId }),
  fingerprint: 'f',
});
const archive: Archive = {
  records: documentsInFolder(join(folder, 'records')),
  rows: rowsInFolder(join(folder, 'rows')),
};
const store = documentsInFolder(join(folder, 'reports'));

/** This number of deployments of a VNet, with two records each. */
async function deployed(order: Order, count: number) {
  for (let number = 0; number < count; number++) {
    const id = newDeploymentId(
      order.request.virtualNetworkId,
      new Date(Date.parse(at) + number),
      String(number),
    );
    for (const entry of ['asked', 'ended']) await remember(archive, { id, order, entry, at, change: {} });
    if (number === 0) await takeLock(archive.rows, undefined, { id, at, order, furtherTickets: [] });
  }
}

/** Page after page, like the orchestration. Returns everything that was found, and what it cost. */
async function checked(now: string, more: { scope?: Scope; waivers?: readonly Waiver[] } = {}) {
  const cost = { operations: 0 };
  const counted = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        cost.operations++;
        return Reflect.get(target, name);
      },
    });
  const check = checkRecords({
    archive: { records: counted(archive.records), rows: counted(archive.rows) },
    store,
    retentionDays: 2555,
  });
  await keepWaivers(runFolder(store, 'run'), archive.rows, more.waivers ?? []);
  const found: Results[] = [];
  let after: string | undefined;
  for (let page = 0; ; page++) {
    after = (await check({ runId: 'run', scope: more.scope ?? everything, now, page, after })).after;
    found.push(await runFolder(store, 'run').read<Results>(recordResults(page)));
    if (after === undefined) break;
  }
  const sum = (name: 'virtualNetworks' | 'documents' | 'read') =>
    found.reduce((total, { records }) => total + records![name], 0);
  return {
    cost: cost.operations,
    pages: found.length,
    findings: found.flatMap(({ findings }) => findings),
    records: { virtualNetworks: sum('virtualNetworks'), documents: sum('documents'), read: sum('read') },
  };
}
const long = orderFor(hubId);
const file = (order: Order, position: number) =>
  join(folder, 'records', recordDocument(chainOf(order), position));
/** Changes a record, calls, and puts the record back. */
async function changed<T>(order: Order, position: number, work: () => Promise<T>): Promise<T> {
  const name = file(order, position);
  const text = readFileSync(name, 'utf8');
  writeFileSync(name, text.replace('Pending', 'Succeeded'));
  try {
    return await work();
  } finally {
    writeFileSync(name, text);
  }
}

beforeAll(async () => {
  await deployed(long, 60);
  for (let number = 0; number < 30; number++) await deployed(orderFor(`${hubId}-${number}`), 1);
});

describe('the records of all VNets, once a day', () => {
  it('are whole, and of a long chain only a part is read', async () => {
    const { findings, records, pages, cost } = await checked(day(0));
    expect(findings).toEqual([]);
    expect(pages).toBe(2);
    // Of one VNet with 120: the newest 20 are read, 20 older ones and the one behind them. Of each other VNet: two.
    expect(records).toEqual({ virtualNetworks: 31, documents: 180, read: 41 + 60 });
    expect(cost).toBeLessThan(31 * 10 + 60);
  });

  it('a change in the newest is found on the same day, with the VNet and the document', async () => {
    const { findings } = await changed(long, 119, () => checked(day(0)));
    expect(findings).toMatchObject([
      {
        rule: 'record-changed',
        severity: 'high',
        status: 'open',
        target: hubId,
        evidence: [expect.stringContaining(`RecordChanged: ${recordDocument(chainOf(long), 119)}`)],
      },
    ]);
  });

  it('a change in an old one within the days that a chain takes, and a missing one on the same day', async () => {
    const found = await changed(long, 33, async () => {
      const days: number[] = [];
      for (let number = 0; number < 5; number++)
        if ((await checked(day(number))).findings.length > 0) days.push(number);
      return days;
    });
    expect(found).toHaveLength(1);

    const gone = file(long, 33);
    const text = readFileSync(gone, 'utf8');
    rmSync(gone);
    for (const number of [0, 1]) {
      const { findings } = await checked(day(number));
      expect(findings).toMatchObject([{ evidence: [expect.stringContaining('RecordMissing')] }]);
    }
    writeFileSync(gone, text);
  });

  it('the newest removed together with the head that names it: the card of the deployment knows', async () => {
    const chain = chainOf(long);
    const [gone, text] = [file(long, 120), readFileSync(file(long, 120), 'utf8')];
    const head = (await archive.rows.read<{ last: object; recent: object[] }>('chain', chain))!.value;
    await archive.rows.put('chain', chain, {
      ...head,
      last: head.recent.at(-2),
      recent: head.recent.slice(0, -1),
    });
    rmSync(gone);
    const { findings } = await checked(day(0));
    writeFileSync(gone, text);
    await archive.rows.put('chain', chain, head);
    expect(findings).toMatchObject([{ target: hubId, evidence: [expect.stringContaining('00000120.json')] }]);
  });

  it('of a subscription, only its own; what was decided to be lived with is waived', async () => {
    const elsewhere = { subscriptionIds: ['11111111-1111-1111-1111-111111111111'], gatewayIds: [] };
    const own = { subscriptionIds: [hubId.split('/')[2]!.toUpperCase()], gatewayIds: [] };
    const waivers = [
      { rule: 'record-changed', target: hubId, owner: 'anna', reason: 'restored', until: '2030-02-01' },
    ];
    await changed(long, 119, async () => {
      expect(await checked(day(0), { scope: elsewhere })).toMatchObject({
        findings: [],
        records: { virtualNetworks: 0 },
      });
      expect((await checked(day(0), { scope: own })).findings).toHaveLength(1);
      expect((await checked(day(0), { waivers })).findings).toMatchObject([
        { status: 'waived', waiver: { owner: 'anna' } },
      ]);
    });
  });
});
