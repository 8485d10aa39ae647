import { expect, it } from 'vitest';
import { desired, given, policyName, secret, writing } from './desired.ts';
import type { Answer, Command } from './engine.ts';

const always = 'TIMEOFDAY("0 00:00-24:00; 1 00:00-24:00")';
const policy = (change: string) => `$state.networkPolicies[0].${change}`;
const policyWith = (methods: string[], more = {}) =>
  desired({ networkPolicy: { name: policyName, grant: true, authenticationMethods: methods, ...more } });
const set = (before: string, want = desired()): Command[] => [
  { operation: 'Test', desired: want, secret, given: before },
  { operation: 'Set', desired: want, secret },
  { operation: 'Set', desired: want, secret },
];
const label = `networkPolicy ${policyName}`;
const umlaut = 'VPN für Außendienst';

export const stories = {
  'a policy that denies': set(''),
  'a disabled policy': set(policy('enabled = $false')),
  'PAP for OpenVPN': set('', policyWith(['EAP', 'PAP'])),
  'no EAP at all': set(
    policy(
      "attributes = @(@('msNPAllowDialin', 'boolean', '0'), @('msNPAuthenticationType2', 'int', '4'), @('msRADIUSFramedProtocol', 'int', '1'))",
    ),
  ),
  'EAP without EAP-MSCHAPv2': set(
    policy(
      "attributes = @(@('msNPAllowDialin', 'boolean', '1'), @('msNPAuthenticationType2', 'int', '5'), @('msNPAllowedEapType', 'bin.hex', '19000000000000000000000000000000'))",
    ),
  ),
  'a denying policy before': set(given.policyBefore('Deny all', always)),
  'a denying policy for a group before': set(
    given.policyBefore('Deny guests', 'USERNTGROUPS("S-1-5-21-1-2-3-513")'),
  ),
  'a granting policy before': set(given.policyBefore('Grant all', always, 1)),
  'the other default policy first': set(
    '$state.networkPolicies[0].order = 5; $state.networkPolicies[1].order = 2',
  ),
  'everything at once': set(
    `${given.policyBefore('Deny all', always)}; $state.networkPolicies[1].enabled = $false`,
    policyWith(['EAP', 'PAP']),
  ),
  'a policy that is wanted to deny': set(
    policy("attributes[0] = @('msNPAllowDialin', 'boolean', '1')"),
    policyWith(['EAP'], { grant: false }),
  ),
  'no such policy': set(
    '',
    desired({ networkPolicy: { name: 'VPN', grant: true, authenticationMethods: ['EAP'] } }),
  ),
  'a name with umlauts': set(
    policy(`name = '${umlaut}'`),
    desired({ networkPolicy: { name: umlaut, grant: true, authenticationMethods: ['EAP'] } }),
  ),
  'netsh that drops attributes': set(given.fault('netsh', 'drops-attributes')),
  'netsh that does nothing': set(given.fault('netsh', 'ignores')),
  'netsh that fails': set(given.failing('netsh.exe', 'Zugriff verweigert.')),
} satisfies Record<string, Command[]>;

export function networkPolicy(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index: number) => told()[story]?.[index] as Answer;
  const ids = (answer: Answer) => answer.result.findings.map((finding: { id: string }) => finding.id);
  const held = (answer: Answer, name = policyName) =>
    answer.state.networkPolicies.find((each: { name: string }) => each.name === name);
  const values = (answer: Answer, attribute: string) =>
    held(answer)
      .attributes.filter((each: string[]) => each[0] === attribute)
      .map((each: string[]) => each[2]);

  it.each([
    ['a policy that denies', 'policy-denies', `${label}: access permission set to grant`],
    ['a disabled policy', 'policy-disabled', `${label}: enabled`],
    ['PAP for OpenVPN', 'auth-method-missing', `${label}: authentication method PAP allowed`],
    ['no EAP at all', 'auth-method-missing', `${label}: authentication method EAP allowed`],
    ['EAP without EAP-MSCHAPv2', 'auth-method-missing', `${label}: authentication method EAP allowed`],
    ['a denying policy before', 'policy-order', `${label}: order 2 -> 1, before 'Deny all'`],
    [
      'the other default policy first',
      'policy-order',
      `${label}: order 2 -> 1, before 'Connections to other access servers'`,
    ],
  ] as const)('%s: %s, then set right, then left alone', (story, finding, text) => {
    expect(ids(step(story, 0))).toContain(finding);
    expect(step(story, 0).result.changes).toContain(text);
    expect(step(story, 1).result.changes).toContain(text);
    expect(ids(step(story, 1))).toEqual([]);
    expect(step(story, 2).result).toMatchObject({ changed: false, findings: [] });
  });

  it('keeps the authentication methods and attributes that were there', () => {
    expect(values(step('PAP for OpenVPN', 1), 'msNPAuthenticationType2')).toEqual([
      '5',
      '4',
      '10',
      '3',
      '9',
      '1',
    ]);
    expect(values(step('PAP for OpenVPN', 1), 'msRASMPPEEncryptionType')).toEqual(['14']);
    expect(values(step('no EAP at all', 1), 'msNPAuthenticationType2')).toEqual(['4', '5']);
    expect(values(step('EAP without EAP-MSCHAPv2', 1), 'msNPAllowedEapType')).toEqual([
      '19000000000000000000000000000000',
      '1a000000000000000000000000000000',
    ]);
    expect(step('EAP without EAP-MSCHAPv2', 1).result.state.networkPolicy.authenticationMethods).toEqual([
      'EAP',
      'PEAP',
      'EAP-MSCHAPv2',
    ]);
  });

  it('leaves the other policies as they are', () => {
    const other = (answer: Answer) => held(answer, 'Connections to other access servers');
    expect(other(step('a policy that denies', 1))).toEqual(other(step('a policy that denies', 0)));
    expect(held(step('a denying policy before', 1), 'Deny all').attributes).toEqual([
      ['msNPAllowDialin', 'boolean', '0'],
    ]);
  });

  it('does not move before policies that do not stand in the way', () => {
    for (const story of ['a denying policy for a group before', 'a granting policy before'] as const) {
      expect(ids(step(story, 0))).not.toContain('policy-order');
      expect(step(story, 1).result.state.networkPolicy.order).toBe(2);
    }
  });

  it('changes everything with one netsh command', () => {
    const { state, result } = step('everything at once', 1);
    expect(result.findings).toEqual([]);
    expect(held(step('everything at once', 1))).toMatchObject({ enabled: true, order: 1 });
    const calls = state.calls.filter((call: string) => call.startsWith('netsh.exe nps set np'));
    expect(calls).toHaveLength(1);
    for (const setting of [
      `name = ${policyName} `,
      ' state = enable ',
      ' processingorder = 1 profileid ',
      ' profileid = 0x100f profiledata = TRUE ',
      // A list attribute whole: 0x1009 is NP-Authentication-Type, 1 is PAP.
      ' profileid = 0x1009 profiledata = 0x5 profiledata = 0x4 profiledata = 0xa profiledata = 0x3 profiledata = 0x9 profiledata = 0x1',
    ]) {
      expect(calls[0]).toContain(setting);
    }
  });

  it('denies where that is wanted, without a finding', () => {
    const story = 'a policy that is wanted to deny';
    expect(ids(step(story, 0))).not.toContain('policy-denies');
    expect(step(story, 1).result.changes).toContain(`${label}: access permission set to deny`);
    expect(step(story, 1).result.state.networkPolicy.grant).toBe(false);
  });

  it('a policy that does not exist is an error that names those which do', () => {
    expect(ids(step('no such policy', 0))).toContain('policy-missing');
    expect(step('no such policy', 0).result.state.networkPolicy).toMatchObject({
      name: 'VPN',
      exists: false,
    });
    const { exitCode, result, state } = step('no such policy', 1);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'PolicyNotFound', target: 'networkPolicy.name' });
    expect(result.error.message).toContain(`'${policyName}', 'Connections to other access servers'`);
    expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it('a name that is not ASCII survives in both directions', () => {
    const { output, result } = step('a name with umlauts', 1);
    expect(output).toMatch(/^[ -~]*$/);
    expect(result.state.networkPolicy).toMatchObject({ name: umlaut, grant: true });
    expect(result.changes).toContain(`networkPolicy ${umlaut}: access permission set to grant`);
  });

  it.each([
    ['netsh that drops attributes', 'changed other settings as well'],
    ['netsh that does nothing', 'the network policy is not changed'],
    ['netsh that fails', 'exit code 1: Zugriff verweigert'],
  ] as const)('%s: the configuration is put back, and said so', (story, reason) => {
    const { exitCode, result, state } = step(story, 1);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'ApplyFailed', target: 'changing the network policy' });
    expect(result.error.message).toContain(reason);
    expect(result.error.message).toContain('The NPS configuration was put back as it was before.');
    expect(held(step(story, 1))).toEqual(held(step(story, 0)));
    expect(state.radiusClients).toEqual([]);
    expect(
      result.changes.some(
        (change: string) => change.startsWith('networkPolicy') || change.startsWith('radiusClient'),
      ),
    ).toBe(false);
  });

  it('names the settings that netsh changed as well', () => {
    expect(step('netsh that drops attributes', 1).result.error.message).toContain(
      `NPS/RadiusProfiles/${policyName}/msRADIUSFramedProtocol`,
    );
  });
}
