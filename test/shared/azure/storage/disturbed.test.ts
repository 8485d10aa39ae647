import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsInBlobs } from '../../../../shared/azure/storage/documents-in-blobs.ts';
import { rowsInTable } from '../../../../shared/azure/storage/rows-in-table.ts';
import { failureOf } from '../../../../shared/core/errors.ts';
import { simulatedStorage } from '../../../../simulator/azure/storage/account.ts';
import { type HttpsServer, serveHttps } from '../../../../simulator/azure/wire/https-server.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { trustAuthority } from '../../../../simulator/local/trust.ts';
import { type Disturbance, disturbanceNames } from '../../../../simulator/sweep/disturbances.ts';
import { disturbedWire } from '../../../../simulator/sweep/run/disturbed-wire.ts';
import { azure } from './stores.ts';

let server: HttpsServer;
let due: Disturbance | undefined;
/** Once, at the next request. */
const { wire } = disturbedWire({
  disturb() {
    const fault = due;
    due = undefined;
    return fault;
  },
});
const account = () => ({
  AzureWebJobsStorage__blobServiceUri: `${server.origin}/blobs`,
  AzureWebJobsStorage__tableServiceUri: `${server.origin}/tables`,
});
const documents = () => documentsInBlobs(azure, account(), 'vpn-radius-compliance');
const rows = () => rowsInTable(azure, account());

beforeAll(async () => {
  const storage = simulatedStorage(virtualClock(new Date('2030-01-01T00:00:00Z')));
  server = await serveHttps({
    handle: (request) => wire(request, async () => storage.handle(request)),
  });
  trustAuthority(readFileSync(server.caFile, 'utf8'));
  await documents().write('a.json', '{"kept":"as it was written"}', 'application/json');
  await rows().put('cards', 'a', { kept: 'as it was written' });
});
afterAll(() => server.close());

/** What each call gives undisturbed. */
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'the read of a document': () => documents().read('a.json'),
  'the read of a document that is not there': () => documents().read('b.json'),
  'the list of documents': () => documents().list(''),
  'a write of a document': () => documents().write('c.json', '{}', 'application/json'),
  'a removal of a document': () => documents().remove('d.json'),
  'the read of a row': async () => (await rows().read('cards', 'a'))?.value,
  'the read of a row that is not there': () => rows().read('cards', 'b'),
  'a page of rows': async () => (await rows().page('cards', { limit: 10 })).map(({ key }) => key),
  'an insertion of a row that is there': () => rows().insert('cards', 'a', {}),
  'a replacement of a row that changed': () =>
    rows().replace('cards', { key: 'a', version: 'W/"datetime\'2030-01-01T00%3A00%3A00.0000001Z\'"' }, {}),
  'a write of a row': () => rows().put('others', 'a', {}),
  'a removal of a row': () => rows().remove('others', 'b'),
};
// Silence: documents.test.ts.
const faults = disturbanceNames.filter((name) => !name.startsWith('silence'));

describe.each(Object.entries(calls))('%s', (_, call) => {
  it.each(faults)('says what is so, or that it passes: %s', async (fault) => {
    const wanted = await call();
    due = fault;
    const answer = await call().then(
      (value) => ({ value }),
      (error: unknown) => ({ failure: failureOf(error) }),
    );
    due = undefined;
    if ('failure' in answer) expect(answer.failure).toMatchObject({ transient: true });
    else expect(answer.value).toEqual(wanted);
  });
});
