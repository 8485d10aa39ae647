import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../shared/deployment/contract.ts';
import { planDifferences, planDigest, planStatements } from '../../../shared/deployment/plan-statements.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { defaults, facts, request } from '../hub.ts';

const plan = makePlan(request(), facts(), defaults).plan!;
const but = (changes: Partial<Plan>): Plan => ({ ...plan, ...changes });

describe('the digest is that of another plan', () => {
  it.each<[string, Partial<Plan>]>([
    ['for another gateway', { gatewayId: `${plan.gatewayId}-2` }],
    ['with another SKU', { sku: 'VpnGw2AZ' }],
    ['active-active', { activeActive: !plan.activeActive }],
    ['with another pool', { addressPool: ['172.16.9.0/24'] }],
    ['with another protocol', { protocols: ['OpenVPN'] }],
    ['with another machine', { servers: plan.servers.map((one) => ({ ...one, host: `${one.host}-x` })) }],
    ['with another score', { servers: plan.servers.map((one) => ({ ...one, score: one.score + 1 })) }],
    ['with a server of others', { otherServers: [{ address: '10.9.9.9', score: 1 }] }],
    ['with another secret', { servers: plan.servers.map((one) => ({ ...one, secretName: 'another' })) }],
    ['with another policy', { networkPolicy: 'another' }],
    ['without a second factor', { mfaExtension: 'skip' }],
    ['with a step fewer', { steps: plan.steps.slice(1) }],
    ['that removes something', { takesAway: [{ what: 'protocol', target: 'OpenVPN', message: 'gone' }] }],
  ])('%s', (_, changes) => {
    const other = but(changes);
    expect(planDigest(other)).not.toBe(planDigest(plan));
    const told = planDifferences(plan, other);
    expect(told.length).toBeGreaterThan(0);
    for (const one of told) {
      const [, sentence = ''] = /^(?:new|no more): (.*)$/.exec(one) ?? [];
      expect(planStatements(plan).includes(sentence)).not.toBe(planStatements(other).includes(sentence));
    }
  });
});

it('is the same for the same plan, in another order, at another time, at another price', () => {
  const same = but({
    protocols: [...plan.protocols].reverse(),
    estimatedMinutes: plan.estimatedMinutes + 5,
    estimatedMonthlyCost: 400,
    warnings: [{ code: 'Mind', message: 'something' }],
  });
  expect(planDigest(same)).toBe(planDigest(plan));
  expect(planDifferences(plan, same)).toEqual([]);
});
