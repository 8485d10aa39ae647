import { expect, it } from 'vitest';
import { planDigest } from '../../../shared/deployment/plan-statements.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { makeRemovalPlan } from '../../../shared/deployment/removal/planning.ts';
import { shownPlan } from '../../../shared/deployment/shown-plan.ts';
import { defaults, gateway, gatewayId, inPlace, request } from '../hub.ts';
import { removalFacts } from './removal/made-for-hub.ts';

const { plan } = makePlan(request(), inPlace(gateway({ sku: 'VpnGw2AZ' })), {
  ...defaults,
  npsExtras: { secretProofKey: 'proof' },
});

it('shows the plan with its digest, and nothing that only the app needs to carry it out', () => {
  const secret = 'key of nps-01';
  const shown = shownPlan({
    ...plan!,
    poolChoice: { supernet: '172.16.0.0/12', avoid: [] },
    groupPoolChoices: { staff: { supernet: '172.16.0.0/12', avoid: [] } },
    servers: plan!.servers.map((server) => ({ ...server, secretKey: secret })),
  });
  const { gatewayBefore, npsExtras, ...rest } = plan!;
  expect([gatewayBefore, npsExtras].every(Boolean)).toBe(true);
  expect(shown).toEqual({ digest: planDigest(plan!), ...rest });
});

it('shows what has changed since somebody approved the plan before it, and nothing where nothing has', () => {
  expect(shownPlan(plan!, ['The pool is another.'])).toMatchObject({
    changedSinceApproval: ['The pool is another.'],
  });
  expect(shownPlan(plan!)).not.toHaveProperty('changedSinceApproval');
});

it('shows all of a removal', () => {
  const removal = makeRemovalPlan(removalFacts(), { gatewayId }).plan!;
  expect(shownPlan(removal)).toEqual({ digest: planDigest(removal), ...removal });
});
