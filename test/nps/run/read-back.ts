import { expect, it } from 'vitest';
import { desired, given, inAnyOrder, oldSecret, policyName, secret } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const ownName = 'VPN gateway vpngw-hub';
const own = desired({
  networkPolicy: { kind: 'own', ownName, authenticationMethods: ['EAP'] },
});
const withPap = desired({ networkPolicy: { name: policyName, authenticationMethods: ['EAP', 'PAP'] } });
const finance = { group: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', attribute: '6ad1bd08' };
const withGroup = { ...own, groupPolicies: { prefix: `${ownName} group `, wanted: [finance] } };
const absent = {
  ensure: 'absent',
  radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
  networkPolicy: { ownName },
  approvedChanges: ['client-removed:vpngw-hub', `policy-removed:${ownName}`],
};
const faults = (commands: string) =>
  `Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ ${commands} })`;
const failing = (command: string, message: string, after = 0) =>
  `'${command}' = [pscustomobject]@{ message = '${message}'; after = ${after} }`;
const noRestart = failing('Restart-Service', 'Service IAS failed to start');

/** What the server is like, and then one Set. */
const set = (before: string, want: object = desired()): Command[] => [
  { operation: 'Get', desired: desired(), given: before },
  { operation: 'Set', desired: want, secret },
];
const removing = (before: string): Command[] => [
  { operation: 'Set', desired: own, secret },
  { operation: 'Set', desired: absent, given: before },
];

export const stories = {
  'a policy that netsh does not add': set(given.fault('netsh', 'ignores'), own),
  'a list of which netsh keeps one value': set(given.fault('netsh', 'drops-values'), withPap),
  'netsh adds a policy of a group and disables another': [
    { operation: 'Set', desired: own, secret },
    { operation: 'Set', desired: withGroup, given: given.fault('netsh', 'does-more') },
  ],
  'a client that NPS does not remove': removing("Set-StandInValue $state.faults 'keepsClients' $true"),
  'a policy that netsh does not remove': removing(given.fault('netsh', 'ignores')),
  'netsh removes a policy and disables another': removing(given.fault('netsh', 'does-more')),
  'a service that ends after it was started': set(given.fault('serviceAfterStart', 'Stopped')),
  'a firewall rule that cannot be removed again': set(
    `foreach ($rule in $state.firewall) { $rule.enabled = $false }; ${faults(`${noRestart}; ${failing('Remove-NetFirewallRule', 'Access is denied')}`)}`,
  ),
  'a secret that cannot be taken back': set(
    `${given.client('vpngw-hub', '10.0.255.0/27')}; ${faults(`${noRestart}; ${failing('Set-NpsRadiusClient', 'Access is denied', 1)}`)}`,
  ),
} satisfies Record<string, Command[]>;

type Named = { name: string };
type Policy = Named & { attributes: string[][] };
const byName = <T extends Named>(some: readonly T[]) =>
  some.toSorted((one, other) => one.name.localeCompare(other.name));

/** A success that NPS or netsh reports proves nothing: what was written is read back. */
export function readBack(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index = -1) => told()[story]?.at(index) as Answer;

  it.each([
    ['a policy that netsh does not add', 'netsh nps reported success, but the network policy is not there'],
    [
      'a list of which netsh keeps one value',
      'netsh nps set np removed authentication methods that were allowed before (',
    ],
    ['a client that NPS does not remove', 'NPS still shows the RADIUS client vpngw-hub after removing it'],
    [
      'a policy that netsh does not remove',
      'netsh nps reported success, but the network policy is still there',
    ],
    ['a service that ends after it was started', 'the service IAS does not run after it was restarted'],
  ] as const)('%s: that is found out, and all is put back', (story, problem) => {
    const { exitCode, result, state } = step(story);
    const before = step(story, -2).state;
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'ApplyFailed', message: expect.stringContaining(problem) });
    expect(result.error.message).toContain('was put back as it was before');
    expect(byName(state.radiusClients)).toEqual(byName(before.radiusClients));
    expect(byName<Policy>(state.networkPolicies).map(inAnyOrder)).toEqual(
      byName<Policy>(before.networkPolicies).map(inAnyOrder),
    );
  });

  it.each([
    ['netsh adds a policy of a group and disables another', ownName],
    ['netsh removes a policy and disables another', 'Connections to other access servers'],
  ] as const)('%s: the other one is named', (story, other) => {
    const { exitCode, result } = step(story);
    expect(exitCode).toBe(1);
    expect(result.error.message).toContain(
      `changed other settings as well: NPS/NetworkPolicy/${other}/Policy_Enabled`,
    );
  });

  it('a firewall rule that stays open is told as left', () => {
    const { result, state } = step('a firewall rule that cannot be removed again');
    expect(result.error.message).toContain(
      "The firewall rule could NOT be removed again (remove rule 'VpnNps-RADIUS-vpngw-hub').",
    );
    expect(result.changes).toContainEqual({
      id: 'left-changed',
      what: 'firewall: left open for the gateway',
      scope: 'own',
    });
    expect(state.firewall.map(({ name }: Named) => name)).toContain('VpnNps-RADIUS-vpngw-hub');
  });

  it('while the new secret is still in NPS nothing is exported, and nobody is told that all is as before', () => {
    const { result, state } = step('a secret that cannot be taken back');
    expect(state.radiusClients).toMatchObject([{ name: 'vpngw-hub', sharedSecret: secret }]);
    expect(state.exportedSecrets).toEqual([oldSecret]);
    expect(result.error.message).toContain(
      "It is NOT known whether the NPS configuration was put back (the RADIUS client 'vpngw-hub' still holds the new secret).",
    );
    expect(result.error.message).toMatch(/Compare it with the backup '.*nps-\d{8}-\d{6}-\d{3}\.xml'/);
    expect(result.changes).toContainEqual({
      id: 'left-changed',
      what: 'NPS configuration: left partly changed',
      scope: 'shared',
    });
  });
}
