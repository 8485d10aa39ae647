import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobReports } from '../../../shared/azure/blob-reports.ts';
import { reportFolder } from '../../../shared/azure/report-folder.ts';
import { connectAzure } from '../../../shared/azure/wire/connection.ts';
import type { ReportStore } from '../../../shared/ports.ts';
import { azuriteScript, needsAzurite } from '../../azurite/azurite.ts';

const azurite = azuriteScript('blob');
const azure = connectAzure({
  resourceManagerEndpoint: 'https://management.azure.com',
  authorityHost: 'https://login.microsoftonline.com',
  keyVaultUrl: 'https://vault.example',
  version: '0',
});
/** The account that every Azurite has; its key is in Microsoft's documentation. */
const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

let emulator: ChildProcess | undefined;
let endpoint = 'http://127.0.0.1:10000';
const folder = mkdtempSync(join(tmpdir(), 'report-stores-'));

beforeAll(async () => {
  if (!azurite) return;
  const started = spawn(
    process.execPath,
    [azurite, '--inMemoryPersistence', '--blobPort', '0', '--skipApiVersionCheck'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  emulator = started;
  endpoint = await new Promise((resolve, reject) => {
    let said = '';
    started.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const listening = /successfully listen(?:s|ing) (?:on|at) (http:\/\/\S+)/i.exec(said);
      if (listening) resolve(listening[1]!);
    });
    started.once('exit', () => reject(new Error(`Azurite did not start: ${said}`)));
  });
});

afterAll(() => {
  emulator?.removeAllListeners('exit');
  emulator?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const connection = () =>
  `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${endpoint}/${account};`;
const stores: Readonly<Record<string, () => ReportStore>> = {
  'blobs of the storage account (Azurite)': () => blobReports(azure, { AzureWebJobsStorage: connection() }),
  'a folder': () => reportFolder(join(folder, 'reports')),
};

describe.each(Object.entries(stores))('reports in %s', (where, connect) => {
  const needsIt = where.includes('Azurite') ? needsAzurite : '';
  it.skipIf(needsIt)(`are written, read, listed, replaced and removed${needsIt}`, async () => {
    const store = connect();
    // Before anything was written there is no container, and no folder.
    expect(await store.read('latest.json')).toBeUndefined();
    expect(await store.list('reports/')).toEqual([]);
    await store.remove('latest.json');

    await store.write('reports/2/report.html', '<p>größer & „mehr“</p>', 'text/html; charset=utf-8');
    await store.write('reports/1/report.json', '{"id":1}', 'application/json');
    await store.write('reports/1/report.json', '{"id":2}', 'application/json');
    await store.write('runs/1/draft.json', '{}', 'application/json');
    expect(await store.read('reports/2/report.html')).toBe('<p>größer & „mehr“</p>');
    expect(await store.read('reports/1/report.json')).toBe('{"id":2}');
    expect(await store.list('reports/')).toEqual(['reports/1/report.json', 'reports/2/report.html']);
    expect(await store.list('runs/1/')).toEqual(['runs/1/draft.json']);

    await store.remove('reports/1/report.json');
    await store.remove('reports/1/report.json');
    expect(await store.list('reports/')).toEqual(['reports/2/report.html']);
    expect(await store.read('reports/1/report.json')).toBeUndefined();
  });
});

it('a storage account that cannot be reached is told as such, and worth another try', async () => {
  const store = blobReports(azure, {
    AzureWebJobsStorage: connection().replace(/:\d+\//, ':1/'),
  });
  await expect(store.read('latest.json')).rejects.toMatchObject({
    failure: { code: 'AzureUnreachable', transient: true },
  });
});

it('without any setting it is told which one is missing', async () => {
  await expect(blobReports(azure, {}).read('latest.json')).rejects.toMatchObject({
    code: 'ReportStoreMissing',
    message: expect.stringContaining('AzureWebJobsStorage'),
  });
});

it('the folder is for its owner alone, keeps nothing half-written, and names cannot lead out of it', async () => {
  const root = join(folder, 'private');
  const store = reportFolder(root);
  await store.write('reports/1/report.json', '{}', 'application/json');
  expect(statSync(join(root, 'reports/1/report.json')).mode & 0o077).toBe(0);
  expect(readdirSync(join(root, 'reports/1'))).toEqual(['report.json']);
  await expect(store.write('../out.json', '{}', 'application/json')).rejects.toMatchObject({
    code: 'ReportNameInvalid',
  });
  await store.remove('reports/1/report.json');
  expect(readdirSync(root)).toEqual([]);
});
