import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cardKey, changeCard, joinCard, lists, readCard } from '../../../functions/records/cards.ts';
import { appendRecord, lastRecord, recordDocument } from '../../../functions/records/chain/chain.ts';
import { chainOf, remember } from '../../../functions/records/remember.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import { sha256 } from '../../../shared/core/sha256.ts';
import { version } from '../../../shared/core/version.ts';
import type { AnyPlan, DeploymentStatus, Order } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import { newStages } from '../../../shared/deployment/progress/stages.ts';
import type {
  ChainEntry,
  DeploymentRecord,
  DeploymentSummary,
} from '../../../shared/deployment/record/record.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { npsModuleVersion } from '../../../shared/nps/script.ts';
import type { Archive } from '../../../shared/ports.ts';
import { hubId } from '../../shared/hub.ts';

const root = mkdtempSync(join(tmpdir(), 'records-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const folder = () => join(root, String(++folders));
const archiveIn = (place: string): Archive => ({
  records: documentsInFolder(join(place, 'records')),
  rows: rowsInFolder(join(place, 'rows')),
});

const request = vpnGatewayRequest.parse({
  ticket: { system: 'webhook', id: 'REQ1', requestedBy: 'anna@contoso.com' },
  virtualNetworkId: hubId,
});
const order: Order = { request, fingerprint: 'f' };
const at = '2030-01-01T00:00:00.000Z';
const idFor = (unique: string) => newDeploymentId(hubId, new Date(at), unique);

const gatewayId = `${hubId.slice(0, hubId.indexOf('/providers/'))}/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
/** Everything from the ticket to the end, as the steps of a deployment add it to the record. */
async function story(archive: Archive, id: string) {
  await remember(archive, { id, order, entry: 'asked', at, change: {} });
  await remember(archive, { id, order, entry: 'planned', at, change: { status: 'AwaitingApproval' } });
  await remember(archive, {
    id,
    order,
    entry: 'decided',
    at,
    change: { status: 'Running', decisions: [{ at, approved: true, by: 'boris', planDigest: 'd' }] },
  });
  await remember(archive, {
    id,
    order,
    entry: 'ended',
    at,
    change: {
      status: 'Succeeded',
      endedAt: at,
      ending: { status: 'Succeeded' },
      result: { gatewayId },
      answers: [{ ticket: request.ticket, at, outcome: 'arrived' }],
    },
  });
}

/** Like the archive, but the host is killed before or after its n-th write. */
function killedAt(archive: Archive, n: number, when: 'before' | 'after'): Archive {
  let writes = 0;
  const killing = <A extends unknown[], R>(write: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      const dies = ++writes === n;
      if (dies && when === 'before') throw new Error('killed');
      const result = await write(...args);
      if (dies) throw new Error('killed');
      return result;
    };
  };
  const { records, rows } = archive;
  return {
    records: { ...records, add: killing(records.add) },
    rows: {
      ...rows,
      insert: killing(rows.insert),
      put: killing(rows.put),
      replace: killing(rows.replace),
      remove: killing(rows.remove),
    },
  };
}

async function chain(archive: Archive): Promise<readonly { text: string; entry: ChainEntry }[]> {
  const names = await archive.records.list(`chains/${chainOf(order)}/`);
  const texts = await Promise.all(names.map((name) => archive.records.read(name)));
  return texts.map((text) => ({ text: text!, entry: JSON.parse(text!) as ChainEntry }));
}

async function expectWhole(archive: Archive, ids: readonly string[]) {
  const documents = await chain(archive);
  for (const [index, { entry }] of documents.entries()) {
    expect(entry.position).toBe(index + 1);
    expect(entry.previous).toBe(index === 0 ? null : sha256(documents[index - 1]!.text));
  }
  for (const id of ids) {
    const its = documents.filter(({ entry }) => entry.record.id === id);
    expect(its.map(({ entry }) => entry.entry)).toEqual(
      ['asked', 'planned', 'decided', 'ended'].map((entry) => `${id}/${entry}`),
    );
    expect(its.at(-1)!.entry.record).toMatchObject({
      status: 'Succeeded',
      decisions: [{ by: 'boris' }],
      answers: [{ outcome: 'arrived' }],
    });
    expect((await readCard(archive.rows, id))?.entries.map(({ position }) => position)).toEqual(
      its.map(({ entry }) => entry.position),
    );
    const listed = async (list: string) =>
      (await archive.rows.page<DeploymentSummary>(list, { limit: 100 })).filter(
        ({ key }) => key === cardKey(id),
      );
    for (const list of [
      lists.all,
      lists.status('Succeeded'),
      lists.ticket('req1'),
      lists.person('Anna@contoso.com'),
      lists.virtualNetwork(hubId.toUpperCase()),
      lists.virtualNetwork('hub'),
      lists.gateway('vpngw-hub'),
    ]) {
      expect(await listed(list)).toMatchObject([{ value: { id, status: 'Succeeded' } }]);
    }
    expect(await listed(lists.status('Running'))).toEqual([]);
    expect(await listed(lists.status('AwaitingApproval'))).toEqual([]);
  }
}

it('is found by everything that it is about, and its documents hold each other', async () => {
  const archive = archiveIn(folder());
  await story(archive, idFor('one'));
  await story(archive, idFor('two'));
  await expectWhole(archive, [idFor('one'), idFor('two')]);
  expect(recordDocument('abc', 12)).toBe('chains/abc/00000012.json');
});

it('a host that is killed at any write loses nothing and writes nothing twice', async () => {
  let kills = 0;
  for (const when of ['before', 'after'] as const) {
    for (let n = 1; ; n++) {
      const place = folder();
      const died = await story(killedAt(archiveIn(place), n, when), idFor('one')).then(
        () => false,
        () => true,
      );
      if (!died) break;
      kills++;
      // The extension repeats what had not ended. It does not repeat what had ended, but to do so must change nothing.
      await story(archiveIn(place), idFor('one'));
      await expectWhole(archiveIn(place), [idFor('one')]);
    }
  }
  expect(kills).toBeGreaterThan(60);
});

it('two hosts that write about one VNet at the same time come one after the other in its chain', async () => {
  const place = folder();
  const ids = ['a', 'b', 'c'].map(idFor);
  // Each has its own ports to rows and documents in the one folder, as separate processes have.
  await Promise.all(ids.map((id) => story(archiveIn(place), id)));
  await expectWhole(archiveIn(place), ids);
});

it('a step that comes again after others adds nothing, and does not bring back what was before', async () => {
  const archive = archiveIn(folder());
  const [one, other] = [idFor('one'), idFor('two')];
  await story(archive, one);
  for (let number = 0; number < 60; number++)
    await remember(archive, { id: other, order, entry: `answered-${number}`, at, change: {} });
  const before = await chain(archive);
  const planned = { id: one, order, entry: 'planned', at, change: { status: 'AwaitingApproval' } } as const;
  await remember(archive, planned);
  expect(await chain(archive)).toEqual(before);
  await expectWhole(archive, [one]);
});

describe('the end of a deployment', () => {
  const id = idFor('one');
  const ended = { id, order, entry: 'ended', at, change: { status: 'Succeeded', endedAt: at } } as const;
  const answered = {
    ...{ id, order, entry: 'answered', at },
    change: { answers: [{ ticket: request.ticket, at, outcome: 'arrived' as const }] },
  };
  const running = async (place: string) => {
    const archive = archiveIn(place);
    await remember(archive, { id, order, entry: 'asked', at, change: { status: 'Running' } });
    return archive;
  };
  async function expectEnded(archive: Archive) {
    const card = (await readCard(archive.rows, id))!;
    expect(await lastRecord(archive, card)).toMatchObject({
      status: 'Succeeded',
      endedAt: at,
      answers: [{}],
    });
    expect(card.summary.status).toBe('Succeeded');
    const shown = async (status: DeploymentStatus) =>
      (await archive.rows.page(lists.status(status), { limit: 10 })).map(({ key }) => key);
    expect(await shown('Running')).toEqual([]);
    expect(await shown('Succeeded')).toEqual([cardKey(id)]);
  }

  it('stays, when storage fails after its document and something else is added before it comes again', async () => {
    const archive = await running(folder());
    const failing = { ...archive.rows, replace: () => Promise.reject(new Error('storage')) };
    await expect(remember({ ...archive, rows: failing }, ended)).rejects.toThrow('storage');
    await remember(archive, answered);
    await remember(archive, ended);
    await remember(archive, answered);
    await expectEnded(archive);
  });

  it('stays, when another process writes it between the document and the card of what came before', async () => {
    const archive = await running(folder());
    const { entries: known } = (await readCard(archive.rows, id))!;
    let isFirst = true;
    const overtaken: Archive['rows'] = {
      ...archive.rows,
      async replace(...row) {
        if (isFirst) {
          isFirst = false;
          const { places, record } = await appendRecord(archive, chainOf(order), {
            ...{ id, entry: `${id}/ended`, at, known },
            record: (last) => ({ ...last!, ...ended.change }),
          });
          await changeCard(archive.rows, id, (card) => ({
            ...card!,
            entries: places,
            summary: { ...card!.summary, status: record.status },
          }));
        }
        return archive.rows.replace(...row);
      },
    };
    await remember({ ...archive, rows: overtaken }, answered);
    await expectEnded(archive);
  });
});

it('what no list shows is written to the card alone', async () => {
  const archive = archiveIn(folder());
  await remember(archive, { id: idFor('one'), order, entry: 'asked', at, change: {} });
  const written: string[] = [];
  const put: Archive['rows']['put'] = async (partition, key, value) => {
    written.push(partition);
    await archive.rows.put(partition, key, value);
  };
  const told = { ...archive, rows: { ...archive.rows, put } };
  const note = async (entry: string, change: Partial<DeploymentRecord>) => {
    written.length = 0;
    await remember(told, { id: idFor('one'), order, entry, at, change });
    return [...written];
  };
  expect(await note('told', { correlationIds: ['c'] })).toEqual(['chain']);
  expect(await note('ended', { status: 'Failed' })).toContain(lists.all);
});

describe('a record', () => {
  const recorded = async (its: Order, ...changes: Partial<DeploymentRecord>[]) => {
    const archive = archiveIn(folder());
    for (const [number, change] of changes.entries())
      await remember(archive, { id: idFor('one'), order: its, entry: `entry-${number}`, at, change });
    const card = (await readCard(archive.rows, idFor('one')))!;
    return { record: (await lastRecord(archive, card))!, summary: card.summary };
  };
  const migrates = { gatewayId: `${gatewayId}-moved`, path: 'az-sku' } as const;
  const rotates = { gatewayId: `${gatewayId}-rotated` };
  const removes = { gatewayId: `${gatewayId}-removed` };

  it('begins with what was asked for, and by which app', async () => {
    const { record, summary } = await recorded(order, {});
    expect(record).toEqual({
      ...{ id: idFor('one'), kind: 'deployment', status: 'Pending', askedAt: at, endedAt: null, order },
      ...{ furtherTickets: [], decisions: [], answers: [], events: [], correlationIds: [] },
      stages: newStages(),
      versions: { app: version, npsModule: npsModuleVersion() },
    });
    expect(summary).toEqual({
      ...{ id: idFor('one'), ticket: request.ticket, virtualNetworkId: hubId, status: 'Pending', percent: 0 },
      ...{ startedAt: at, expectedEndAt: null, endedAt: null, requestedBy: 'anna@contoso.com' },
    });
  });

  it.each<[DeploymentRecord['kind'], Partial<Order>, string | undefined]>([
    ['deployment', {}, undefined],
    ['repair', { repairs: request }, undefined],
    ['rotation', { rotates }, rotates.gatewayId],
    ['removal', { removes }, removes.gatewayId],
    ['migration', { migrates }, migrates.gatewayId],
    ['migration', { migrates, rotates }, migrates.gatewayId],
  ])('is that of a %s, of the gateway that it is about', async (kind, more, itsGateway) => {
    const { record, summary } = await recorded({ ...order, ...more }, {});
    expect(record.kind).toBe(kind);
    expect(summary.gatewayId).toBe(itsGateway);
  });

  it('tells its gateway by its result, before that by its plan', async () => {
    const plan = { gatewayId: `${gatewayId}-planned` } as unknown as AnyPlan;
    const its = { ...order, rotates };
    expect((await recorded(its, { plan })).summary.gatewayId).toBe(`${gatewayId}-planned`);
    expect((await recorded(its, { plan }, { result: { gatewayId } })).summary.gatewayId).toBe(gatewayId);
  });

  it('grows in what was decided, told and sent, and names each request to Azure once; of the rest the last counts', async () => {
    const decision = (by: string) => ({ at, approved: true, by, planDigest: 'd' });
    const answer = { ticket: request.ticket, at, outcome: 'arrived' } as const;
    const event = (id: string) =>
      ({ id, type: 'VpnRadius.Deployment.Succeeded', at, outcome: 'arrived' }) as const;
    const { record } = await recorded(
      order,
      { decisions: [decision('a')], answers: [answer], events: [event('1')], correlationIds: ['c1'] },
      { decisions: [decision('b')], answers: [answer], events: [event('2')], correlationIds: ['c1', 'c2'] },
      { planDigest: 'old' },
      { planDigest: 'new' },
    );
    expect(record).toMatchObject({
      decisions: [decision('a'), decision('b')],
      answers: [answer, answer],
      events: [event('1'), event('2')],
      correlationIds: ['c1', 'c2'],
      planDigest: 'new',
    });
  });

  it('names whoever was signed in before whoever the ticket names, and nobody when neither is known', async () => {
    const signedIn = { ...order, requestedBy: { id: 'oid', name: 'Anna' } };
    expect((await recorded(signedIn, {})).summary.requestedBy).toBe('Anna');
    const { requestedBy: _, ...ticket } = request.ticket as { requestedBy?: string } & typeof request.ticket;
    const nobody = { ...order, request: { ...request, ticket } };
    expect((await recorded(nobody, {})).summary).not.toHaveProperty('requestedBy');
  });

  it('shows in lists how far it is, and why it failed, but not whether that may pass', async () => {
    const stages = newStages().map((stage) => ({ ...stage, status: 'Failed' as const }));
    const details = [{ code: 'NpsUnreachable', message: 'No answer.' }];
    const failure = { code: 'Conflict', message: 'Busy.', target: gatewayId, details, transient: true };
    const failed = await recorded(order, { status: 'Failed', stages, ending: { status: 'Failed', failure } });
    expect(failed.summary).toMatchObject({ status: 'Failed' });
    expect(failed.summary.error).toEqual({ code: 'Conflict', message: 'Busy.', target: gatewayId, details });
    const bare = { status: 'Failed', failure: { code: 'Conflict', message: 'Busy.' } } as const;
    const { summary } = await recorded(order, { status: 'Failed', ending: bare });
    expect(summary.error).toEqual(bare.failure);
    const succeeded = await recorded(order, { status: 'Succeeded', stages: newStages() });
    expect(succeeded.summary).toMatchObject({ percent: 100 });
    expect(succeeded.summary).not.toHaveProperty('error');
  });

  it('keeps in lists the tickets that joined, those of the card before those of the end', async () => {
    const joined = (name: string) => [{ system: 'jira', id: name }] as const;
    const { summary } = await recorded(order, {}, { furtherTickets: joined('VPN-1') });
    expect(summary.furtherTickets).toEqual(joined('VPN-1'));
    expect((await recorded(order, {})).summary).not.toHaveProperty('furtherTickets');

    const archive = archiveIn(folder());
    await remember(archive, { id: idFor('one'), order, entry: 'asked', at, change: {} });
    await joinCard(archive.rows, idFor('one'), joined('VPN-2')[0]);
    const change = { status: 'Succeeded', furtherTickets: joined('VPN-1') } as const;
    await remember(archive, { id: idFor('one'), order, entry: 'ended', at, change });
    expect((await readCard(archive.rows, idFor('one')))?.summary.furtherTickets).toEqual(joined('VPN-2'));
  });
});
