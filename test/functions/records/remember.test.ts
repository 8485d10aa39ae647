import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cardKey, lists, readCard } from '../../../functions/records/cards.ts';
import { recordDocument } from '../../../functions/records/chain/chain.ts';
import { chainOf, remember } from '../../../functions/records/remember.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import { sha256 } from '../../../shared/core/sha256.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import type { ChainEntry, DeploymentSummary } from '../../../shared/deployment/record/record.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
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
