import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageAccess } from '../../../../shared/azure/storage/account.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { rowsInTable } from '../../../../shared/azure/storage/rows-in-table.ts';
import { azure, begin, connection, end, folder, simulatedAccount, stores } from './stores.ts';

beforeAll(begin);
afterAll(end);

describe.each(stores)('rows in $where', ({ needs, rows: connect }) => {
  it.skipIf(needs)(
    `are inserted once, read, replaced only as they were read, and removed${needs}`,
    async () => {
      const rows = connect();
      // Before anything is written there is no table, and no folder.
      expect(await rows.read('lock', 'hub')).toBeUndefined();
      expect(await rows.page('lock', { limit: 5 })).toEqual([]);
      expect(await rows.remove('lock', 'hub')).toBe(true);

      expect(await rows.insert('lock', 'hub', { id: 'one', text: 'größer & „mehr“' })).toBe(true);
      expect(await rows.insert('lock', 'hub', { id: 'two' })).toBe(false);
      const read = (await rows.read<{ id: string }>('lock', 'hub'))!;
      expect(read).toMatchObject({ key: 'hub', value: { id: 'one', text: 'größer & „mehr“' } });

      expect(await rows.replace('lock', read, { id: 'three' })).toBe(true);
      expect(await rows.replace('lock', read, { id: 'four' })).toBe(false);
      expect(await rows.remove('lock', 'hub', read.version)).toBe(false);
      const now = (await rows.read('lock', 'hub'))!;
      expect(now.value).toEqual({ id: 'three' });
      await rows.put('lock', 'hub', { id: 'five' });
      expect((await rows.read('lock', 'hub'))?.value).toEqual({ id: 'five' });
      expect(await rows.remove('lock', 'hub')).toBe(true);
      expect(await rows.read('lock', 'hub')).toBeUndefined();
    },
  );

  it.skipIf(needs)(`of many who insert or replace at once one succeeds${needs}`, async () => {
    const rows = connect();
    const inserted = await Promise.all(
      Array.from({ length: 20 }, (_, id) => rows.insert('race', 'hub', { id })),
    );
    expect(inserted.filter(Boolean)).toHaveLength(1);
    const row = (await rows.read('race', 'hub'))!;
    const replaced = await Promise.all(
      Array.from({ length: 20 }, (_, id) => rows.replace('race', row, { id: id + 100 })),
    );
    expect(replaced.filter(Boolean)).toHaveLength(1);
    expect((await rows.read('race', 'hub'))?.value).toEqual({ id: replaced.indexOf(true) + 100 });
  });

  it.skipIf(needs)(`come in the order of their keys, from one key to another${needs}`, async () => {
    const rows = connect();
    const keys = Array.from({ length: 120 }, (_, index) => String(1000 + index));
    for (const key of keys.toReversed()) await rows.put('order', key, { key });
    await rows.put('order-of-others', '1001', {});
    const page = async (range: Parameters<typeof rows.page>[1]) =>
      (await rows.page('order', range)).map(({ key }) => key);
    expect(await page({ limit: 50 })).toEqual(keys.slice(0, 50));
    expect(await page({ after: '1049', limit: 50 })).toEqual(keys.slice(50, 100));
    expect(await page({ after: '1099', limit: 50 })).toEqual(keys.slice(100));
    expect(await page({ after: '1009', before: '1013', limit: 50 })).toEqual(['1010', '1011', '1012']);
    expect(await page({ after: '1119', limit: 50 })).toEqual([]);
  });

  it.skipIf(needs)(`hold what is longer than a property of a table does${needs}`, async () => {
    const rows = connect();
    const value = { tickets: Array.from({ length: 500 }, (_, index) => `REQ${index} ${'ü'.repeat(30)}`) };
    await rows.put('long', 'hub', value);
    expect((await rows.read('long', 'hub'))?.value).toEqual(value);
    await rows.put('long', 'hub', { tickets: [] });
    expect((await rows.read('long', 'hub'))?.value).toEqual({ tickets: [] });
  });
});

/** Three rows; somebody wrote over the middle one by hand. */
describe.each(stores)('a row that is no JSON any more, in $where', ({ where, needs, rows: connect }) => {
  it.skipIf(needs)(`is named, hides no other, and can be written again${needs}`, async () => {
    for (const key of ['one', 'three', 'two']) await connect().put('spoilt', key, { key });
    if (where === 'a folder') {
      const file = join(folder, 'rows', 'spoilt.jsonl');
      const lines = readFileSync(file, 'utf8').split('\n');
      writeFileSync(file, [lines[0], lines[1]!.slice(0, -9), lines[2], '<xml/>', ''].join('\n'));
    } else {
      const table = where.includes('Azurite')
        ? TableClient.fromConnectionString(connection(), 'vpnradius', { allowInsecureConnection: true })
        : new TableClient(
            simulatedAccount().AzureWebJobsStorage__tableServiceUri,
            'vpnradius',
            azure.credential,
          );
      await table.upsertEntity({ partitionKey: 'spoilt', rowKey: 'three', json0: '{"key":"th' }, 'Replace');
    }
    const rows = connect();
    const found = await rows.page('spoilt', { limit: 9 });
    const told = (target: string) => ({ problem: { code: 'RowUnreadable', target } });
    expect(found).toMatchObject([
      { key: 'one', value: { key: 'one' } },
      {
        key: 'three',
        problem: {
          ...{ code: 'RowUnreadable', target: 'spoilt/three' },
          message: 'The row spoilt/three of the index cannot be read: it was changed after it was written.',
        },
      },
      { key: 'two', value: { key: 'two' } },
      ...(where === 'a folder' ? [told('spoilt/unreadable-line-4')] : []),
    ]);
    await expect(rows.read('spoilt', 'three')).rejects.toMatchObject({
      failure: { code: 'RowUnreadable', target: 'spoilt/three' },
    });
    await rows.put('spoilt', 'three', { key: 'three' });
    expect((await connect().read('spoilt', 'three'))?.value).toEqual({ key: 'three' });
  });
});

it('a folder of rows is read again after a kill, without the line that was cut off, and is for its owner alone', async () => {
  const root = join(folder, 'killed');
  const before = rowsInFolder(root);
  await before.put('lock', 'hub', { id: 'one' });
  await before.put('lock', 'spoke', { id: 'two' });
  const file = join(root, 'lock.jsonl');
  expect(statSync(file).mode & 0o077).toBe(0);
  appendFileSync(file, '{"key":"hub","json":"{\\"id\\":\\"never ans');

  const after = rowsInFolder(root);
  expect((await after.page('lock', { limit: 9 })).map((row) => 'value' in row && row.value)).toEqual([
    { id: 'one' },
    { id: 'two' },
  ]);
  await after.put('lock', 'hub', { id: 'three' });
  expect((await rowsInFolder(root).read('lock', 'hub'))?.value).toEqual({ id: 'three' });
  expect((await before.read('lock', 'hub'))?.value).toEqual({ id: 'three' });
});

it.each(['null', '[]', '{"key":1,"json":"{}"}', '{"key":"hub"}', '{"key":"hub","json":{}}'])(
  'a line of a folder that is no row is named by its place, or by its key where that can be read: %s',
  async (line) => {
    const root = join(folder, 'foreign');
    await rowsInFolder(root).put('lock', 'first', {});
    const file = join(root, 'lock.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8').split('\n')[0]}\n\n${line}\n`);
    const key = line.includes('"hub"') ? 'hub' : 'unreadable-line-3';
    const found = await rowsInFolder(root).page('lock', { limit: 9 });
    expect(found.map((row) => [row.key, 'problem' in row])).toEqual([
      ['first', false],
      [key, true],
    ]);
  },
);

it.each(['../lock', 'lock/hub', '.lock', 'Lock', '', 'lock\n'])(
  'a partition of a folder that is called %j is refused: it would be a file elsewhere',
  async (name) => {
    const rows = rowsInFolder(join(folder, 'names'));
    const message = 'The name of a partition has only a-z, 0-9 and . _ -';
    for (const call of [() => rows.read(name, 'a'), () => rows.put(name, 'a', {})])
      await expect(call()).rejects.toMatchObject({ code: 'DocumentNameInvalid', message });
  },
);

it('rows that come and go are in their order at once, each with a version of its own', async () => {
  const rows = rowsInFolder(join(folder, 'coming'));
  const keys = async () => (await rows.page('lock', { limit: 9 })).map(({ key }) => key);
  const versions = new Set<string>();
  for (const key of ['b', 'c', 'a']) {
    await rows.insert('lock', key, { same: true });
    versions.add((await rows.read('lock', key))!.version);
  }
  expect(await keys()).toEqual(['a', 'b', 'c']);
  await rows.put('lock', 'b', { same: true });
  versions.add((await rows.read('lock', 'b'))!.version);
  expect(versions.size).toBe(4);
  expect(await rows.remove('lock', 'b')).toBe(true);
  expect(await keys()).toEqual(['a', 'c']);
  expect(await rows.remove('lock', 'b', 'any')).toBe(true);
  await rows.put('lock', 'b', {});
  expect(await keys()).toEqual(['a', 'b', 'c']);
  expect(await rows.replace('lock', { key: 'd', version: '1' }, {})).toBe(false);
});

it('a row that another process has written is seen, in a file and a folder for their owner alone', async () => {
  const root = join(folder, 'two');
  const [one, other] = [rowsInFolder(root), rowsInFolder(root)];
  await one.put('lock', 'hub', { id: 'one' });
  expect(statSync(root).mode & 0o777).toBe(0o700);
  expect(statSync(join(root, 'lock.jsonl')).mode & 0o777).toBe(0o600);
  expect((await other.read('lock', 'hub'))?.value).toEqual({ id: 'one' });
  await one.put('lock', 'hub', { id: 'two' });
  expect((await other.read('lock', 'hub'))?.value).toEqual({ id: 'two' });
  expect(await other.insert('lock', 'hub', { id: 'three' })).toBe(false);
});

it('many rows stay in one file as they were written: it is rewritten only when most of it is old', async () => {
  const root = join(folder, 'many');
  const rows = rowsInFolder(root);
  const lines = () => readFileSync(join(root, 'lock.jsonl'), 'utf8').split('\n').length - 1;
  for (let index = 0; index < 300; index++) await rows.put('lock', `key-${index}`, { index });
  for (let index = 300; index < 1200; index++) await rows.put('lock', 'key-0', { index });
  expect(lines()).toBe(1200);
  await rows.put('lock', 'key-0', { index: 1200 });
  expect(lines()).toBe(300);
  expect(statSync(join(root, 'lock.jsonl')).mode & 0o777).toBe(0o600);
  const again = await rowsInFolder(root).page('lock', { limit: 400 });
  expect(again).toHaveLength(300);
  expect((await rowsInFolder(root).read('lock', 'key-0'))?.value).toEqual({ index: 1200 });
});

it('a row that is written over and over does not make its file grow for ever', async () => {
  const root = join(folder, 'rewritten');
  const rows = rowsInFolder(root);
  for (let index = 0; index < 2500; index++) await rows.put('lock', 'hub', { index });
  expect(readFileSync(join(root, 'lock.jsonl'), 'utf8').split('\n').length).toBeLessThan(1100);
  expect((await rowsInFolder(root).read('lock', 'hub'))?.value).toEqual({ index: 2499 });
});

it('a row that was read before its file was rewritten is not replaced as if nothing had happened since', async () => {
  const rows = rowsInFolder(join(folder, 'read-long-ago'));
  for (let index = 0; index < 2; index++) await rows.put('lock', 'hub', { index });
  const read = (await rows.read('lock', 'hub'))!;
  for (let index = 2; index < 1500; index++) {
    await rows.put('lock', 'hub', { index });
    if (await rows.replace('lock', read, { index: 'of long ago' })) break;
  }
  expect((await rows.read('lock', 'hub'))?.value).toEqual({ index: 1499 });
});

it('a table that cannot be reached is told as such, and worth another try', async () => {
  const connection =
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aw==;TableEndpoint=http://127.0.0.1:1/a;';
  await expect(rowsInTable(azure, { AzureWebJobsStorage: connection }).read('a', 'b')).rejects.toMatchObject({
    failure: { code: 'AzureUnreachable', transient: true },
  });
});

it.each<[string, Parameters<typeof storageAccess>[0], object]>([
  [
    'a connection string',
    { AzureWebJobsStorage: 'UseDevelopmentStorage=true' },
    { connection: 'UseDevelopmentStorage=true' },
  ],
  [
    'an account',
    { AzureWebJobsStorage__accountName: 'stvpn' },
    { url: 'https://stvpn.table.core.windows.net' },
  ],
  [
    'the address of its tables',
    {
      AzureWebJobsStorage__accountName: 'stvpn',
      AzureWebJobsStorage__tableServiceUri: 'https://stvpn.table.core.usgovcloudapi.net',
    },
    { url: 'https://stvpn.table.core.usgovcloudapi.net' },
  ],
  [
    'the address of its blobs alone',
    { AzureWebJobsStorage__blobServiceUri: 'https://stvpn.blob.core.chinacloudapi.cn' },
    { url: 'https://stvpn.table.core.chinacloudapi.cn' },
  ],
  [
    'an address of its own for its blobs, and its name for its tables',
    {
      AzureWebJobsStorage__accountName: 'stvpn',
      AzureWebJobsStorage__blobServiceUri: 'https://blobs.contoso.com',
    },
    { url: 'https://stvpn.table.core.windows.net' },
  ],
])('the account is found by %s', (_, settings, access) => {
  expect(storageAccess(settings, 'table')).toEqual(access);
});

it.each([
  [
    'of its own',
    {
      AzureWebJobsStorage__blobServiceUri: 'https://blobs.contoso.com',
      AzureWebJobsStorage__tableServiceUri: 'https://tables.contoso.com',
    },
    'https://blobs.contoso.com',
  ],
  [
    'that follows from that of the tables',
    { AzureWebJobsStorage__tableServiceUri: 'https://stvpn.table.core.usgovcloudapi.net' },
    'https://stvpn.blob.core.usgovcloudapi.net',
  ],
  [
    'that follows from the account',
    { AzureWebJobsStorage__accountName: 'stvpn' },
    'https://stvpn.blob.core.windows.net',
  ],
])('the blobs of the account are found by an address %s', (_, settings, url) => {
  expect(storageAccess(settings, 'blob')).toEqual({ url });
});

it.each(['blob', 'table'] as const)(
  'without an account it is told which setting would name its %s service',
  (service) => {
    for (const settings of [
      {},
      {
        [`AzureWebJobsStorage__${service === 'blob' ? 'table' : 'blob'}ServiceUri`]:
          'https://own.contoso.com',
      },
    ])
      expect(() => storageAccess(settings, service)).toThrow(
        expect.objectContaining({
          failure: {
            ...{ code: 'StorageMissing', target: 'AzureWebJobsStorage' },
            message: expect.stringContaining(`AzureWebJobsStorage__${service}ServiceUri`),
          },
        }),
      );
  },
);
