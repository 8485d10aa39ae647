import { createHash, randomUUID } from 'node:crypto';
import type {
  BlobDownloadResponseParsed,
  BlobServiceClient,
  BlockBlobClient,
  BlockBlobCommitBlockListOptions,
  ContainerClient,
} from '@azure/storage-blob';
import { inChunks } from '../../core/json-parts.ts';
import type { DocumentPage, Documents } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { unexpectedAnswer } from '../wire/sensible-answer.ts';
import { type StorageSettings, storageAccess, storageOptions } from './account.ts';
import { askingStorage, codeOf, isMissing } from './rest-errors.ts';

/** The client of blobs has no limit of its own: without an answer, the step that asks would wait for ever. */
const longestWait = 60_000;
/** The most that is held in memory of a document that is written in parts. */
const blockLength = 1 << 20;
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
  const asking = <T>(name: string, call: (abortSignal: AbortSignal) => Promise<T>) =>
    askingStorage(`${containerName}/${name}`, () => inTime(call));

  const blobHTTPHeaders = (contentType: string) => ({
    blobContentType: contentType,
    blobCacheControl: 'no-store',
  });

  /** Creates the container when it does not exist yet. */
  async function inContainer(
    abortSignal: AbortSignal,
    write: (container: ContainerClient) => Promise<unknown>,
  ): Promise<void> {
    try {
      await write(await container());
    } catch (error) {
      if (codeOf(error) !== 'ContainerNotFound') throw error;
      await (await container()).createIfNotExists({ abortSignal });
      await write(await container());
    }
  }

  const upload = (
    name: string,
    content: string,
    contentType: string,
    abortSignal: AbortSignal,
    ifNoneMatch?: '*',
  ) =>
    inContainer(abortSignal, (its) =>
      its.getBlockBlobClient(name).upload(content, Buffer.byteLength(content), {
        abortSignal,
        blobHTTPHeaders: blobHTTPHeaders(contentType),
        ...(ifNoneMatch && { conditions: { ifNoneMatch } }),
      }),
    );

  async function download(name: string, abortSignal: AbortSignal): Promise<BlobDownloadResponseParsed> {
    try {
      return await (await container()).getBlobClient(name).download(0, undefined, { abortSignal });
    } catch (error) {
      // The client misses the length or the ETag, which the service sends with every blob.
      if (error instanceof RangeError) throw unexpectedAnswer(`${containerName}/${name}`, 'is no document');
      throw error;
    }
  }

  return {
    write: (name, content, contentType) =>
      asking(name, (abortSignal) => upload(name, content, contentType, abortSignal)),

    add: (name, content, contentType) =>
      asking(name, async (abortSignal) => {
        try {
          await upload(name, content, contentType, abortSignal, '*');
          return true;
        } catch (error) {
          if (taken.includes(codeOf(error) ?? '')) return false;
          throw error;
        }
      }),

    read: (name) =>
      asking(name, async (abortSignal) => {
        try {
          return await wholeText(`${containerName}/${name}`, await download(name, abortSignal));
        } catch (error) {
          if (isMissing(error, ...absent)) return undefined;
          throw error;
        }
      }),

    writeParts: (name, parts, contentType) =>
      asking(name, (abortSignal) =>
        inContainer(abortSignal, (its) =>
          inBlocks(its.getBlockBlobClient(name), inChunks(parts(), blockLength), {
            abortSignal,
            blobHTTPHeaders: blobHTTPHeaders(contentType),
          }),
        ),
      ),

    readParts: (name) =>
      asking(name, async (abortSignal) => {
        try {
          const { readableStreamBody } = await download(name, abortSignal);
          return readableStreamBody as AsyncIterable<Uint8Array> | undefined;
        } catch (error) {
          if (isMissing(error, ...absent)) return undefined;
          throw error;
        }
      }),

    list: (prefix) =>
      asking(prefix, async (abortSignal) => {
        const names: string[] = [];
        for (let continuation: string | undefined; ; ) {
          const page = await pageOf(await container(), abortSignal, prefix, 5000, continuation);
          names.push(...page.names);
          continuation = page.continuation;
          if (!continuation) return names;
        }
      }),

    page: (prefix, limit, continuation) =>
      asking(prefix, async (abortSignal) =>
        pageOf(await container(), abortSignal, prefix, limit, continuation),
      ),

    remove: (name) =>
      asking(name, async (abortSignal) => {
        await (await container())
          .getBlobClient(name)
          .deleteIfExists({ abortSignal })
          .catch((error: unknown) => {
            if (!isMissing(error, ...absent)) throw error;
          });
      }),
  };
}

/**
 * A body that is not the whole blob is no answer. The service has the hash of every blob that this app wrote,
 * and sends it with the whole blob (Get Blob: Content-MD5).
 */
async function wholeText(target: string, answer: BlobDownloadResponseParsed): Promise<string> {
  const { readableStreamBody, contentLength, contentMD5 } = answer;
  const content = await bytesOf(readableStreamBody as AsyncIterable<Uint8Array>);
  const isWhole = contentMD5
    ? createHash('md5').update(content).digest().equals(contentMD5)
    : contentLength === undefined || content.length === contentLength;
  if (!isWhole) throw unexpectedAnswer(target, 'is not the document that was kept');
  return content.toString('utf8');
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Not `uploadStream`: it does not pass the signal on to its blocks. */
async function inBlocks(
  blob: BlockBlobClient,
  chunks: Iterable<string>,
  options: BlockBlobCommitBlockListOptions & { readonly abortSignal: AbortSignal },
): Promise<void> {
  const blocks: string[] = [];
  const hash = createHash('md5');
  for (const chunk of chunks) {
    hash.update(chunk);
    const id = Buffer.from(randomUUID()).toString('base64');
    await blob.stageBlock(id, chunk, Buffer.byteLength(chunk), { abortSignal: options.abortSignal });
    blocks.push(id);
  }
  const blobContentMD5 = hash.digest();
  await blob.commitBlockList(blocks, {
    ...options,
    blobHTTPHeaders: { ...options.blobHTTPHeaders, blobContentMD5 },
  });
}

/** A document that is read in parts has to begin in time. Its reader may be slow. */
async function inTime<T>(call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), longestWait);
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function pageOf(
  container: ContainerClient,
  abortSignal: AbortSignal,
  prefix: string,
  maxPageSize: number,
  continuationToken: string | undefined,
): Promise<DocumentPage> {
  const pages = container
    .listBlobsFlat({ prefix, abortSignal })
    .byPage({ maxPageSize, ...(continuationToken && { continuationToken }) });
  try {
    const { value } = await pages.next();
    const continuation = value.continuationToken || undefined;
    const names = value.segment.blobItems.map(({ name }: { name: string }) => name);
    return { names, ...(continuation && { continuation }) };
  } catch (error) {
    if (isMissing(error, ...absent)) return { names: [] };
    // The client takes apart whatever came.
    if (error instanceof TypeError)
      throw unexpectedAnswer(`${container.containerName}/${prefix}`, 'is no list of blobs');
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
