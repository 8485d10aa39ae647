import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentsInBlobs } from '../../../../shared/azure/storage/documents-in-blobs.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { rowsInTable } from '../../../../shared/azure/storage/rows-in-table.ts';
import { connectAzure } from '../../../../shared/azure/wire/connection.ts';
import type { Documents, Rows } from '../../../../shared/ports.ts';
import { simulatedStorage } from '../../../../simulator/azure/storage/account.ts';
import { type HttpsServer, serveHttps } from '../../../../simulator/azure/wire/https-server.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { trustAuthority } from '../../../../simulator/local/trust.ts';
import { azuriteScript, needsAzurite } from '../../../azurite/azurite.ts';
import { type Emulator, startEmulator } from '../../../azurite/emulator.ts';

export const azure = connectAzure({
  resourceManagerEndpoint: 'https://management.azure.com',
  authorityHost: 'https://login.microsoftonline.com',
  keyVaultUrl: 'https://vault.example',
  version: '0',
  credential: { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }) },
});

export const folder = mkdtempSync(join(tmpdir(), 'stores-'));
let emulator: Emulator | undefined;
let simulated: HttpsServer | undefined;
export const connection = () => emulator?.connection ?? '';

/** Several files of one process begin and end with this folder, one after another. */
export async function begin() {
  mkdirSync(folder, { recursive: true });
  if (azuriteScript('azurite')) emulator = await startEmulator(folder);
  const storage = simulatedStorage(
    virtualClock(new Date('2030-01-01T00:00:00Z')),
    join(folder, 'storage.jsonl'),
  );
  simulated = await serveHttps({ handle: async (request) => storage.handle(request) });
  trustAuthority(readFileSync(simulated.caFile, 'utf8'));
}

export async function end() {
  emulator?.stop();
  await simulated?.close();
  rmSync(folder, { recursive: true, force: true });
}

export const simulatedAccount = () => ({
  AzureWebJobsStorage__blobServiceUri: `${simulated?.origin}/blobs`,
  AzureWebJobsStorage__tableServiceUri: `${simulated?.origin}/tables`,
});

interface Store {
  readonly where: string;
  /** Why it cannot be tried here, for the title of the test. */
  readonly needs: string;
  documents(): Documents;
  rows(): Rows;
}

export const stores: readonly Store[] = [
  {
    where: 'the storage account (Azurite)',
    needs: needsAzurite,
    documents: () => documentsInBlobs(azure, { AzureWebJobsStorage: connection() }, 'vpn-radius-records'),
    rows: () => rowsInTable(azure, { AzureWebJobsStorage: connection() }),
  },
  {
    where: 'the simulated storage account',
    needs: '',
    documents: () => documentsInBlobs(azure, simulatedAccount(), 'vpn-radius-records'),
    rows: () => rowsInTable(azure, simulatedAccount()),
  },
  {
    where: 'a folder',
    needs: '',
    documents: () => documentsInFolder(join(folder, 'documents')),
    rows: () => rowsInFolder(join(folder, 'rows')),
  },
];
