import { failed, type VpnRadiusError } from '../../core/errors.ts';

/** The settings by which the Functions host finds its own storage account. */
export interface StorageSettings {
  readonly AzureWebJobsStorage?: string | undefined;
  readonly AzureWebJobsStorage__accountName?: string | undefined;
  readonly AzureWebJobsStorage__blobServiceUri?: string | undefined;
  readonly AzureWebJobsStorage__tableServiceUri?: string | undefined;
}

export const storageMissing = (service: 'blob' | 'table', folders: string): VpnRadiusError =>
  failed(
    'StorageMissing',
    `There is nowhere to keep reports and records: set AzureWebJobsStorage (or AzureWebJobsStorage__accountName, or AzureWebJobsStorage__${service}ServiceUri), or ${folders} on a host of your own.`,
    'AzureWebJobsStorage',
  );
