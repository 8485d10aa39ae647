import { isRestError } from '@azure/core-rest-pipeline';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { failed } from '../core/errors.ts';
import type { ReportStore } from '../ports.ts';
import type { Azure } from './wire/connection.ts';
import { asking } from './wire/errors.ts';

const containerName = 'vpn-radius-compliance';

/** The settings by which the Functions host finds its own storage account. */
export interface StorageSettings {
  readonly AzureWebJobsStorage?: string | undefined;
  readonly AzureWebJobsStorage__accountName?: string | undefined;
  readonly AzureWebJobsStorage__blobServiceUri?: string | undefined;
}

/**
 * Blobs in the app's storage account, in a private container that is made when it is first written to. Signs in as the
 * Functions host does: by the connection string, else by the app's identity (role "Storage Blob Data Owner").
 */
export function blobReports(azure: Azure, settings: StorageSettings): ReportStore {
  let connected: ContainerClient | undefined;
  const container = () => {
    connected ??= serviceOf(azure, settings).getContainerClient(containerName);
    return connected;
  };
  const target = (name: string) => `${containerName}/${name}`;

  return {
    write: (name, content, contentType) =>
      asking(target(name), async () => {
        const upload = () =>
          container()
            .getBlockBlobClient(name)
            .upload(content, Buffer.byteLength(content), {
              blobHTTPHeaders: { blobContentType: contentType, blobCacheControl: 'no-store' },
            });
        try {
          await upload();
        } catch (error) {
          if (codeOf(error) !== 'ContainerNotFound') throw error;
          await container().createIfNotExists();
          await upload();
        }
      }),

    read: (name) =>
      asking(target(name), async () => {
        try {
          return (await container().getBlobClient(name).downloadToBuffer()).toString('utf8');
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),

    list: (prefix) =>
      asking(target(prefix), async () => {
        const names: string[] = [];
        try {
          for await (const { name } of container().listBlobsFlat({ prefix })) names.push(name);
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
        return names;
      }),

    remove: (name) =>
      asking(target(name), async () => {
        await container()
          .getBlobClient(name)
          .deleteIfExists()
          .catch((error: unknown) => {
            if (!isMissing(error)) throw error;
          });
      }),
  };
}

function serviceOf(azure: Azure, settings: StorageSettings): BlobServiceClient {
  const {
    AzureWebJobsStorage: connection,
    AzureWebJobsStorage__blobServiceUri: uri,
    AzureWebJobsStorage__accountName: account,
  } = settings;
  const options = { retryOptions: { maxTries: 1 }, userAgentOptions: azure.clientOptions.userAgentOptions };
  if (connection) return BlobServiceClient.fromConnectionString(connection, options);
  const url = uri ?? (account && `https://${account}.blob.core.windows.net`);
  if (url) return new BlobServiceClient(url, azure.credential, options);
  throw failed(
    'ReportStoreMissing',
    'There is nowhere to keep compliance reports: set AzureWebJobsStorage (or AzureWebJobsStorage__blobServiceUri), or REPORT_FOLDER on a host of your own.',
    'AzureWebJobsStorage',
  );
}

const codeOf = (error: unknown) =>
  isRestError(error)
    ? ((error.details as { errorCode?: string } | undefined)?.errorCode ?? error.code)
    : undefined;

const isMissing = (error: unknown) =>
  isRestError(error) && error.statusCode === 404 && codeOf(error) !== 'ResourceNotFound';
