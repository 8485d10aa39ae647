import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentsInBlobs } from '../../../../shared/azure/storage/documents-in-blobs.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { rowsInTable } from '../../../../shared/azure/storage/rows-in-table.ts';
import { connectAzure } from '../../../../shared/azure/wire/connection.ts';
import type { Documents, Rows } from '../../../../shared/ports.ts';
import { azuriteScript, needsAzurite } from '../../../azurite/azurite.ts';
import { type Emulator, startEmulator } from '../../../azurite/emulator.ts';

export const azure = connectAzure({
  resourceManagerEndpoint: 'https://management.azure.com',
  authorityHost: 'https://login.microsoftonline.com',
  keyVaultUrl: 'https://vault.example',
  version: '0',
});

export const folder = mkdtempSync(join(tmpdir(), 'stores-'));
let emulator: Emulator | undefined;
export const connection = () => emulator?.connection ?? '';

export async function begin() {
  if (azuriteScript('azurite')) emulator = await startEmulator(folder);
}

export function end() {
  emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
}

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
    where: 'a folder',
    needs: '',
    documents: () => documentsInFolder(join(folder, 'documents')),
    rows: () => rowsInFolder(join(folder, 'rows')),
  },
];
