import type { InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import type { PlanNeeds } from '../../../../functions/deployment/planning/facts.ts';
import { planDeployment } from '../../../../functions/deployment/steps/plan-deployment.ts';
import { hubId, request } from '../../../shared/hub.ts';

const needs = { virtualNetworks: { read: async () => undefined } } as unknown as PlanNeeds;
const context = { log: () => {} } as unknown as InvocationContext;

it('a VNet that nobody has seen is a mistake in the request', async () => {
  await expect(planDeployment(needs)({ request: request() }, context)).rejects.toMatchObject({
    failure: { code: 'RequestRefused', details: [{ code: 'VirtualNetworkNotFound' }] },
  });
});

it('one that was there a moment ago is asked for again', async () => {
  await expect(planDeployment(needs)({ request: request(), isSeen: true }, context)).rejects.toMatchObject({
    failure: { code: 'VirtualNetworkGone', target: hubId, transient: true },
  });
});
