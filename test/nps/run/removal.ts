import { expect, it } from 'vitest';
import { desired, given, inAnyOrder, policyName, secret, writing } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const ownName = 'VPN gateway vpngw-hub';
const own = desired({
  networkPolicy: { kind: 'auto', name: policyName, ownName, authenticationMethods: ['EAP'] },
});
const ids = ['client-removed:vpngw-hub', 'firewall-closed:vpngw-hub', `policy-removed:${ownName}`];
const absent = (approvedChanges?: readonly string[], changes: object = {}) => ({
  ensure: 'absent',
  radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
  networkPolicy: { ownName },
  ...(approvedChanges && { approvedChanges }),
  ...changes,
});
const closed = '$state.firewall = @()';
/** A server of others, on which the gateway gets a policy and a rule of its own. */
const made: Command = {
  operation: 'Set',
  desired: own,
  secret,
  given: `${given.client('wifi-ap', '192.168.7.1')}; ${closed}`,
};
const removed: Command = { operation: 'Set', desired: absent(ids) };
const after = (edit: string): Command[] => [made, { ...removed, given: edit }];

export const stories = {
  'what Set has made': [
    made,
    { operation: 'Test', desired: absent() },
    { operation: 'Set', desired: absent() },
    { operation: 'Set', desired: absent(['client-removed:vpngw-hub']) },
    removed,
    removed,
  ],
  'nothing but the article policy': [
    { operation: 'Set', desired: desired(), secret },
    { operation: 'Set', desired: absent(ids) },
  ],
  'single addresses': [
    { operation: 'Set', desired: desired(), secret, given: given.fault('prefix', 'refused') },
    { operation: 'Set', desired: absent(ids) },
  ],
  'a client with another address by now': after(
    "($state.radiusClients | Where-Object { $_.name -eq 'vpngw-hub' }).address = '10.0.255.0/26'",
  ),
  'a client of another name for the address': [
    { operation: 'Test', desired: absent(ids), given: given.client('old-gateway', '10.0.255.0/27') },
  ],
  'a policy that others meet by now': after(
    `($state.networkPolicies | Where-Object { $_.name -eq '${ownName}' }).conditions = @('MATCH("NAS-Port-Type=^5$")')`,
  ),
  'a rule that lets others in by now': after(
    "($state.firewall | Where-Object { $_.name -like 'VpnNps-*' }).remote = '10.0.0.0/8'",
  ),
  'NPS does not start again': after(given.failing('Restart-Service', 'the service does not answer')),
  'a policy that netsh does not delete': after(given.failing('netsh.exe', 'kein Zugriff')),
  'an extension that is not loaded yet': after('Set-StandInValue $state.running mfa $false'),
  'no policy named': [{ operation: 'Set', desired: absent(ids, { networkPolicy: undefined }) }],
  'no client named': [{ operation: 'Set', desired: absent(ids, { radiusClients: [] }) }],
  'neither present nor absent': [{ operation: 'Set', desired: { ...absent(ids), ensure: 'gone' } }],
} satisfies Record<string, readonly Command[]>;

const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

export function removal(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index = -1) => told()[story]!.at(index)!;
  const before = (story: keyof typeof stories) => told()[story]![0]!.state;

  it('Test names each thing that Set has made, and that each needs an approval; nothing is written', () => {
    const { result, state } = step('what Set has made', 1);
    expect(result.changes).toMatchObject([
      { id: ids[0], scope: 'own', restart: true, asks: true },
      { id: ids[1], scope: 'own', asks: true },
      { id: ids[2], scope: 'own', restart: true, asks: true },
    ]);
    expect(result).toMatchObject({ changed: false, findings: [], left: [] });
    const since = state.calls.slice(step('what Set has made', 0).state.calls.length);
    expect(since.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it('without an approval nothing is removed, and with one of them only that', () => {
    expect(step('what Set has made', 2).result).toMatchObject({ changed: false, changes: [] });
    expect(step('what Set has made', 2).state.radiusClients).toEqual(
      before('what Set has made').radiusClients,
    );
    const { changes, state } = step('what Set has made', 3);
    expect(changes).toEqual(['radiusClient vpngw-hub: removed 10.0.255.0/27']);
    expect(names(state.radiusClients)).toEqual(['wifi-ap']);
    expect(names(state.networkPolicies)).toContain(ownName);
  });

  it('removes what was approved, restarts NPS once, and leaves everything of others as it was', () => {
    const { changes, result, state } = step('what Set has made', 4);
    expect(changes).toEqual([
      'firewall: the rule for 10.0.255.0/27 removed',
      `networkPolicy ${ownName}: removed`,
    ]);
    expect(result).toMatchObject({ changed: true, left: [] });
    expect(result.state).toMatchObject({
      radiusClients: [],
      networkPolicy: { name: ownName, exists: false },
    });
    expect(names(state.radiusClients)).toEqual(['wifi-ap']);
    const others = before('what Set has made').networkPolicies.filter(
      ({ name }: { name: string }) => name !== ownName,
    );
    const held = (policies: typeof others) =>
      policies.map(({ order: _, ...policy }: { order: number }) => inAnyOrder(policy as never));
    expect(held(state.networkPolicies)).toEqual(held(others));
    expect(state.firewall).toEqual([]);
    expect(state.audit).toEqual(before('what Set has made').audit);
    expect(state.service.restarts).toBe(3);
    expect(state.running.radiusClients).toEqual(state.radiusClients);
  });

  it('a second time there is nothing left to remove', () => {
    expect(step('what Set has made').result).toMatchObject({ changed: false, changes: [], left: [] });
    expect(step('what Set has made').state.service.restarts).toBe(3);
  });

  it('leaves the policy that every RADIUS client meets, also where Set made it grant', () => {
    const { changes, state } = step('nothing but the article policy');
    expect(changes).toEqual(['radiusClient vpngw-hub: removed 10.0.255.0/27']);
    expect(state.networkPolicies.map(inAnyOrder)).toEqual(
      before('nothing but the article policy').networkPolicies.map(inAnyOrder),
    );
  });

  it('removes the clients that stand for the single addresses of the subnet', () => {
    expect(before('single addresses').radiusClients).toHaveLength(27);
    expect(step('single addresses').state.radiusClients).toEqual([]);
  });

  it.each([
    ['a client with another address by now', 'vpngw-hub', 'now has the address 10.0.255.0/26'],
    ['a client of another name for the address', 'old-gateway', 'has another name than Set gives it'],
  ] as const)('leaves %s, and tells it', (story, client, sentence) => {
    expect(names(step(story).state.radiusClients)).toContain(client);
    expect(step(story).result.left.join()).toContain(sentence);
  });

  it('leaves a policy and a rule that are somebody else’s by now, and tells them', () => {
    const policy = step('a policy that others meet by now');
    expect(names(policy.state.networkPolicies)).toContain(ownName);
    expect(policy.result.left.join()).toContain('now asks for MATCH("NAS-Port-Type=^5$")');
    const rule = step('a rule that lets others in by now');
    expect(names(rule.state.firewall)).toEqual(['VpnNps-RADIUS-vpngw-hub']);
    expect(rule.result.left.join()).toContain('now lets in 10.0.0.0/8');
    for (const { state } of [policy, rule]) expect(names(state.radiusClients)).toEqual(['wifi-ap']);
  });

  it.each(['NPS does not start again', 'a policy that netsh does not delete'] as const)(
    'puts everything back when %s',
    (story) => {
      const { exitCode, result, state } = step(story);
      expect(exitCode).toBe(1);
      expect(result.error).toMatchObject({ code: 'ApplyFailed' });
      expect(result.error.message).toContain('The NPS configuration was put back as it was before');
      const was = before(story);
      const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
      expect(state.radiusClients.toSorted(byName)).toEqual(was.radiusClients.toSorted(byName));
      expect(names(state.networkPolicies).toSorted()).toEqual(names(was.networkPolicies).toSorted());
      expect(names(state.firewall)).toEqual(names(was.firewall));
    },
  );

  it('asks before its restart loads the extension for the users of others', () => {
    const { result, state } = step('an extension that is not loaded yet');
    expect(result.error).toMatchObject({ code: 'MfaLoadsOnRestart' });
    expect(names(state.radiusClients)).toContain('vpngw-hub');
  });

  it.each([
    ['no policy named', 'networkPolicy'],
    ['no client named', 'radiusClients'],
    ['neither present nor absent', 'ensure'],
  ] as const)('%s: the desired state is refused, and says which field', (story, target) => {
    expect(step(story).result.error).toMatchObject({ code: 'DesiredStateInvalid', target });
  });
}
