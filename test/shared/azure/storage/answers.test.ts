import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentsInBlobs } from '../../../../shared/azure/storage/documents-in-blobs.ts';
import { rowsInTable } from '../../../../shared/azure/storage/rows-in-table.ts';
import { failureOf } from '../../../../shared/core/errors.ts';
import { type SimulatedStorage, simulatedStorage } from '../../../../simulator/azure/storage/account.ts';
import { type HttpsServer, serveHttps } from '../../../../simulator/azure/wire/https-server.ts';
import type { WireRequest, WireResponse } from '../../../../simulator/azure/wire/messages.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { trustAuthority } from '../../../../simulator/local/trust.ts';
import { azure } from './stores.ts';

let server: HttpsServer;
let storage: SimulatedStorage;
let asked: WireRequest[] = [];
/** What the service answers instead; undefined: as it does. */
let answer: ((request: WireRequest) => WireResponse | undefined) | undefined;

beforeAll(async () => {
  server = await serveHttps({
    async handle(request) {
      asked.push(request);
      return answer?.(request) ?? storage.handle(request);
    },
  });
  trustAuthority(readFileSync(server.caFile, 'utf8'));
});
afterAll(() => server.close());
beforeEach(() => {
  storage = simulatedStorage(virtualClock(new Date('2030-01-01T00:00:00Z')));
  asked = [];
  answer = undefined;
});

const documents = () =>
  documentsInBlobs(
    azure,
    { AzureWebJobsStorage__blobServiceUri: `${server.origin}/blobs` },
    'vpn-radius-records',
  );
const rows = () => rowsInTable(azure, { AzureWebJobsStorage__tableServiceUri: `${server.origin}/tables` });

function refusal(status: number, code: string | undefined, message = 'No.'): WireResponse {
  return {
    status,
    headers: { ...(code && { 'x-ms-error-code': code }), 'content-type': 'application/xml' },
    body: code
      ? `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
      : '<html/>',
  };
}
function tableRefusal(status: number, code: string): WireResponse {
  return {
    status,
    headers: { 'x-ms-error-code': code, 'content-type': 'application/json' },
    body: JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: 'No.' } } }),
  };
}
const failureFrom = async (call: Promise<unknown>) =>
  call.then(
    (value) => ({ value }),
    (error: unknown) => failureOf(error),
  );

describe('a document', () => {
  it('is sent with its type and its hash, so that no cache keeps it and half of it is noticed', async () => {
    await documents().write('a.html', '<p>', 'text/html');
    expect(asked.at(-1)?.headers).toMatchObject({
      'x-ms-blob-content-type': 'text/html',
      'x-ms-blob-cache-control': 'no-store',
    });
    const parts = ['a', 'b'.repeat(1 << 20), 'c'];
    asked = [];
    await documents().writeParts('b.csv', () => parts, 'text/csv');
    const [blocks, list] = [asked.filter(({ url }) => url.includes('comp=block&')), asked.at(-1)!];
    expect(blocks.length).toBeGreaterThan(1);
    expect(new Set(blocks.map(({ url }) => new URL(url).searchParams.get('blockid'))).size).toBe(
      blocks.length,
    );
    expect(list.headers).toMatchObject({
      'x-ms-blob-content-type': 'text/csv',
      'x-ms-blob-cache-control': 'no-store',
      'x-ms-blob-content-md5': createHash('md5').update(parts.join('')).digest('base64'),
    });
    expect(await documents().read('b.csv')).toBe(parts.join(''));
  });

  it('is written once, and its container made for the first one only', async () => {
    const store = documents();
    for (const name of ['a.json', 'b.json']) await store.write(name, '{}', 'application/json');
    expect(asked.filter(({ url }) => url.includes('restype=container'))).toHaveLength(1);
  });

  it.each(['BlobAlreadyExists', 'BlobImmutableDueToPolicy', 'UnauthorizedBlobOverwrite'])(
    'that is there already is not added: %s',
    async (code) => {
      answer = () => refusal(409, code);
      expect(await documents().add('a.json', '{}', 'application/json')).toBe(false);
      answer = () => refusal(409, 'LeaseIdMissing');
      expect(await failureFrom(documents().add('a.json', '{}', 'application/json'))).toMatchObject({
        code: 'LeaseIdMissing',
      });
    },
  );

  const etag = { etag: '"0x1"' };
  const md5 = (text: string) => ({ 'content-md5': createHash('md5').update(text).digest('base64') });

  it.each<[string, Record<string, string>, string]>([
    ['half a body', { ...etag, ...md5('{"a":1}') }, 'is not the document that was kept'],
    ['the page of a proxy', {}, 'is no document'],
  ])(
    'in whose place something else came was not read, and may be at the next attempt: %s',
    async (_, headers, why) => {
      answer = () => ({ status: 200, headers, body: '{"a":' });
      expect(await failureFrom(documents().read('a.json'))).toMatchObject({
        ...{ transient: true, target: 'vpn-radius-records/a.json', message: expect.stringContaining(why) },
      });
    },
  );

  it('is not read in parts either when the page of a proxy came', async () => {
    answer = () => ({ status: 200, headers: {}, body: '<html/>' });
    expect(await failureFrom(documents().readParts('a.json'))).toMatchObject({ transient: true });
  });

  it('that another program wrote has no hash, and is read as text in UTF-8', async () => {
    answer = () => ({ status: 200, headers: etag, body: 'größer' });
    expect(await documents().read('a.json')).toBe('größer');
    answer = () => ({ status: 200, headers: etag, body: '' });
    expect(await documents().read('a.json')).toBe('');
  });

  it.each<[string, () => Promise<unknown>, unknown]>([
    ['read', () => documents().read('a.json'), undefined],
    ['read in parts', () => documents().readParts('a.json'), undefined],
    ['listed', () => documents().list(''), []],
    ['removed', () => documents().remove('a.json'), undefined],
  ])(
    'that is not there is not %s, and its absence no failure; a 404 of something else passes',
    async (_, call, absent) => {
      for (const code of ['BlobNotFound', 'ContainerNotFound']) {
        answer = () => refusal(404, code);
        expect(await failureFrom(call())).toEqual({ value: absent });
      }
      for (const code of ['ResourceNotFound', undefined]) {
        answer = () => refusal(404, code);
        expect(await failureFrom(call())).toMatchObject({ transient: true });
      }
    },
  );

  it('is listed page by page to the end', async () => {
    await documents().write('0.json', '', 'text/plain');
    const names = ['a', 'b', 'c'];
    answer = ({ url }) => {
      const marker = new URL(url).searchParams.get('marker') ?? 'a';
      const next = names[names.indexOf(marker) + 1] ?? '';
      const blob = `<Blob><Name>${marker}</Name><Properties><Content-Length>0</Content-Length></Properties></Blob>`;
      const body = `<?xml version="1.0"?><EnumerationResults><Blobs>${blob}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
      return { status: 200, headers: { 'content-type': 'application/xml' }, body };
    };
    expect(await documents().list('')).toEqual(names);
    expect(await documents().page('', 1, 'c')).toEqual({ names: ['c'] });
    expect(await documents().page('', 1)).toEqual({ names: ['a'], continuation: 'b' });
    const sizes = asked.map(({ url }) => new URL(url).searchParams.get('maxresults'));
    expect(sizes.slice(-5)).toEqual(['5000', '5000', '5000', '1', '1']);
  });

  it('is not in a list that is none', async () => {
    answer = () => ({ status: 200, headers: { 'content-type': 'application/xml' }, body: '<html/>' });
    expect(await failureFrom(documents().list('reports/'))).toMatchObject({
      transient: true,
      target: 'vpn-radius-records/reports/',
      message: expect.stringContaining('is no list of blobs'),
    });
  });
});

describe('a row', () => {
  it('is written in a table that is made for the first one only', async () => {
    const index = rows();
    await index.insert('lock', 'a', {});
    await index.put('lock', 'b', {});
    expect(asked.filter(({ url }) => url.endsWith('/Tables'))).toHaveLength(1);
  });

  it('is not written, and no table made, when the service refuses it', async () => {
    answer = () => tableRefusal(400, 'PropertyValueTooLarge');
    expect(await failureFrom(rows().put('lock', 'a', {}))).toMatchObject({
      ...{ code: 'PropertyValueTooLarge', target: 'vpnradius/lock/a' },
    });
    expect(asked).toHaveLength(1);
  });

  it.each(['TableNotFound', 'ResourceNotFound', 'EntityNotFound'])(
    'that is not there is not read, replaced, removed or listed, and no failure: %s',
    async (code) => {
      answer = () => tableRefusal(404, code);
      expect(await rows().read('lock', 'a')).toBeUndefined();
      expect(await rows().replace('lock', { key: 'a', version: 'v' }, {})).toBe(false);
      expect(await rows().remove('lock', 'a', 'v')).toBe(true);
      expect(await rows().page('lock', { limit: 5 })).toEqual([]);
    },
  );

  it('is neither replaced nor removed when it has changed', async () => {
    answer = () => tableRefusal(412, 'UpdateConditionNotSatisfied');
    expect(await rows().replace('lock', { key: 'a', version: 'v' }, {})).toBe(false);
    expect(await rows().remove('lock', 'a', 'v')).toBe(false);
    expect(asked.map(({ headers }) => headers['if-match'])).toEqual(['v', 'v']);
  });

  it('holds 450,000 characters as they are sent, and a longer one is refused for good', async () => {
    const most = 15 * 30_000 - 2;
    await rows().put('lock', 'a', 'x'.repeat(most));
    expect((await rows().read('lock', 'a'))?.value).toBe('x'.repeat(most));
    for (const value of ['x'.repeat(most + 1), 'ü'.repeat(most / 6 + 1)]) {
      const failure = await failureFrom(rows().put('lock', 'a', value));
      expect(failure).toMatchObject({
        code: 'RowTooLarge',
        message: 'A row can hold at most 450000 characters.',
      });
      expect(failure).not.toHaveProperty('transient');
    }
  });

  it('is sent in single bytes, because an emulator reads a character that was cut in two as two others', async () => {
    await rows().put('lock', 'a', { text: 'ü€\u007f\u0080', emoji: '🔑' });
    expect(asked.at(-1)!.body).toMatch(/^[\x20-\x7e]*$/);
    expect((await rows().read('lock', 'a'))?.value).toEqual({ text: 'ü€\u007f\u0080', emoji: '🔑' });
  });

  it('comes in pages of a thousand at most, until there are as many as were asked for', async () => {
    const index = rows();
    await index.put('lock', '0000', 0);
    const entities = [...storage.tables.values()][0]!;
    const [first] = entities.values();
    for (let number = 1; number < 2300; number++) {
      const RowKey = String(number).padStart(4, '0');
      storage.change({
        ...{ table: 'vpnradius', partition: 'lock', row: RowKey },
        properties: { ...first!.properties, RowKey, json0: String(number) },
      });
    }
    asked = [];
    const keys = (await index.page('lock', { limit: 1500 })).map(({ key }) => Number(key));
    expect(keys).toEqual(Array.from({ length: 1500 }, (_, number) => number));
    expect(asked.map(({ url }) => new URL(url).searchParams.get('$top'))).toEqual(['1000', '1000']);
    asked = [];
    expect(await index.page('lock', { after: '0010', before: '0013', limit: 7 })).toHaveLength(2);
    expect(asked.map(({ url }) => new URL(url).searchParams.get('$top'))).toEqual(['7']);
    expect(await index.page('lock', { limit: 5000 })).toHaveLength(2300);
  });
});

describe('a refusal', () => {
  it.each<[string, WireResponse, () => Promise<unknown>, object]>([
    [
      'of the service is final',
      refusal(403, 'AuthorizationPermissionMismatch'),
      () => documents().read('a.json'),
      { code: 'AuthorizationPermissionMismatch' },
    ],
    [
      'of the service to a row is final too',
      tableRefusal(403, 'AuthorizationPermissionMismatch'),
      () => rows().read('lock', 'a'),
      { code: 'AuthorizationPermissionMismatch' },
    ],
  ])('%s', async (_, given, call, expected) => {
    answer = () => given;
    const failure = await failureFrom(call());
    expect(failure).toMatchObject(expected);
    expect(failure).not.toHaveProperty('transient');
    expect(asked).toHaveLength(1);
  });

  it('of something on the way passes', async () => {
    answer = () => refusal(403, undefined);
    expect(await failureFrom(documents().read('a.json'))).toMatchObject({ transient: true });
    expect(await failureFrom(rows().read('lock', 'a'))).toMatchObject({ transient: true });
    expect(asked).toHaveLength(2);
  });
});
