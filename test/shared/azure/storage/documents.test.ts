import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { documentsInBlobs } from '../../../../shared/azure/storage/documents-in-blobs.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { azure, begin, end, folder, stores } from './stores.ts';

beforeAll(begin);
afterAll(end);

describe.each(stores)('documents in $where', ({ needs, documents }) => {
  it.skipIf(needs)(`are written, read, listed, replaced and removed${needs}`, async () => {
    const store = documents();
    // Before anything is written there is no container, and no folder.
    expect(await store.read('latest.json')).toBeUndefined();
    expect(await store.list('reports/')).toEqual([]);
    expect(await store.page('reports/', 10)).toEqual({ names: [] });
    await store.remove('latest.json');

    await store.write('reports/2/report.html', '<p>größer & „mehr“</p>', 'text/html; charset=utf-8');
    await store.write('reports/1/report.json', '{"id":1}', 'application/json');
    await store.write('reports/1/report.json', '{"id":2}', 'application/json');
    await store.write('runs/1/draft.json', '{}', 'application/json');
    expect(await store.read('reports/2/report.html')).toBe('<p>größer & „mehr“</p>');
    expect(await store.read('reports/1/report.json')).toBe('{"id":2}');
    expect(await store.list('reports/')).toEqual(['reports/1/report.json', 'reports/2/report.html']);
    expect(await store.list('runs/1/')).toEqual(['runs/1/draft.json']);

    await store.remove('reports/1/report.json');
    await store.remove('reports/1/report.json');
    expect(await store.list('reports/')).toEqual(['reports/2/report.html']);
    expect(await store.read('reports/1/report.json')).toBeUndefined();
  });

  it.skipIf(needs)(`too large to be held whole are written and read in parts${needs}`, async () => {
    const store = documents();
    expect(await store.readParts('large/report.csv')).toBeUndefined();
    const line = `größer & „mehr“ ${'x'.repeat(2000)}\n`;
    const count = 5000;
    const parts = function* () {
      for (let index = 0; index < count; index++) yield line;
    };
    await store.writeParts('large/report.csv', () => [], 'text/csv');
    expect(await store.read('large/report.csv')).toBe('');
    await store.writeParts('large/report.csv', parts, 'text/csv');
    const read: Uint8Array[] = [];
    for await (const part of (await store.readParts('large/report.csv'))!) read.push(part);
    expect(read.length).toBeGreaterThan(1);
    expect(Buffer.concat(read).toString() === line.repeat(count)).toBe(true);
    expect(await store.list('large/')).toEqual(['large/report.csv']);
  });

  it.skipIf(needs)(`are added once: of many at the same time one is taken, whole${needs}`, async () => {
    const store = documents();
    const contents = Array.from({ length: 12 }, (_, index) => `${index}`.repeat(5000));
    const taken = await Promise.all(
      contents.map((content) => store.add('chain/00000001.json', content, 'application/json')),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store.read('chain/00000001.json')).toBe(contents[taken.indexOf(true)]);
    expect(await store.add('chain/00000001.json', 'another', 'application/json')).toBe(false);
    expect(await store.read('chain/00000001.json')).toBe(contents[taken.indexOf(true)]);
  });

  it.skipIf(needs)(`come in pages, each of which leads to the next${needs}`, async () => {
    const store = documents();
    const names = [1, 2, 3, 4, 5, 6].map((number) => `pages/${number}.json`);
    for (const name of names) await store.add(name, '{}', 'application/json');
    const pages: (readonly string[])[] = [];
    let continuation: string | undefined;
    do {
      const page = await store.page('pages/', 3, continuation);
      pages.push(page.names);
      continuation = page.continuation;
    } while (continuation);
    expect(pages).toEqual([names.slice(0, 3), names.slice(3)]);
  });
});

it('a storage account that cannot be reached is told as such, and worth another try', async () => {
  const connection =
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aw==;BlobEndpoint=http://127.0.0.1:1/a;';
  const store = documentsInBlobs(azure, { AzureWebJobsStorage: connection }, 'vpn-radius-records');
  await expect(store.read('latest.json')).rejects.toMatchObject({
    failure: { code: 'AzureUnreachable', transient: true },
  });
});

it('a storage account that says nothing is not waited for for ever', async () => {
  const open: Socket[] = [];
  const silent = createServer((socket) => void open.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const connection = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aw==;BlobEndpoint=http://127.0.0.1:${port}/a;`;
  const store = documentsInBlobs(azure, { AzureWebJobsStorage: connection }, 'vpn-radius-records');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const calls = [
      store.read('latest.json'),
      store.write('latest.json', '{}', 'application/json'),
      store.add('latest.json', '{}', 'application/json'),
      store.writeParts('latest.json', () => ['{}'], 'application/json'),
      store.readParts('latest.json'),
      store.list('reports/'),
      store.page('reports/', 10),
      store.remove('latest.json'),
    ];
    const ends = Promise.allSettled(calls);
    while (open.length === 0) await new Promise(setImmediate);
    vi.advanceTimersByTime(60_000);
    for (const end of await ends)
      expect(end).toMatchObject({ reason: { failure: { code: 'AzureTimeout', transient: true } } });
  } finally {
    vi.useRealTimers();
    for (const socket of open) socket.destroy();
    silent.close();
  }
});

it('without any setting it is told which one is missing', async () => {
  await expect(documentsInBlobs(azure, {}, 'vpn-radius-records').read('latest.json')).rejects.toMatchObject({
    code: 'StorageMissing',
    message: expect.stringContaining('AzureWebJobsStorage'),
  });
});

it('the folder is for its owner alone, keeps nothing half-written, and names cannot lead out of it', async () => {
  const root = join(folder, 'private');
  const store = documentsInFolder(root);
  await store.write('reports/1/report.json', '{}', 'application/json');
  await store.add('reports/1/report.json', '{"other":true}', 'application/json');
  expect(statSync(join(root, 'reports/1/report.json')).mode & 0o077).toBe(0);
  expect(readdirSync(join(root, 'reports/1'))).toEqual(['report.json']);
  for (const write of [store.write, store.add]) {
    await expect(write('../out.json', '{}', 'application/json')).rejects.toMatchObject({
      failure: {
        ...{ code: 'DocumentNameInvalid', target: '../out.json' },
        message: 'A document must be inside its folder.',
      },
    });
  }
  await store.write('reports/2/report.json', '{}', 'application/json');
  await store.remove('reports/1/report.json');
  expect(readdirSync(join(root, 'reports'))).toEqual(['2']);
  await store.remove('reports/2/report.json');
  expect(readdirSync(root)).toEqual([]);
});

it('a list in a folder has what begins with the prefix, and nothing half-written', async () => {
  const root = join(folder, 'listed');
  const store = documentsInFolder(root);
  for (const name of ['runs/1/a.json', 'runs/10/a.json', 'runs/2/a.json', 'other.json'])
    await store.write(name, '{}', 'application/json');
  writeFileSync(join(root, 'runs/1/a.json.0a1b2c.new'), '{');
  expect(await store.list('')).toEqual(['other.json', 'runs/1/a.json', 'runs/10/a.json', 'runs/2/a.json']);
  expect(await store.list('runs/1')).toEqual(['runs/1/a.json', 'runs/10/a.json']);
  expect(await store.list('runs/1/')).toEqual(['runs/1/a.json']);
});

it('what cannot be read in a folder is a failure, and not taken for what does not exist', async () => {
  const root = join(folder, 'unreadable');
  const store = documentsInFolder(root);
  await store.write('a/b.json', '{}', 'application/json');
  for (const call of [
    () => store.read('a'),
    () => store.write('a/b.json/c.json', '', ''),
    () => store.read('a/b.json/c'),
  ])
    await expect(call()).rejects.toMatchObject({ code: expect.stringMatching(/^(EISDIR|ENOTDIR|EEXIST)$/) });
});
