import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCard } from '../../../functions/records/cards.ts';
import { lastRecord } from '../../../functions/records/chain/chain.ts';
import { remember } from '../../../functions/records/remember.ts';
import { recordDecision, recordEvent, recordPlan } from '../../../functions/records/steps.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { AnyPlan, EventTold, Order } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { hubId, request } from '../../shared/hub.ts';

const at = '2030-01-01T00:00:00.000Z';
const later = '2030-01-01T01:00:00.000Z';
const id = newDeploymentId(hubId, new Date(at), 'one');
const order: Order = { request: request(), fingerprint: 'f' };

function kept() {
  const { folder } = temporaryFolder('vpn-radius-steps-');
  const archive = {
    records: documentsInFolder(join(folder, 'records')),
    rows: rowsInFolder(join(folder, 'rows')),
  };
  return {
    archive,
    record: async () => (await lastRecord(archive, (await readCard(archive.rows, id))!))!,
    entries: async () =>
      (await readCard(archive.rows, id))?.entries.map(({ entry }) => entry.slice(id.length + 1)),
  };
}

const plan = (sku: string) => ({ virtualNetworkId: hubId, sku }) as unknown as AnyPlan;
const planned = (turn: number, isWaiting: boolean, sku = 'VpnGw1AZ') => ({
  ...{ id, order, at, plan: plan(sku), planDigest: `digest-${turn}`, turn, isWaiting },
});

it('each plan is kept once, and says whether somebody has to decide on it', async () => {
  const { archive, record, entries } = kept();
  for (let attempt = 0; attempt < 2; attempt++) await recordPlan(archive)(planned(1, true));
  expect(await record()).toMatchObject({
    ...{ status: 'AwaitingApproval', plan: plan('VpnGw1AZ'), planDigest: 'digest-1' },
  });
  await recordPlan(archive)(planned(2, false, 'VpnGw2AZ'));
  expect(await record()).toMatchObject({
    ...{ status: 'Running', plan: plan('VpnGw2AZ'), planDigest: 'digest-2' },
  });
  expect(await entries()).toEqual(['planned-1', 'planned-2']);
});

it('each decision is kept once, and the deployment goes on', async () => {
  const { archive, record, entries } = kept();
  await recordPlan(archive)(planned(1, true));
  const decision = (approved: boolean, when: string) => ({
    ...{ id, order, decision: { at: when, approved, by: 'jonas', planDigest: 'digest-1' } },
  });
  for (let attempt = 0; attempt < 2; attempt++) await recordDecision(archive)(decision(true, at));
  await recordDecision(archive)(decision(false, later));
  const { status, decisions } = await record();
  expect(status).toBe('Running');
  expect(decisions).toEqual([decision(true, at).decision, decision(false, later).decision]);
  expect(await entries()).toEqual(['planned-1', `decided-${at}`, `decided-${later}`]);
});

it('what became of an event is kept once for each outcome, and nothing for what is no deployment of ours', async () => {
  const { archive, record } = kept();
  await remember(archive, { id, order, entry: 'asked', at, change: {} });
  const told = (outcome: EventTold['outcome']): EventTold => ({
    ...{ id: 'event-1', type: 'VpnRadius.Deployment.Succeeded', at, outcome },
  });
  for (const outcome of ['trying', 'trying', 'arrived'] as const)
    await recordEvent(archive)({ deploymentId: id, told: told(outcome) });
  const other = newDeploymentId(hubId, new Date(at), 'other');
  for (const deploymentId of [other, 'compliance-all'])
    await recordEvent(archive)({ deploymentId, told: told('arrived') });
  expect((await record()).events).toEqual([told('trying'), told('arrived')]);
  expect(await readCard(archive.rows, other)).toBeUndefined();
});
