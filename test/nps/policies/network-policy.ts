import { expect, it } from 'vitest';
import { desired, given, inAnyOrder, policyName, secret, writing } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const always = `TIMEOFDAY("${[0, 1, 2, 3, 4, 5, 6].map((day) => `${day} 00:00-24:00`).join('; ')}")`;
const policy = (change: string) => `$state.networkPolicies[0].${change}`;
const policyWith = (methods: string[], more = {}) =>
  desired({ networkPolicy: { name: policyName, grant: true, authenticationMethods: methods, ...more } });
const set = (before: string, want = desired()): Command[] => [
  { operation: 'Test', desired: want, secret, given: before },
  { operation: 'Set', desired: want, secret },
  { operation: 'Set', desired: want, secret },
];
/** The second Set has an approval for one more change than the first one made. */
const approving = (id: string, before: string, want = desired()): Command[] => [
  { operation: 'Test', desired: want, secret, given: before },
  { operation: 'Set', desired: want, secret },
  { operation: 'Set', desired: { ...want, approvedChanges: [id] }, secret },
];
const label = `networkPolicy ${policyName}`;
const ownName = 'VPN gateway vpngw-hub';
const own = (kind: 'own' | 'auto', methods = ['EAP']) =>
  desired({
    networkPolicy: { kind, name: policyName, ownName, grant: true, authenticationMethods: methods },
  });
const wifi = given.client('wifi', '10.9.9.0/24');
const withPap = policyWith(['EAP', 'PAP']);
const disorder = `${given.policyBefore('Deny all', always)}; $state.networkPolicies[1].enabled = $false`;
const everything = [
  'audit-on',
  'limit-proxy-state-on',
  'mfa-text-codes',
  'client-added:vpngw-hub',
  `policy-grant:${policyName}`,
  `policy-enabled:${policyName}`,
  `policy-order:${policyName}:before:Deny all`,
  `policy-method-PAP:${policyName}`,
];
const umlaut = 'VPN für Außendienst';

export const stories = {
  'a policy that denies': set(''),
  'a policy that denies after a gateway was set up': [
    { operation: 'Set', desired: desired(), secret },
    ...approving(
      `policy-grant:${policyName}`,
      "$state.networkPolicies[0].attributes = @(foreach ($one in $state.networkPolicies[0].attributes) { if ($one[0] -eq 'msNPAllowDialin') { , @('msNPAllowDialin', 'boolean', '0') } else { , $one } })",
    ),
  ],
  'its own policy, which denies': [
    { operation: 'Set', desired: own('own'), secret },
    ...approving(
      `policy-grant:${ownName}`,
      `foreach ($policy in $state.networkPolicies) { if ($policy.name -eq '${ownName}') { $policy.attributes = @(foreach ($one in $policy.attributes) { if ($one[0] -eq 'msNPAllowDialin') { , @('msNPAllowDialin', 'boolean', '0') } else { , $one } }) } }`,
      own('own'),
    ),
  ],
  'a disabled policy': approving(`policy-enabled:${policyName}`, policy('enabled = $false')),
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
  'a denying policy before': approving(
    `policy-order:${policyName}:before:Deny all`,
    given.policyBefore('Deny all', always),
  ),
  'a deny of an incident before': set(
    given.policyBefore('INCIDENT block all VPN', 'MATCH("NAS-Port-Type=^5$")'),
  ),
  'a denying policy for a group before': set(
    given.policyBefore('Deny guests', 'USERNTGROUPS("S-1-5-21-1-2-3-513")'),
  ),
  'a denying policy for the weekend before': set(
    given.policyBefore('Not on Sunday', 'TIMEOFDAY("0 00:00-24:00")'),
  ),
  'a granting policy before': set(
    `${given.policyBefore('Grant all', always, 1)}; $state.networkPolicies[0].attributes += @($state.networkPolicies[1].attributes | Where-Object { $_[0] -ne 'msNPAllowDialin' })`,
  ),
  'a granting policy without EAP before': set(given.policyBefore('Grant by PAP', always, 1)),
  'a granting policy without EAP before, and one other RADIUS client': [
    {
      operation: 'Set',
      desired: desired(),
      secret,
      given: `${wifi}; ${given.policyBefore('Grant by PAP', always, 1)}`,
    },
  ],
  'the other default policy first': approving(
    `policy-order:${policyName}:before:Connections to other access servers`,
    '$state.networkPolicies[0].order = 5; $state.networkPolicies[1].order = 2',
  ),
  'everything at once': [
    { operation: 'Test', desired: withPap, secret, given: disorder },
    { operation: 'Set', desired: { ...withPap, approvedChanges: everything }, secret },
    { operation: 'Set', desired: withPap, secret },
  ],
  'a policy of its own': set('', own('own', ['EAP', 'PAP'])),
  'its own, and a deny of an incident in front': [
    ...set(given.policyBefore('INCIDENT block all VPN', 'MATCH("NAS-Port-Type=^5$")'), own('own')),
    {
      operation: 'Set',
      desired: { ...own('own'), approvedChanges: [`policy-order:${ownName}:before:INCIDENT block all VPN`] },
      secret,
    },
  ],
  'its own, and a deny for every hour in front': set(given.policyBefore('Deny all', always), own('own')),
  'its own, on a server that does not list the condition': set(
    `Set-StandInValue $state.faults 'conditionIds' @('0x1020')`,
    own('own'),
  ),
  'its own, on a server that does not list the EAP types': set(
    `Set-StandInValue $state.faults 'conditionIds' @('0x100a')`,
    own('own'),
  ),
  'its own, with another condition than asked for': set(given.fault('netsh', 'other-condition'), own('own')),
  'left to the server, which others use': set(wifi, own('auto')),
  'left to the server, which nobody else uses': set('', own('auto')),
  'left to the server, whose policy lets the gateway in': set(
    `${wifi}; ${policy("attributes[0] = @('msNPAllowDialin', 'boolean', '1')")}`,
    own('auto'),
  ),
  'a policy that others meet': set(wifi, policyWith(['EAP', 'PAP'])),
  'two policies of one name': set(
    '$state.networkPolicies = @($state.networkPolicies) + $state.networkPolicies[0]',
  ),
  'conditions that cannot match': set(policy(`conditions = @('MATCH("NAS-Port-Type=^19$")')`)),
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
  const values = (answer: Answer, attribute: string, name = policyName) =>
    held(answer, name)
      .attributes.filter((each: string[]) => each[0] === attribute)
      .map((each: string[]) => each[2]);

  it.each([
    ['a policy that denies', 'policy-not-granting', `${label}: access permission set to grant`],
    ['PAP for OpenVPN', 'policy-methods', `${label}: authentication method PAP allowed`],
    ['no EAP at all', 'policy-methods', `${label}: authentication method EAP allowed`],
    ['EAP without EAP-MSCHAPv2', 'policy-methods', `${label}: authentication method EAP allowed`],
    ['a granting policy without EAP before', 'policy-order', `${label}: order 2 -> 1, before 'Grant by PAP'`],
  ] as const)('%s: %s, then set right, then left alone', (story, finding, text) => {
    expect(ids(step(story, 0))).toContain(finding);
    expect(step(story, 0).changes).toContain(text);
    expect(step(story, 1).changes).toContain(text);
    expect(ids(step(story, 1))).toEqual([]);
    expect(step(story, 2).result).toMatchObject({ changed: false, findings: [] });
  });

  it.each([
    ['a policy that denies after a gateway was set up', policyName],
    ['its own policy, which denies', ownName],
  ] as const)('%s: that may be a decision, which only an approval takes back', (story, name) => {
    const [, test, set, approved] = told()[story] as Answer[];
    const what = `networkPolicy ${name}: access permission set to grant`;
    expect(test!.result.changes).toMatchObject([{ id: `policy-grant:${name}`, what, asks: true }]);
    expect(set!.result).toMatchObject({ changed: false });
    expect(set!.exitCode).toBe(0);
    expect(ids(set!)).toEqual(['policy-not-granting', 'sign-in-blocked']);
    expect(values(set!, 'msNPAllowDialin', name)).toEqual(['0']);
    expect(approved!.changes).toEqual([what]);
    expect(values(approved!, 'msNPAllowDialin', name)).toEqual(['1']);
    expect(ids(approved!)).toEqual([]);
  });

  it.each([
    ['a disabled policy', 'policy-disabled', `${label}: enabled`],
    ['a denying policy before', 'policy-order', `${label}: order 2 -> 1, before 'Deny all'`],
    [
      'the other default policy first',
      'policy-order',
      `${label}: order 2 -> 1, before 'Connections to other access servers'`,
    ],
  ] as const)('%s is a decision: %s is told, and fixed only when it was approved', (story, finding, text) => {
    const [test, done, approved] = told()[story] as Answer[];
    expect(ids(test!)).toContain(finding);
    expect(test!.result.changes).toContainEqual(expect.objectContaining({ what: text, asks: true }));
    expect(done!.exitCode).toBe(0);
    expect(done!.changes).not.toContain(text);
    expect(ids(done!)).toEqual([finding, 'sign-in-blocked']);
    expect(held(done!)).toMatchObject({ enabled: held(test!).enabled, order: held(test!).order });
    expect(approved!.changes).toEqual([text]);
    expect(ids(approved!)).toEqual([]);
  });

  it('never moves before a deny of an incident, and says that nobody gets in', () => {
    const { result, state } = step('a deny of an incident before', 1);
    expect(state.networkPolicies[0]).toMatchObject({ name: 'INCIDENT block all VPN', order: 1 });
    expect(ids(step('a deny of an incident before', 1))).toEqual(['policy-order', 'sign-in-blocked']);
    expect(result.signInPath).toMatchObject([
      {
        policy: 'INCIDENT block all VPN',
        refusedBy: 'network-policy',
        why: expect.stringContaining('INCIDENT'),
      },
    ]);
  });

  it('does not move before a policy that another client may be let in by', () => {
    const answer = step('a granting policy without EAP before, and one other RADIUS client', 0);
    expect(held(answer, 'Grant by PAP').order).toBe(1);
    expect(ids(answer)).toContain('policy-order');
    expect(answer.result.changes.map(({ id }: { id: string }) => id)).not.toContainEqual(
      expect.stringContaining('policy-order'),
    );
  });

  it('makes a policy that no request of another RADIUS client meets', () => {
    const { changes, result, state } = step('a policy of its own', 1);
    expect(changes).toContain(
      `networkPolicy ${ownName}: added at position 1, for RADIUS client vpngw-hub alone, grants access by EAP and PAP`,
    );
    expect(result.findings).toEqual([]);
    expect(held(step('a policy of its own', 1), ownName)).toMatchObject({
      order: 1,
      conditions: ['MATCH("Client-Friendly-Name=^vpngw-hub(-[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)?$")'],
    });
    expect(values(step('a policy of its own', 1), 'msNPAuthenticationType2', ownName)).toEqual(['5', '1']);
    for (const { name } of step('a policy of its own', 0).state.networkPolicies)
      expect(held(step('a policy of its own', 1), name).attributes).toEqual(
        held(step('a policy of its own', 0), name).attributes,
      );
    expect(result.state.networkPolicy).toMatchObject({ kind: 'own', name: ownName, grant: true });
    expect(state.networkPolicies).toHaveLength(3);
    expect(step('a policy of its own', 2).result.changed).toBe(false);
  });

  it('its own policy goes before a deny of somebody only when that was approved', () => {
    const [, done, again, approved] = told()['its own, and a deny of an incident in front'] as Answer[];
    const order = (answer: Answer) => held(answer, ownName).order;
    expect(order(done!)).toBe(2);
    expect(ids(done!)).toEqual(['policy-order', 'sign-in-blocked']);
    expect(again!.result.changed).toBe(false);
    expect(order(approved!)).toBe(1);
    expect(ids(approved!)).toEqual([]);
    // Not one of the policies that NPS comes with, but with as few conditions.
    const all = step('its own, and a deny for every hour in front', 1);
    expect(held(all, 'Deny all').order).toBe(1);
    expect(ids(all)).toEqual(['policy-order', 'sign-in-blocked']);
  });

  it.each([
    ['its own, on a server that does not list the condition', 'does not list 0x1020'],
    ['its own, on a server that does not list the EAP types', 'npprofileattributes does not list 0x100a'],
    ['its own, with another condition than asked for', 'came out with the condition'],
  ] as const)('%s: there is no such policy afterwards', (story, reason) => {
    const { exitCode, result } = step(story, 1);
    expect(exitCode).toBe(1);
    expect(result.error.message).toContain(reason);
    expect(held(step(story, 1), ownName)).toBeUndefined();
    expect(step(story, 1).state.radiusClients).toEqual([]);
  });

  it.each([
    ['left to the server, which others use', 'own', ownName],
    ['left to the server, which nobody else uses', 'named', policyName],
    ['left to the server, whose policy lets the gateway in', 'named', policyName],
  ] as const)('%s: %s', (story, kind, name) => {
    const { result } = step(story, 1);
    expect(result.state.networkPolicy).toMatchObject({ kind, name, grant: true });
    expect(held(step(story, 1), name)).toBeDefined();
    expect(step(story, 1).state.networkPolicies).toHaveLength(kind === 'own' ? 3 : 2);
    expect(step(story, 2).result.changed).toBe(false);
  });

  it('opens nothing in a policy that users of other clients meet, unless it was approved', () => {
    const [test, done] = told()['a policy that others meet'] as Answer[];
    for (const id of [`policy-grant:${policyName}`, `policy-method-PAP:${policyName}`])
      expect(test!.result.changes).toContainEqual(
        expect.objectContaining({ id, scope: 'shared', asks: true }),
      );
    expect(held(done!)).toEqual(held(test!));
    expect(ids(done!)).toEqual(
      expect.arrayContaining(['policy-not-granting', 'policy-methods', 'sign-in-blocked']),
    );
  });

  it('two policies of one name are refused before anything is written', () => {
    const { exitCode, result, state } = step('two policies of one name', 1);
    expect(exitCode).toBe(1);
    expect(result.error.code).toBe('PolicyAmbiguous');
    expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it('conditions that a request of the gateway never meets are told', () => {
    expect(ids(step('conditions that cannot match', 0))).toContain('policy-conditions');
    expect(ids(step('conditions that cannot match', 1))).toEqual(['policy-conditions', 'sign-in-blocked']);
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
    for (const story of [
      'a denying policy for a group before',
      'a denying policy for the weekend before',
      'a granting policy before',
    ] as const) {
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
    expect(ids(step(story, 0))).not.toContain('policy-not-granting');
    expect(step(story, 1).changes).toContain(`${label}: access permission set to deny`);
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
    const { output, changes, result } = step('a name with umlauts', 1);
    expect(output).toMatch(/^[ -~]*$/);
    expect(result.state.networkPolicy).toMatchObject({ name: umlaut, grant: true });
    expect(changes).toContain(`networkPolicy ${umlaut}: access permission set to grant`);
  });

  it.each([
    ['netsh that drops attributes', 'changed other settings as well'],
    ['netsh that does nothing', 'the network policy is not changed'],
    ['netsh that fails', 'exit code 1: Zugriff verweigert'],
  ] as const)('%s: the configuration is put back, and said so', (story, reason) => {
    const { exitCode, changes, result, state } = step(story, 1);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'ApplyFailed', target: 'changing the network policy' });
    expect(result.error.message).toContain(reason);
    expect(result.error.message).toContain('The NPS configuration was put back as it was before.');
    expect(inAnyOrder(held(step(story, 1)))).toEqual(inAnyOrder(held(step(story, 0))));
    expect(state.radiusClients).toEqual([]);
    expect(changes.filter((what) => /^(networkPolicy|radiusClient)/.test(what))).toEqual([]);
  });

  it('names the settings that netsh changed as well', () => {
    expect(step('netsh that drops attributes', 1).result.error.message).toContain(
      `NPS/RadiusProfiles/${policyName}/msRADIUSFramedProtocol`,
    );
  });
}
