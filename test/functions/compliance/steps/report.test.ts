import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InvocationContext } from '@azure/functions';
import { afterAll, expect, it } from 'vitest';
import { assembleReport, publishReport, tidyReports } from '../../../../functions/compliance/steps/report.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';

const context = { warn: () => undefined } as unknown as InvocationContext;
const folder = mkdtempSync(join(tmpdir(), 'reports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (id: string) => ({
  run: {
    id,
    trigger: 'timer' as const,
    startedBy: { name: 'schedule' },
    scope: { subscriptionIds: [], gatewayIds: [] },
    remediate: false,
    startedAt: '2030-01-01T05:00:00Z',
    endedAt: '2030-01-01T05:10:00Z',
  },
  parts: [],
  subscriptionIds: [],
  recordPages: 0,
});

it('a report that another run has overtaken is not published, and is when it was put together again', async () => {
  const store = documentsInFolder(folder);
  const rows = rowsInFolder(folder);
  const latest = async () => JSON.parse((await store.read('latest.json')) ?? 'null')?.id;
  await store.write('runs/20300101T050000Z-a/results/nps-servers.json', empty, 'application/json');
  await store.write('runs/20300101T050001Z-b/results/nps-servers.json', empty, 'application/json');

  await assembleReport(store)(run('20300101T050000Z-a'));
  await assembleReport(store)(run('20300101T050001Z-b'));
  const publish = publishReport(store, rows);
  expect(await publish({ runId: '20300101T050001Z-b' }, context)).toMatchObject({ id: '20300101T050001Z-b' });
  expect(await publish({ runId: '20300101T050000Z-a' }, context)).toBe('outdated');
  expect(await latest()).toBe('20300101T050001Z-b');

  await assembleReport(store)(run('20300101T050000Z-a'));
  expect(await publish({ runId: '20300101T050000Z-a' }, context)).toMatchObject({ id: '20300101T050000Z-a' });
  expect(await latest()).toBe('20300101T050000Z-a');
  // When it is repeated, as Durable Functions may do, it returns the same.
  expect(await publish({ runId: '20300101T050000Z-a' }, context)).toMatchObject({ id: '20300101T050000Z-a' });
});

it('half of the report before is no report: it is read again', async () => {
  const store = documentsInFolder(join(folder, 'half'));
  const [before, next] = ['20300101T050000Z-a', '20300102T050000Z-b'];
  for (const id of [before, next])
    await store.write(`runs/${id}/results/nps-servers.json`, empty, 'application/json');
  await assembleReport(store)(run(before));
  await publishReport(store, rowsInFolder(join(folder, 'half')))({ runId: before }, context);

  const half = {
    ...store,
    readParts: async (name: string) =>
      (async function* () {
        for await (const part of (await store.readParts(name))!) yield part.subarray(0, part.length / 2);
      })(),
  };
  await expect(assembleReport(half)(run(next))).rejects.toMatchObject({
    failure: { code: 'UnexpectedAnswer', target: `reports/${before}`, transient: true },
  });
  await assembleReport(store)(run(next));
});

it('the parts of a run go with its end; a check after two days removes those of another, also what came late', async () => {
  const store = documentsInFolder(join(folder, 'parts'));
  const own = 'runs/20300105T050000Z-own/secrets/0.json';
  const late = 'runs/20300103T045900Z-ended/around/0.json';
  const recent = 'runs/20300103T050100Z-running/around/0.json';
  for (const name of [own, late, recent]) await store.write(name, '{}', 'application/json');

  await tidyReports(store)({ runId: '20300105T050000Z-own', now: '2030-01-05T05:00:00.000Z' });

  expect(await store.list('runs/')).toEqual([recent]);
});

const empty = JSON.stringify({
  subscriptions: [],
  gateways: [],
  npsServers: [],
  findings: [],
  unchecked: [],
  tallies: {},
});
