import { Readable } from 'node:stream';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { inChunks } from '../../core/json-parts.ts';
import type { DocumentPage, Documents } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking } from '../wire/errors.ts';
import { type StorageSettings, storageAccess, storageOptions } from './account.ts';
import { codeOf, isMissing } from './rest-errors.ts';

/** The most that is held in memory of a document that is written in parts. */
const blockSize = 4 << 20;
const absent = ['BlobNotFound', 'ContainerNotFound'] as const;
/**
 * Under an immutability policy, the service answers for a name that exists that it must not be overwritten.
 */
const taken = ['BlobAlreadyExists', 'BlobImmutableDueToPolicy', 'UnauthorizedBlobOverwrite'];

/**
 * Blobs in the app's storage account, in a private container that is created with the first write. It signs
 * in as the Functions host does: by the connection string, or without one by the app's identity (role
 * "Storage Blob Data Owner").
 */
export function documentsInBlobs(
  azure: Azure,
  settings: StorageSettings,
  containerName: 'vpn-radius-compliance' | 'vpn-radius-records' | 'dead-letters',
): Documents {
  let connected: ContainerClient | undefined;
  const container = async () => {
    connected ??= (await serviceOf(azure, settings)).getContainerClient(containerName);
    return connected;
  };
  const about = (name: string) => `${containerName}/${name}`;

  const blobHTTPHeaders = (contentType: string) => ({
    blobContentType: contentType,
    blobCacheControl: 'no-store',
  });

  /** Creates the container when it does not exist yet. */
  async function inContainer(write: (container: ContainerClient) => Promise<unknown>): Promise<void> {
    try {
      await write(await container());
    } catch (error) {
      if (codeOf(error) !== 'ContainerNotFound') throw error;
      await (await container()).createIfNotExists();
      await write(await container());
    }
  }

  const upload = (name: string, content: string, contentType: string, ifNoneMatch?: '*') =>
    inContainer((its) =>
      its.getBlockBlobClient(name).upload(content, Buffer.byteLength(content), {
        blobHTTPHeaders: blobHTTPHeaders(contentType),
        ...(ifNoneMatch && { conditions: { ifNoneMatch } }),
      }),
    );

  return {
    write: (name, content, contentType) => asking(about(name), () => upload(name, content, contentType)),

    add: (name, content, contentType) =>
      asking(about(name), async () => {
        try {
          await upload(name, content, contentType, '*');
          return true;
        } catch (error) {
          if (taken.includes(codeOf(error) ?? '')) return false;
          throw error;
        }
      }),

    read: (name) =>
      asking(about(name), async () => {
        try {
          return (await (await container()).getBlobClient(name).downloadToBuffer()).toString('utf8');
        } catch (error) {
          if (isMissing(error, ...absent)) return undefined;
          throw error;
        }
      }),

    writeParts: (name, parts, contentType) =>
      asking(about(name), () =>
        inContainer((its) =>
          its
            .getBlockBlobClient(name)
            .uploadStream(Readable.from(inChunks(parts()), { objectMode: false }), blockSize, 1, {
              blobHTTPHeaders: blobHTTPHeaders(contentType),
            }),
        ),
      ),

    readParts: (name) =>
      asking(about(name), async () => {
        try {
          const { readableStreamBody } = await (await container()).getBlobClient(name).download();
          return readableStreamBody as AsyncIterable<Uint8Array> | undefined;
        } catch (error) {
          if (isMissing(error, ...absent)) return undefined;
          throw error;
        }
      }),

    list: (prefix) =>
      asking(about(prefix), async () => {
        const names: string[] = [];
        for (let continuation: string | undefined; ; ) {
          const page = await pageOf(await container(), prefix, 5000, continuation);
          names.push(...page.names);
          continuation = page.continuation;
          if (!continuation) return names;
        }
      }),

    page: (prefix, limit, continuation) =>
      asking(about(prefix), async () => pageOf(await container(), prefix, limit, continuation)),

    remove: (name) =>
      asking(about(name), async () => {
        await (await container())
          .getBlobClient(name)
          .deleteIfExists()
          .catch((error: unknown) => {
            if (!isMissing(error, ...absent)) throw error;
          });
      }),
  };
}

async function pageOf(
  container: ContainerClient,
  prefix: string,
  maxPageSize: number,
  continuationToken: string | undefined,
): Promise<DocumentPage> {
  const pages = container
    .listBlobsFlat({ prefix })
    .byPage({ maxPageSize, ...(continuationToken && { continuationToken }) });
  try {
    const { value } = await pages.next();
    const continuation = value?.continuationToken || undefined;
    const names = (value?.segment.blobItems ?? []).map(({ name }: { name: string }) => name);
    return { names, ...(continuation && { continuation }) };
  } catch (error) {
    if (isMissing(error, ...absent)) return { names: [] };
    throw error;
  }
}

/** Loads its package at the first use, so that the start does not wait for it. */
async function serviceOf(azure: Azure, settings: StorageSettings): Promise<BlobServiceClient> {
  const access = storageAccess(settings, 'blob');
  // The caller repeats durably. A client that repeats too would multiply the attempts.
  const options = { retryOptions: { maxTries: 1 }, ...storageOptions(azure) };
  const { BlobServiceClient } = await import('@azure/storage-blob');
  return 'connection' in access
    ? BlobServiceClient.fromConnectionString(access.connection, options)
    : new BlobServiceClient(access.url, azure.credential, options);
}
