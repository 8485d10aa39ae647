import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordDocument } from '../../functions/records/chain/chain.ts';
import { chainOf, remember } from '../../functions/records/remember.ts';
import { documentsInBlobs } from '../../shared/azure/storage/documents-in-blobs.ts';
import { documentsInFolder } from '../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../shared/azure/storage/rows-in-folder.ts';
import { rowsInTable } from '../../shared/azure/storage/rows-in-table.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../shared/deployment/ids.ts';
import { vpnGatewayRequest } from '../../shared/deployment/request.ts';
import type { Archive } from '../../shared/ports.ts';
import { azuriteScript, needsAzurite } from '../azurite/azurite.ts';
import { type Emulator, startEmulator } from '../azurite/emulator.ts';
import { azure } from '../shared/azure/storage/stores.ts';
import { hubId } from '../shared/hub.ts';

const root = mkdtempSync(join(tmpdir(), 'verify-records-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = '2030-01-01T00:00:00.000Z';
const order: Order = {
  request: vpnGatewayRequest.parse({ ticket: { system: 'webhook', id: 'REQ1' }, virtualNetworkId: hubId }),
  fingerprint: 'f',
};
const id = newDeploymentId(hubId, new Date(at), 'one');
const document = (position: number) => recordDocument(chainOf(order), position);

/** Three records of one deployment. */
async function fill(archive: Archive) {
  for (const entry of ['asked', 'planned-1', 'ended'])
    await remember(archive, { id, order, entry, at, change: {} });
}

const place = join(root, 'whole');
const inFolder: Archive = {
  records: documentsInFolder(join(place, 'records')),
  rows: rowsInFolder(join(place, 'rows')),
};
beforeAll(() => fill(inFolder));

function run(connection: string, ...args: string[]) {
  const script = fileURLToPath(new URL('../../scripts/verify-records.mjs', import.meta.url));
  const env = { ...process.env, AzureWebJobsStorage: connection };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

it('ends with 0 when all is well, and with 1 when not, and names what', async () => {
  expect(run('', '--folder', place)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^3 records of .*: nothing is wrong\n$/),
  });
  await inFolder.records.remove(document(2));
  const { status, stdout } = run('', '--folder', place, '--json');
  expect([status, JSON.parse(stdout)]).toMatchObject([1, { problems: [{ target: document(2) }] }]);
});

it.each([
  [['--retention-days', 'x'], 'whole number'],
  [['--folder', 'a', '--account', 'b'], 'name one of them'],
  [['--account', 'mine'], 'a connection to theirs'],
])('ends with 2 when it was called wrongly: %s', (args, why) => {
  const { status, stderr } = run(
    'DefaultEndpointsProtocol=https;AccountName=theirs;AccountKey=aw==',
    ...args,
  );
  expect([status, stderr]).toEqual([2, expect.stringContaining(why)]);
});

let emulator: Emulator | undefined;
beforeAll(async () => {
  if (azuriteScript('azurite')) emulator = await startEmulator(root);
});
afterAll(() => emulator?.stop());

it.skipIf(needsAzurite)(`finds what is wrong in a storage account${needsAzurite}`, async () => {
  const { connection } = emulator!;
  const settings = { AzureWebJobsStorage: connection };
  const archive: Archive = {
    records: documentsInBlobs(azure, settings, 'vpn-radius-records'),
    rows: rowsInTable(azure, settings),
  };
  await fill(archive);
  const text = (await archive.records.read(document(2)))!;
  await archive.records.write(document(2), text.replace('Pending', 'Succeeded'), 'application/json');
  const { status, stdout } = run(connection, '--account', 'devstoreaccount1', '--json');
  expect([status, JSON.parse(stdout)]).toMatchObject([
    1,
    { chains: 1, documents: 3, problems: [{ code: 'RecordChanged', target: document(2) }] },
  ]);
});
