import { isRestError } from '@azure/core-rest-pipeline';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import type { ReportStore } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking } from '../wire/errors.ts';
import { type StorageSettings, storageMissing } from './account.ts';

/**
 * Blobs in the app's storage account, in a private container that is made when it is first written to. Signs in as the
 * Functions host does: by the connection string, else by the app's identity (role "Storage Blob Data Owner").
 */
export function documentsInBlobs(
  azure: Azure,
  settings: StorageSettings,
  containerName: 'vpn-radius-compliance' | 'records',
): ReportStore {
  let connected: ContainerClient | undefined;
  const container = () => {
    connected ??= serviceOf(azure, settings).getContainerClient(containerName);
    return connected;
  };
  const target = (name: string) => `${containerName}/${name}`;

  async function upload(name: string, content: string, contentType: string, ifNoneMatch?: '*') {
    const once = () =>
      container()
        .getBlockBlobClient(name)
        .upload(content, Buffer.byteLength(content), {
          blobHTTPHeaders: { blobContentType: contentType, blobCacheControl: 'no-store' },
          ...(ifNoneMatch && { conditions: { ifNoneMatch } }),
        });
    try {
      await once();
    } catch (error) {
      if (codeOf(error) !== 'ContainerNotFound') throw error;
      await container().createIfNotExists();
      await once();
    }
  }

  return {
    write: (name, content, contentType) => asking(target(name), () => upload(name, content, contentType)),

    add: (name, content, contentType) =>
      asking(target(name), async () => {
        try {
          await upload(name, content, contentType, '*');
          return true;
        } catch (error) {
          // `UnauthorizedBlobOverwrite`, `BlobImmutableDueToPolicy`: what lies there may not even be asked to change.
          const taken = ['BlobAlreadyExists', 'BlobImmutableDueToPolicy', 'UnauthorizedBlobOverwrite'];
          if (taken.includes(codeOf(error) ?? '')) return false;
          throw error;
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
  throw storageMissing('blob', 'REPORT_FOLDER and RECORD_FOLDER');
}

const codeOf = (error: unknown) =>
  isRestError(error)
    ? ((error.details as { errorCode?: string } | undefined)?.errorCode ?? error.code)
    : undefined;

const isMissing = (error: unknown) =>
  isRestError(error) && error.statusCode === 404 && codeOf(error) !== 'ResourceNotFound';
