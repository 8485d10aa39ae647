import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../shared/deployment/contract.ts';
import { planDifferences, planDigest, planStatements } from '../../../shared/deployment/plan-statements.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { makeRemovalPlan } from '../../../shared/deployment/removal/planning.ts';
import { defaults, facts, gatewayId, hubId, npsId, request } from '../hub.ts';
import { removalFacts } from './removal/made-for-hub.ts';

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
  const two = but({ protocols: ['IkeV2', 'OpenVPN'] });
  expect(planDigest(but({ protocols: ['OpenVPN', 'IkeV2'] }))).toBe(planDigest(two));
  const same = but({
    protocols: [...plan.protocols].reverse(),
    estimatedMinutes: plan.estimatedMinutes + 5,
    estimatedMonthlyCost: 400,
    warnings: [{ code: 'Mind', message: 'something' }],
  });
  expect(planDigest(same)).toBe(planDigest(plan));
  expect(planDifferences(plan, same)).toEqual([]);
});

describe('what a plan says', () => {
  const entra = { tenant: 'https://login.microsoftonline.com/t', audience: 'client', issuer: 'i' };
  const migration = {
    path: 'to-entra',
    title: 'To Entra ID',
    forUsers: 'They get a new profile.',
    goBack: 'Reject it.',
    atTheEnd: 'RADIUS is removed.',
    source: 's',
  } as const;

  it('is one sentence for each thing', () => {
    const secret = plan.servers[0]!.secretName;
    const own = [`RADIUS client vpngw-hub is 10.0.255.224/27 with the shared secret`];
    expect(
      planStatements(
        but({
          otherServers: [{ address: '10.9.9.9', score: 1 }],
          addressPool: ['172.16.9.0/24', '172.16.8.0/24'],
          steps: plan.steps.map((step) =>
            step.name === 'nps' ? { ...step, changes: [...own, 'more'] } : step,
          ),
          takesAway: [{ what: 'protocol', target: 'OpenVPN', message: 'OpenVPN goes.' }],
        }),
      ),
    ).toEqual([
      `Virtual network: ${hubId}`,
      `Gateway: ${gatewayId}, SKU VpnGw1AZ, active-standby`,
      'GatewaySubnet: 10.0.255.224/27',
      'Client address pool: 172.16.8.0/24, 172.16.9.0/24',
      'Protocols: IkeV2; authentication: Radius',
      `RADIUS server: 10.0.1.4, score 30, on ${npsId}, secret in Key Vault: ${secret}`,
      'RADIUS server: 10.9.9.9, score 1, kept as it is, on a machine that this app does not configure',
      'Network policy: "Connections to Microsoft Routing and Remote Access server"; MFA extension: require',
      `Step gatewaySubnet: create ${hubId}/subnets/GatewaySubnet: 10.0.255.224/27`,
      `Step publicIp: create ${plan.publicIpIds[0]}`,
      `Step radiusSecret: create ${secret}`,
      `Step gateway: create ${gatewayId}: SKU VpnGw1AZ; active-standby`,
      `Step nps: update ${npsId}: ${own[0]}; more`,
      expect.stringContaining(`Step pointToSite: create ${gatewayId}: `),
      'Removes: OpenVPN goes.',
    ]);
    expect(planStatements(but({ activeActive: true }))).toContain(
      `Gateway: ${gatewayId}, SKU VpnGw1AZ, active-active`,
    );
    expect(planStatements(but({ addressPool: [] }))).toContain('Client address pool: none');
  });

  it('of an NPS server that was asked is a sentence for each change, and of another is its step', () => {
    const second = npsId.replace('nps-01', 'nps-02');
    const change = { id: 'client-added:x', what: 'client added', scope: 'own', restart: false, asks: false };
    const first = plan.servers[0]!;
    const nps = { name: 'nps', action: 'update', changes: ['client added'] } as const;
    const said = planStatements(
      but({
        servers: [
          { ...first, changes: [change as never] },
          { ...first, host: second },
        ],
        steps: [
          { ...nps, target: npsId.toUpperCase() },
          { ...nps, target: second },
          { name: 'pointToSite', action: 'update', target: npsId, changes: ['a pool'] },
        ],
      }),
    );
    expect(said.filter((one) => /^Step|^NPS/.test(one))).toEqual([
      `Step nps: update ${npsId.toUpperCase()}`,
      `Step nps: update ${second}: client added`,
      `Step pointToSite: update ${npsId}: a pool`,
      'NPS on nps-01: number of other RADIUS clients that use it: 0',
      'NPS on nps-01 [client-added:x, own]: client added',
    ]);
  });

  it('of a group that nobody asks for, is that it stays', () => {
    const group = {
      name: 'entra',
      isDefault: true,
      priority: 1,
      members: [],
      addressPool: ['172.17.0.0/24'],
    };
    const said = (more: Partial<Plan>) =>
      planStatements(but({ groups: [group], ...more })).filter((one) => one.startsWith('User group'));
    expect(said({})).toEqual([expect.stringMatching(/^User group: entra .*, kept as it is$/)]);
    expect(said({ askedGroups: [{ name: 'other', attribute: 'a', windowsGroup: 'X\\Y' }] })).toEqual(
      said({}),
    );
  });

  it.each([
    ['first', 'adds the new way to the old one', true],
    ['last', 'the end: the old way is removed', false],
    ['only', 'one change', false],
  ] as const)('of the %s part of a migration, is what it means for users', (part, inWords, hasEnd) => {
    expect(
      planStatements(but({ entra, migration: { ...migration, part } })).slice(0, hasEnd ? 5 : 4),
    ).toEqual([
      `Migration: To Entra ID (${inWords})`,
      'For users: They get a new profile.',
      'To go back: Reject it.',
      ...(hasEnd ? ['At the end, when somebody says that users have moved: RADIUS is removed.'] : []),
      'Entra sign-in: https://login.microsoftonline.com/t, for the client client',
    ]);
    const { atTheEnd: _, ...endless } = migration;
    expect(planStatements(but({ migration: { ...endless, part } }))[3]).toBe(`Virtual network: ${hubId}`);
  });

  it('of a removal, is what goes; what goes from NPS the server itself says', () => {
    const { takesAway, ...removal } = makeRemovalPlan(removalFacts(), { gatewayId }).plan!;
    expect(planStatements({ ...removal, takesAway: takesAway.slice(1, 2) })).toEqual([
      `Virtual network: ${hubId}`,
      `Removal of what this app has made for the gateway ${gatewayId} (delete)`,
      `Step gateway: delete ${gatewayId}`,
      'Step radiusSecret: delete radius-hub: disabled: v1; deleted; Key Vault can still recover it',
      `Step publicIp: delete ${removal.removes.publicIpIds[0]}`,
      `Step gatewaySubnet: delete ${hubId}/subnets/GatewaySubnet`,
      'Removes: The shared secret radius-hub is disabled in Key Vault.',
    ]);
  });
});
