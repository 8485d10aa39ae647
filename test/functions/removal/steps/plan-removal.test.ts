import { describe, expect, it } from 'vitest';
import type { NpsOutcome } from '../../../../functions/deployment/steps/nps.ts';
import type { RemovalNeeds } from '../../../../functions/removal/facts.ts';
import { planNpsRemovals, planRemoval } from '../../../../functions/removal/steps/plan-removal.ts';
import { makeRemovalPlan } from '../../../../shared/deployment/removal/planning.ts';
import { removalFacts } from '../../../shared/deployment/removal/made-for-hub.ts';
import { gateway, gatewayId, hub, hubId, npsId } from '../../../shared/hub.ts';

const { plan } = makeRemovalPlan(removalFacts(), { gatewayId });
const change = (id: string, what: string, more = {}) =>
  ({ id, what, scope: 'own', restart: false, asks: true, ...more }) as const;
const answer = (changes: readonly ReturnType<typeof change>[], left: readonly string[] = []) => ({
  value: { changes, left, state: { otherRadiusClients: 3 } } as unknown as NpsOutcome,
});
const planned = (test: Parameters<ReturnType<typeof planNpsRemovals>>[0]['tests'][number]) =>
  planNpsRemovals()({ plan: plan!, tests: [test] });
const npsStep = ({ steps }: Awaited<ReturnType<typeof planned>>) => steps.find(({ name }) => name === 'nps');

describe('what an NPS server says of its removal', () => {
  const client = change('client-removed:vpngw-hub', 'radiusClient vpngw-hub: removed 10.0.255.224/27');
  const restart = change('service-restarted', 'service restarted', { scope: 'server' });

  it('completes the plan: what goes there, and the restart by which NPS forgets it', async () => {
    const told = await planned(answer([client, restart]));
    expect(told.servers).toMatchObject([{ changes: [client, restart], otherRadiusClients: 3 }]);
    expect(npsStep(told)).toMatchObject({ action: 'delete', target: npsId });
    expect(told.takesAway.at(-1)).toEqual({
      what: 'radiusClient',
      target: npsId,
      message: 'On nps-01: radiusClient vpngw-hub: removed 10.0.255.224/27.',
    });
    expect(told.warnings).toEqual([]);
  });

  it('is left there where no record names it, and where somebody changed it; the plan says both', async () => {
    const told = await planned(
      answer(
        [change('policy-removed:VPN users', 'networkPolicy VPN users: removed')],
        ['the rule lets in all'],
      ),
    );
    expect(told.servers).toMatchObject([{ changes: [] }]);
    expect(npsStep(told)).toEqual({ name: 'nps', action: 'keep', target: npsId });
    expect(told.warnings).toMatchObject([
      {
        code: 'NpsLeft',
        target: npsId,
        message: expect.stringContaining('networkPolicy VPN users: removed'),
      },
      { code: 'NpsLeft', target: npsId, message: expect.stringContaining('the rule lets in all') },
    ]);
  });

  it('keeps the step where everything is gone already', async () => {
    expect(npsStep(await planned(answer([])))).toEqual({ name: 'nps', action: 'keep', target: npsId });
  });

  it('stops the removal before anything is removed where it cannot be asked', async () => {
    const failure = { code: 'NpsRunTimedOut', message: 'The run did not finish in time.' };
    await expect(planned({ failure })).rejects.toMatchObject({
      failure: {
        code: 'RequestRefused',
        message: expect.stringMatching(/^Nothing was removed\./),
        details: [{ code: 'NpsRunTimedOut', message: expect.stringContaining('nps-01: '), target: npsId }],
      },
    });
  });
});

/** Ports that know the hub, and no record of it. */
const needs = (standing: ReturnType<typeof gateway> | undefined) =>
  ({
    rows: { page: async () => [] },
    gateways: { read: async () => standing, connectedNetworks: async () => [] },
    virtualNetworks: { read: async () => hub() },
  }) as unknown as RemovalNeeds;

describe('the facts of a removal', () => {
  const order = { virtualNetworkId: hubId, removal: { gatewayId } };

  it('one 404 for the gateway that was seen a moment ago is no fact: it is read again', async () => {
    await expect(planRemoval(needs(undefined))({ ...order, isSeen: true })).rejects.toMatchObject({
      failure: { code: 'GatewayGone', transient: true, target: gatewayId },
    });
  });

  it('without a record nothing is planned, whether the gateway is there or not', async () => {
    for (const standing of [gateway(), undefined])
      await expect(planRemoval(needs(standing))(order)).rejects.toMatchObject({
        failure: { code: 'RequestRefused', details: [{ code: 'NothingRecorded' }] },
      });
  });
});
