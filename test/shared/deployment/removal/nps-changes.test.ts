import { describe, expect, it } from 'vitest';
import { withNpsRemovals } from '../../../../shared/deployment/removal/nps-changes.ts';
import { makeRemovalPlan } from '../../../../shared/deployment/removal/planning.ts';
import type { NpsChange } from '../../../../shared/nps/result.ts';
import { gatewayId, npsHost, npsId } from '../../hub.ts';
import { recordedOf, recordedWithout, removalFacts } from './made-for-hub.ts';

const second = npsId.replace('nps-01', 'nps-02');
const facts = removalFacts({
  recorded: [...recordedWithout(), ...recordedOf([{ what: 'radiusClient', id: 'vpngw-hub', host: second }])],
  npsHosts: [
    { id: npsId, status: npsHost() },
    { id: second, status: npsHost({ id: second }) },
  ],
});
const change = (id: string, what: string, more: Partial<NpsChange> = {}): NpsChange => ({
  id,
  what,
  scope: 'own',
  restart: false,
  asks: false,
  ...more,
});
const client = change('client-removed:vpngw-hub', 'RADIUS client vpngw-hub removed', { restart: true });
const policy = change('policy-removed:VPN gateway vpngw-hub', 'network policy removed');
const firewall = change('firewall-closed:vpngw-hub', 'firewall rule removed');
const groups = change('group-policies-removed:vpngw-hub', 'policies of user groups removed');
const restart = change('service-restarted', 'NPS restarted', { scope: 'server', restart: true });
const mfa = change('mfa-loads-on-restart', 'the MFA extension is loaded', { scope: 'server' });

/** The plan after both servers were asked. */
const plannedWith = (
  first: readonly NpsChange[],
  other: readonly NpsChange[] = [],
  left: readonly string[] = [],
  otherRadiusClients: number | null = 4,
) =>
  withNpsRemovals(makeRemovalPlan(facts, { gatewayId }).plan!, [
    { changes: [...first], left: [...left], state: { otherRadiusClients } },
    { changes: [...other], left: [], state: { otherRadiusClients: 0 } },
  ]);
const npsSteps = (plan: ReturnType<typeof plannedWith>) => plan.steps.filter(({ name }) => name === 'nps');

describe('what the NPS servers of a removal report', () => {
  it('is in the steps, server by server, and no other step is changed by it', () => {
    const plan = plannedWith([client, policy, firewall, restart, mfa], [client]);
    expect(npsSteps(plan)).toEqual([
      {
        name: 'nps',
        action: 'delete',
        target: npsId,
        changes: [
          'RADIUS client vpngw-hub removed (restarts NPS)',
          'network policy removed',
          'firewall rule removed',
          'NPS restarted (for the whole server, restarts NPS)',
          'the MFA extension is loaded (for the whole server)',
        ],
      },
      {
        name: 'nps',
        action: 'delete',
        target: second,
        changes: ['RADIUS client vpngw-hub removed (restarts NPS)'],
      },
    ]);
    expect(plan.steps[0]).toEqual({ name: 'gateway', action: 'delete', target: gatewayId });
    expect(plan.servers.map(({ otherRadiusClients }) => otherRadiusClients)).toEqual([4, 0]);
  });

  it('is in what users may miss, named by server', () => {
    const plan = plannedWith([client, policy, firewall, restart], []);
    expect(plan.takesAway.filter(({ target }) => target === npsId)).toEqual([
      { what: 'radiusClient', target: npsId, message: 'On nps-01: RADIUS client vpngw-hub removed.' },
      { what: 'networkPolicy', target: npsId, message: 'On nps-01: network policy removed.' },
      { what: 'firewallRule', target: npsId, message: 'On nps-01: firewall rule removed.' },
    ]);
  });

  it('that no record names stays, and the plan says so, with what the server itself leaves', () => {
    const plan = plannedWith([client, groups, restart], [], ['the template "VPN" is used by others']);
    expect(plan.servers[0]!.changes).toEqual([client, restart]);
    expect(plan.warnings).toEqual([
      {
        code: 'NpsLeft',
        message:
          'Something stays on nps-01: no record says that this app made it (policies of user groups removed).',
        target: npsId,
      },
      {
        code: 'NpsLeft',
        message: 'Something stays on nps-01: the template "VPN" is used by others.',
        target: npsId,
      },
    ]);
  });

  it.each<[string, NpsChange[], 'delete' | 'keep']>([
    ['removes what was made, without a restart', [policy], 'delete'],
    ['restarts NPS, which an earlier removal did not get to', [mfa, restart], 'delete'],
    ['leaves NPS alone when only the next restart would change something', [mfa], 'keep'],
    ['leaves NPS alone when nothing is left there', [], 'keep'],
    ['leaves NPS alone when all that is left is of others', [groups], 'keep'],
  ])('%s', (_, changes, action) => {
    const plan = plannedWith(changes);
    expect(npsSteps(plan)[0]!.action).toBe(action);
    expect(npsSteps(plan)[0]).not.toHaveProperty(action === 'keep' ? 'changes' : 'nothing');
    expect(plan.servers[0]!.changes!.length > 0).toBe(action === 'delete');
  });

  it('counts no other clients where an old server does not tell', () => {
    expect(plannedWith([client], [], [], null).servers[0]!.otherRadiusClients).toBe(0);
  });
});
