import { failed } from '../../core/errors.ts';
import type { Azure } from '../wire/connection.ts';

/**
 * The settings by which the Functions host finds its own storage account. The app keeps its records in the
 * same account.
 */
export interface StorageSettings {
  readonly AzureWebJobsStorage?: string | undefined;
  readonly AzureWebJobsStorage__accountName?: string | undefined;
  readonly AzureWebJobsStorage__blobServiceUri?: string | undefined;
  readonly AzureWebJobsStorage__tableServiceUri?: string | undefined;
}

export type StorageService = 'blob' | 'table';

/**
 * A connection string, or the address to which the app's identity signs in, in the same order as the
 * Functions host.
 */
export type StorageAccess = { readonly connection: string } | { readonly url: string };

/** Throws `StorageMissing` when the settings name no account. */
export function storageAccess(settings: StorageSettings, service: StorageService): StorageAccess {
  const {
    AzureWebJobsStorage: connection,
    AzureWebJobsStorage__accountName: account,
    AzureWebJobsStorage__blobServiceUri: blobs,
    AzureWebJobsStorage__tableServiceUri: tables,
  } = settings;
  if (connection) return { connection };
  const url =
    service === 'blob' ? (blobs ?? otherService(tables, 'blob')) : (tables ?? otherService(blobs, 'table'));
  if (url) return { url };
  if (account) return { url: `https://${account}.${service}.core.windows.net` };
  throw failed(
    'StorageMissing',
    `There is no place to keep reports and records. Set AzureWebJobsStorage (or AzureWebJobsStorage__accountName, or AzureWebJobsStorage__${service}ServiceUri), or set REPORT_FOLDER on your own host.`,
    'AzureWebJobsStorage',
  );
}

/**
 * The host needs all its services. When only one address is given, the others follow from it:
 * `https://account.table.core.windows.net`.
 */
function otherService(uri: string | undefined, service: StorageService): string | undefined {
  const there = uri?.replace(/\.(?:blob|table)\./, `.${service}.`);
  return there?.includes(`.${service}.`) ? there : undefined;
}

export const storageOptions = ({ clientOptions }: Azure) => ({
  userAgentOptions: clientOptions.userAgentOptions,
});
