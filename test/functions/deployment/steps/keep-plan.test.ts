import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decisionKey } from '../../../../functions/decisions/decision-key.ts';
import { keepPlan } from '../../../../functions/deployment/steps/keep-plan.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { decisionProof, lockOf } from '../../../../shared/deployment/decisions/decision-proof.ts';
import { planDigest } from '../../../../shared/deployment/plan-statements.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import { planDocument } from '../../../../shared/deployment/record/plan-documents.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { defaults, facts, gatewayId, request } from '../../../shared/hub.ts';

const { folder } = temporaryFolder('vpn-radius-plans-');
const records = documentsInFolder(join(folder, 'documents'));
const rows = rowsInFolder(join(folder, 'rows'));
const keep = keepPlan(records, rows);
const plan = makePlan(request(), facts(), defaults).plan!;

it('keeps the whole plan under its digest, however often it is asked to', async () => {
  const first = await keep({ deploymentId: 'vpn-hub-1', plan, needsApproval: false });
  expect(await keep({ deploymentId: 'vpn-hub-1', plan, needsApproval: false })).toEqual(first);
  expect(first).toEqual({ digest: planDigest(plan) });
  const kept = JSON.parse((await records.read(planDocument('vpn-hub-1', first.digest)))!);
  expect(kept).toMatchObject({ id: 'vpn-hub-1', gatewayId, steps: plan.steps });
});

it('another plan of the same deployment is kept beside it', async () => {
  const { plan: wider } = makePlan(request({ gateway: { sku: 'VpnGw2AZ' } }), facts(), defaults);
  const { digest } = await keep({ deploymentId: 'vpn-hub-1', plan: wider!, needsApproval: false });
  expect(digest).not.toBe(planDigest(plan));
  expect(await records.list('plans/vpn-hub-1/')).toHaveLength(2);
});

it('gives the locks that a decision on this very plan opens, and no other', async () => {
  const { digest, locks } = await keep({ deploymentId: 'vpn-hub-1', plan, needsApproval: true });
  const key = await decisionKey(rows);
  const lock = (deploymentId: string, approved: boolean) =>
    lockOf(decisionProof(key, deploymentId, { planDigest: digest, approved }));
  expect(locks).toEqual({ approve: lock('vpn-hub-1', true), reject: lock('vpn-hub-1', false) });
  expect(locks?.approve).not.toBe(locks?.reject);
  expect(locks?.approve).not.toBe(lock('vpn-hub-2', true));
});
