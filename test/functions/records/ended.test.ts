import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readCard } from '../../../functions/records/cards.ts';
import { lastRecord } from '../../../functions/records/chain/chain.ts';
import { deployedGateway, keepDeployed } from '../../../functions/records/deployed.ts';
import { type EndedEntry, recordEnd, releaseVirtualNetwork } from '../../../functions/records/ended.ts';
import { readLock, takeLock } from '../../../functions/records/lock.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { Migration, Order, Rotation } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import { newStages, stageRunning } from '../../../shared/deployment/progress/stages.ts';
import { type Brought, wishOf } from '../../../shared/deployment/wished.ts';
import type { Archive } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { defaults, gateway, gatewayId, hubId, request } from '../../shared/hub.ts';
import { durableHost } from '../durable-host.ts';

const at = '2030-01-01T00:00:00.000Z';
const idOn = (day: number) => newDeploymentId(hubId, new Date(Date.UTC(2030, 0, day)), String(day));
const id = idOn(2);
const order = (more: Partial<Order> = {}): Order => ({ request: request(), fingerprint: 'f', ...more });
const secrets = [{ address: '10.0.1.4', name: 'radius-hub', version: '2' }];
const result = { gatewayId, secrets };
const brought: Brought = { wish: wishOf(request(), gateway(), defaults) };

let close = async () => {};
afterEach(() => close());

function newArchive(): Archive {
  const { folder } = temporaryFolder('vpn-radius-ended-');
  return { records: documentsInFolder(join(folder, 'records')), rows: rowsInFolder(join(folder, 'rows')) };
}

async function recorded(
  archive: Archive,
  more: Partial<EndedEntry>,
  instances: Parameters<typeof durableHost>[0] = {},
) {
  const host = await durableHost(instances);
  close = host.close;
  const entry: EndedEntry = {
    ...{ id, order: order(), ending: { status: 'Succeeded' }, at, furtherTickets: [], answers: [] },
    ...{ progress: { stages: newStages(), startedAt: at, result } },
    ...more,
  };
  await recordEnd(archive)(entry, host.context);
  return (await lastRecord(archive, (await readCard(archive.rows, id))!))!;
}

it('the VNet of a deployment that has ended is free, and its further tickets are given', async () => {
  const { records, rows } = newArchive();
  const ticket = { system: 'jira', id: 'VPN-2' } as const;
  await takeLock(rows, undefined, { id, at, order: order(), furtherTickets: [ticket] });
  const ended = { id, order: order(), at, ending: { status: 'Succeeded' }, result } as const;
  expect(await releaseVirtualNetwork({ records, rows })(ended)).toEqual([ticket]);
  expect((await readLock(rows, hubId))?.value.ended).toEqual({ at, ending: ended.ending, result });
});

describe('the record of the end', () => {
  it('holds how it ended, what was done, and to whom it was told', async () => {
    const events = [{ id: 'e', type: 'VpnRadius.Deployment.Succeeded', at, outcome: 'trying' }] as const;
    const verification = { problems: [], servers: [] };
    const furtherTickets = [{ system: 'jira', id: 'VPN-2' }] as const;
    const answers = [{ ticket: request().ticket, at, outcome: 'arrived' }] as const;
    const progress = { stages: newStages(), startedAt: at, result, events, verification };
    const archive = newArchive();
    const record = await recorded(archive, { progress, furtherTickets, answers });
    expect((await readCard(archive.rows, id))!.entries).toMatchObject([{ entry: `${id}/ended` }]);
    expect(record).toMatchObject({
      status: 'Succeeded',
      endedAt: at,
      ending: { status: 'Succeeded' },
      ...{ result, verification, furtherTickets, answers, events, correlationIds: [] },
    });
  });

  it('names every request of which Azure can be asked: writes, what failed on the way, and what failed in the end', async () => {
    const failure = (correlationId: string) => ({ code: 'Conflict', message: 'Busy.', correlationId });
    const branch = 'gateway-vpngw-hub-1';
    const answers = [
      { ticket: request().ticket, at, outcome: 'failed', failure: failure('answer') },
      { ticket: request().ticket, at, outcome: 'arrived' },
    ] as const;
    const record = await recorded(
      newArchive(),
      {
        ...{ answers, correlationIds: ['write-1', 'write-2'] },
        ending: { status: 'Failed', failure: failure('end') },
        progress: {
          stages: stageRunning(newStages(), 'gateway', at),
          startedAt: at,
          pastBranches: [branch, 'gateway-purged'],
        },
      },
      {
        [branch]: {
          runtimeStatus: 'Completed',
          customStatus: { waiting: { attempt: 3, lastError: failure('attempt') }, waitedMilliseconds: 0 },
        },
      },
    );
    expect(record.correlationIds).toEqual(['write-1', 'write-2', 'attempt', 'end', 'answer']);
    expect(record.stages.find(({ name }) => name === 'gateway')).toMatchObject({ attempt: 3 });
  });

  it.each([
    ['VerificationFailed', [{ code: 'P2sMissing', message: 'No pool.' }], 'nps-01'],
    ['Conflict', [], 'nps-01'],
  ])('says of a failure %s what is not as planned', async (code, problems, host) => {
    const servers = [{ host, address: '10.0.1.4', open: [] }];
    const failure = { code, message: 'It failed.', details: problems };
    const progress = { stages: newStages(), startedAt: at, verification: { problems: [], servers } };
    const record = await recorded(newArchive(), { ending: { status: 'Failed', failure }, progress });
    expect(record.verification).toEqual({ problems, servers });
  });

  it('says nothing of a verification that never was', async () => {
    expect(await recorded(newArchive(), {})).not.toHaveProperty('verification');
    const failure = { code: 'VerificationFailed', message: 'It failed.' };
    const { verification } = await recorded(newArchive(), { ending: { status: 'Failed', failure } });
    expect(verification).toEqual({ problems: [], servers: [] });
  });
});

describe('a gateway counts as the app’s after', () => {
  const toEntra: Migration = { gatewayId, path: 'to-entra' };
  const sku: Migration = { gatewayId, path: 'az-sku' };
  const rotates: Rotation = { gatewayId };
  const failed = { ending: { status: 'Failed' } } as const;
  const nothing = { progress: { stages: newStages(), startedAt: at } };

  it.each<[string, boolean, boolean, Partial<EndedEntry>]>([
    ['a deployment', false, true, {}],
    ['a deployment that failed', false, true, failed],
    ['a deployment that failed before there was a gateway', false, false, { ...failed, ...nothing }],
    ['a removal', true, false, { order: order({ removes: { gatewayId } }) }],
    ['a removal that failed', true, true, { order: order({ removes: { gatewayId } }), ...failed }],
    ['a move to Entra', true, false, { order: order({ migrates: toEntra }), brought }],
    ['a move to Entra that failed', true, true, { order: order({ migrates: toEntra }), ...failed }],
    ['a migration that changed the gateway', true, true, { order: order({ migrates: sku }), brought }],
    ['a migration of a gateway that is not', false, false, { order: order({ migrates: sku }), brought }],
    [
      'a migration that rotated its secret and failed',
      false,
      true,
      { order: order({ migrates: sku, rotates }), ...failed },
    ],
  ])('%s (before: %s): %s', async (_, before, after, more) => {
    const archive = newArchive();
    if (before) await keepDeployed(archive.rows, idOn(1), order(), gatewayId, []);
    await recorded(archive, more);
    expect((await deployedGateway(archive.rows, gatewayId)) !== undefined).toBe(after);
  });

  it('a migration that failed before it changed anything with the secrets that it had', async () => {
    const archive = newArchive();
    const own = [{ ...secrets[0]!, version: '1' }];
    await keepDeployed(archive.rows, idOn(1), order(), gatewayId, own, brought);
    await recorded(archive, { order: order({ migrates: sku }), ...failed });
    expect(await deployedGateway(archive.rows, gatewayId)).toMatchObject({
      secrets: own,
      wish: brought.wish,
    });
  });

  it('a deployment with its secrets, if there are any', async () => {
    const archive = newArchive();
    await recorded(archive, { progress: { stages: newStages(), startedAt: at, result: { gatewayId } } });
    expect((await deployedGateway(archive.rows, gatewayId))?.secrets).toEqual([]);
    const other = newArchive();
    await recorded(other, { brought });
    expect(await deployedGateway(other.rows, gatewayId)).toMatchObject({ secrets, wish: brought.wish });
  });
});
