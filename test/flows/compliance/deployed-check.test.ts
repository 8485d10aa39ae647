import { expect, it } from 'vitest';
import { seedHubs, ticketFor } from '../../../bench/worlds/hubs.ts';
import type { ComplianceReport } from '../../../shared/compliance/report/report.ts';
import { type Stage, stage } from '../stage/stage.ts';

const wishFor = (virtualNetworkId: string, index: number) => ({
  ...ticketFor(virtualNetworkId, index),
  pointToSite: { addressPool: [`172.16.${index}.0/24`], protocols: ['IkeV2'] },
});

const reportsOf = async (story: Stage) =>
  (await story.call('GET', 'compliance/reports?trigger=deployment')).body.reports as ComplianceReport[];

it('deployments that end together share one check, and one that ends later is checked by the next one', async () => {
  const story = await stage();
  const [one, two, three, four] = seedHubs(story, 4);
  const together = await Promise.all([one, two, three].map((id, index) => story.send(wishFor(id!, index))));
  for (const id of together) expect(await story.ended(id)).toMatchObject({ status: 'Succeeded' });
  // It ends while the check of the first three waits or runs.
  const last = await story.send(wishFor(four!, 3));
  const run = async () => (await story.call('GET', 'compliance/runs/compliance-deployed')).body;
  expect(await run()).toMatchObject({ status: 'Running', stage: 'wait', startedBy: { name: 'deployment' } });
  await story.host.runFor(40);
  const { stage: ended, runId, startedBy, scope } = await run();
  expect({ ended, runId, startedBy }).toMatchObject({
    ended: 'done',
    runId: expect.any(String),
    startedBy: { name: '3 deployments' },
  });
  const gatewayIds = [one, two, three].map((id) => expect.stringContaining(id!.split('/')[4]!));
  expect(scope).toEqual({ subscriptionIds: [], gatewayIds: expect.arrayContaining(gatewayIds) });
  expect(await reportsOf(story)).toMatchObject([
    { startedBy: { name: '3 deployments' }, summary: { gateways: { total: 3 } } },
  ]);
  expect((await story.ended(last)).status).toBe('Succeeded');
  await story.host.runFor(30);
  const reports = await reportsOf(story);
  expect(reports.map(({ startedBy }) => startedBy)).toEqual([
    { name: 'deployment', id: last },
    { name: '3 deployments' },
  ]);
  const { body: latest } = await story.call('GET', 'compliance/latest');
  expect(latest.gateways).toHaveLength(4);
  expect(latest.unchecked).toEqual([]);
});

it('a gateway whose check could not begin is checked after the next housekeeping', async () => {
  const story = await stage();
  await story.ended(await story.send(story.ticket()));
  const check = '/runtime/webhooks/durabletask/instances/compliance-deployed';
  await story.host.fetch(`${check}/terminate?reason=by%20hand`, { method: 'POST' });
  await story.host.runFor(30);
  expect(await reportsOf(story)).toEqual([]);
  await story.host.trigger('housekeeping');
  await story.host.runFor(30);
  expect(await reportsOf(story)).toMatchObject([{ startedBy: { name: 'deployment' } }]);
});
