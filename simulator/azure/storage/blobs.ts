import { createHash } from 'node:crypto';
import { empty, type WireRequest, type WireResponse, xml } from '../wire/messages.ts';
import type { Blob, StorageAccount } from './content.ts';

/** What the app asks of "Blob Service REST API": containers, block blobs, blocks and lists. */
export function answerBlobs(
  account: StorageAccount,
  request: WireRequest,
  { searchParams }: URL,
  [container = '', ...rest]: readonly string[],
): WireResponse {
  const blobs = account.containers.get(container);
  const name = rest.join('/');
  const { method, headers } = request;
  if (searchParams.get('restype') === 'container') {
    if (method === 'PUT') {
      if (blobs) return blobError(409, 'ContainerAlreadyExists', 'The specified container already exists.');
      account.change({ made: 'containers', name: container });
      return empty(201);
    }
    return blobs ? listed(blobs, searchParams) : noContainer();
  }
  if (!blobs) return noContainer();
  const put = (content: Buffer) => {
    account.change({ container, blob: name, content: content.toString('base64') });
    return empty(201, versionOf(blobs.get(name)!));
  };
  const blob = blobs.get(name);
  const sent = Buffer.from(request.bytes ?? request.body ?? '');
  switch (`${method} ${searchParams.get('comp') ?? ''}`) {
    case 'PUT ':
      // "Specifying conditional headers for Blob service operations": 409 for `If-None-Match: *`.
      if (blob && headers['if-none-match'] === '*')
        return blobError(409, 'BlobAlreadyExists', 'The specified blob already exists.');
      return put(sent);
    case 'PUT block':
      account.blocks.set(`${container}/${name} ${searchParams.get('blockid')}`, sent);
      return empty(201);
    case 'PUT blocklist': {
      const ids = [...sent.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]*)</g)].map(([, id]) => id);
      const blocks = ids.map((id) => account.blocks.get(`${container}/${name} ${id}`));
      if (blocks.includes(undefined))
        return blobError(400, 'InvalidBlockList', 'The specified block list is invalid.');
      return put(Buffer.concat(blocks as Buffer[]));
    }
    case 'HEAD ':
    case 'GET ':
      return blob
        ? read(blob, headers)
        : blobError(404, 'BlobNotFound', 'The specified blob does not exist.');
    case 'DELETE ':
      if (!blob) return blobError(404, 'BlobNotFound', 'The specified blob does not exist.');
      account.change({ container, blob: name, content: null });
      return empty(202);
    default:
      return blobError(501, 'NotImplemented', `The simulated storage has no ${method} of ${searchParams}.`);
  }
}

const versionOf = ({ etag, at }: Blob) => ({ ETag: etag, 'Last-Modified': new Date(at).toUTCString() });

function read(blob: Blob, headers: WireRequest['headers']): WireResponse {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers['x-ms-range'] ?? headers.range ?? '') ?? [];
  const { content } = blob;
  const about = {
    'Content-Type': 'application/octet-stream',
    ...versionOf(blob),
    'x-ms-blob-type': 'BlockBlob',
  };
  if (from === undefined) {
    // Put Blob calculates it, and Put Block List keeps the one that it is given ("Get Blob").
    const hash = createHash('md5').update(content).digest('base64');
    return { status: 200, headers: { ...about, 'Content-MD5': hash }, body: '', bytes: content };
  }
  if (Number(from) >= content.length)
    return blobError(
      416,
      'InvalidRange',
      'The range specified is invalid for the current size of the resource.',
    );
  const part = content.subarray(Number(from), to ? Number(to) + 1 : undefined);
  const end = Number(from) + part.length - 1;
  const range = { 'Content-Range': `bytes ${from}-${end}/${content.length}` };
  return { status: 206, headers: { ...about, ...range }, body: '', bytes: part };
}

function listed(blobs: ReadonlyMap<string, Blob>, query: URLSearchParams): WireResponse {
  const prefix = query.get('prefix') ?? '';
  const marker = query.get('marker') ?? '';
  const most = Number(query.get('maxresults') ?? 5000);
  const names = [...blobs.keys()].filter((name) => name.startsWith(prefix) && name >= marker).sort();
  const page = names.slice(0, most).map((name) => {
    const { content, etag, at } = blobs.get(name)!;
    const time = `<Last-Modified>${new Date(at).toUTCString()}</Last-Modified><Etag>${escaped(etag)}</Etag>`;
    return `<Blob><Name>${escaped(name)}</Name><Properties>${time}<Content-Length>${content.length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`;
  });
  const next = `<NextMarker>${escaped(names[most] ?? '')}</NextMarker>`;
  return xml(
    200,
    `<EnumerationResults><Prefix>${escaped(prefix)}</Prefix><Blobs>${page.join('')}</Blobs>${next}</EnumerationResults>`,
  );
}

const noContainer = () => blobError(404, 'ContainerNotFound', 'The specified container does not exist.');

function blobError(status: number, code: string, message: string): WireResponse {
  return xml(status, `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`, {
    'x-ms-error-code': code,
  });
}

const escaped = (text: string): string => text.replace(/[<>&"]/g, (char) => `&#${char.charCodeAt(0)};`);
