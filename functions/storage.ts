import { join } from 'node:path';
import type { StorageSettings } from '../shared/azure/storage/account.ts';
import { documentsInBlobs } from '../shared/azure/storage/documents-in-blobs.ts';
import { documentsInFolder } from '../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../shared/azure/storage/rows-in-folder.ts';
import { rowsInTable } from '../shared/azure/storage/rows-in-table.ts';
import type { Azure } from '../shared/azure/wire/connection.ts';
import type { Documents, Rows } from '../shared/ports.ts';

/** What the app keeps. */
export interface Storage {
  readonly reports: Documents;
  /** Plans and records of deployments: they are added and never changed. */
  readonly records: Documents;
  /** Whether old documents are removed without the app, as in an account with a lifecycle. */
  readonly expiresByItself: boolean;
  /** Where Event Grid puts the events that it gave up; undefined when the app runs on its own host. */
  readonly deadLetters: Pick<Documents, 'page'> | undefined;
  /** What is running, and the index by which records and reports are found. */
  readonly rows: Rows;
}

/** The app's storage account, or a folder when the app runs on its own host. */
export function storageOf(
  azure: Azure,
  settings: StorageSettings & { readonly REPORT_FOLDER?: string | undefined },
): Storage {
  const { REPORT_FOLDER: folder } = settings;
  return folder
    ? {
        reports: documentsInFolder(folder),
        records: documentsInFolder(join(folder, 'records')),
        expiresByItself: false,
        deadLetters: undefined,
        rows: rowsInFolder(join(folder, 'rows')),
      }
    : {
        reports: documentsInBlobs(azure, settings, 'vpn-radius-compliance'),
        records: documentsInBlobs(azure, settings, 'vpn-radius-records'),
        expiresByItself: true,
        deadLetters: documentsInBlobs(azure, settings, 'dead-letters'),
        rows: rowsInTable(azure, settings),
      };
}
