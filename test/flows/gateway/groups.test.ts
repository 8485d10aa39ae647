import { describe, expect, it } from 'vitest';
import { signIn } from '../../../simulator/rehearsal/sign-in.ts';
import { gatewayId, hub, type Stage, stageAfter } from '../stage/stage.ts';

const finance = {
  name: 'finance',
  windowsGroup: 'CONTOSO\\VPN Finance',
  addressPool: ['172.16.202.0/24'],
};
const operations = { name: 'operations', windowsGroup: 'CONTOSO\\VPN Operations' };
const everybody = { name: 'everybody', default: true };

/** The hub has its gateway, with three user groups: users of finance, of operations, and everybody else. */
const deployed = () =>
  stageAfter(async (story) => {
    const groups = [finance, operations, everybody];
    const ticket = story.ticket({ pointToSite: { addressPool: ['172.16.201.0/24'], groups } });
    const deployment = await story.ended(await story.send(ticket));
    expect(deployment.status).toBe('Succeeded');
    await story.host.runFor(60);
  });

const asking = (story: Stage, groups: object[]) => ({
  ticket: story.webhook('REQ0018000'),
  virtualNetworkId: hub,
  pointToSite: { groups },
});
const policyGroups = (story: Stage) =>
  story
    .properties(gatewayId)!
    .virtualNetworkGatewayPolicyGroups.map(
      ({ name, properties }: { name: string; properties: Record<string, unknown> }) => ({
        name,
        ...properties,
      }),
    );
/** Each pool, by the groups that get it. */
const pools = (story: Stage) =>
  Object.fromEntries(
    story
      .properties(gatewayId)!
      .vpnClientConfiguration.vngClientConnectionConfigurations.map(
        ({
          name,
          properties,
        }: {
          name: string;
          properties: { vpnClientAddressPool: { addressPrefixes: string[] } };
        }) => [name, properties.vpnClientAddressPool.addressPrefixes],
      ),
  );
const onNps = (story: Stage) =>
  story
    .nps('nps-01')
    .state()
    .networkPolicies.filter(({ sends }) => sends)
    .map(({ name, sends, order }) => `${order} ${name} ${sends}`);
const poolOf = async (story: Stage, user: string) => {
  const { outcome, group, addressPool } = await signIn(story, {
    gateway: gatewayId,
    from: '10.0.255.4',
    user,
  });
  return [outcome, group, ...(addressPool ?? [])];
};

describe('user groups', () => {
  it('get addresses of pools of their own, by what NPS sends for their Windows group', async () => {
    const story = await deployed();
    expect(policyGroups(story)).toMatchObject([
      { name: 'finance', isDefault: false, priority: 10, policyMembers: [{ attributeValue: '6ad1bd01' }] },
      { name: 'operations', isDefault: false, priority: 20, policyMembers: [{ attributeValue: '6ad1bd02' }] },
      { name: 'everybody', isDefault: true, priority: 30, policyMembers: [{ attributeValue: '6ad1bd03' }] },
    ]);
    expect(pools(story)).toEqual({
      finance: ['172.16.202.0/24'],
      operations: ['172.16.0.0/24'],
      everybody: ['172.16.1.0/24'],
    });
    expect(onNps(story)).toEqual([
      '1 VPN gateway vpngw-hub group finance 6ad1bd01',
      '2 VPN gateway vpngw-hub group operations 6ad1bd02',
    ]);
    expect(await poolOf(story, 'dora')).toEqual(['accepted', 'finance', '172.16.202.0/24']);
    // In both Windows groups: the policy with the lower priority number comes first.
    expect(await poolOf(story, 'emil')).toEqual(['accepted', 'finance', '172.16.202.0/24']);
    expect(await poolOf(story, 'anna')).toEqual(['accepted', 'everybody', '172.16.1.0/24']);

    // Another gateway's "auto" avoids the pools of groups.
    const { body } = await story.call(
      'POST',
      'deployments/plan',
      asking(story, [finance, operations, everybody]),
    );
    expect([body.problems, body.takesAway]).toEqual([[], []]);
  });

  it('that a ticket leaves out go on both sides, once somebody has approved it', async () => {
    const story = await deployed();
    const id = await story.send(asking(story, [everybody, { ...operations, priority: 5 }]));
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    expect(policyGroups(story)).toHaveLength(3);
    const question = story.answers().at(-1)!.text;
    expect(question).toContain(
      'The user group finance is removed. Its users get addresses of the default group',
    );
    expect(question).toContain('network policies removed, for: finance');
    const ended = await story.ended(await story.agree(id));
    expect(ended.status).toBe('Succeeded');
    expect(story.answers().at(-1)!.text).toMatch(
      /^The virtual network has point-to-site VPN through vpngw-hub/,
    );
    expect(policyGroups(story).map(({ name }: { name: string }) => name)).toEqual([
      'everybody',
      'operations',
    ]);
    expect(pools(story)).not.toHaveProperty('finance');
    expect(onNps(story)).toEqual(['1 VPN gateway vpngw-hub group operations 6ad1bd02']);
    expect(await poolOf(story, 'dora')).toEqual(['accepted', 'everybody', '172.16.1.0/24']);
  });

  it('whose policies somebody deleted are told by the check and made again by it; a removal takes them away', async () => {
    const story = await deployed();
    story.nps('nps-01').change((state) => {
      state.networkPolicies = state.networkPolicies.filter(({ sends }) => sends !== '6ad1bd01');
    });
    const check = async (order: object) => {
      const { body } = await story.call('POST', 'compliance/runs', order);
      await story.host.runUntil(() => story.host.durable.instance(body.id)?.status === 'Completed', {
        limitMinutes: 240,
      });
      await story.host.settled();
      return (await story.call('GET', 'compliance/latest')).body;
    };
    const found = (report: { findings: { rule: string }[] }) =>
      report.findings.filter(({ rule }) => /group/.test(rule)).map(({ rule }) => rule);
    expect(found(await check({}))).toEqual(['group-policies-missing']);
    await check({ remediate: true });
    await story.host.runFor(120);
    expect(onNps(story)).toHaveLength(2);
    expect(found(await check({}))).toEqual([]);

    const { body } = await story.call('POST', 'removals', {
      virtualNetworkGatewayId: gatewayId,
      keepGateway: true,
    });
    const removed = await story.ended(await story.agree(body.id));
    expect([removed.status, removed.error]).toEqual(['Succeeded', undefined]);
    expect([policyGroups(story), onNps(story)]).toEqual([[], []]);
  });
});
