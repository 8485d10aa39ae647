import { expect, it } from 'vitest';
import { desired, given, policyName, secret } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const ownName = 'VPN gateway vpngw-hub';
const prefix = `${ownName} group `;
const sids = {
  finance: 'S-1-5-21-1004336348-1177238915-682003330-1123',
  operations: 'S-1-5-21-1004336348-1177238915-682003330-1124',
};
const finance = { group: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', attribute: '6ad1bd08' };
const operations = { group: 'operations', windowsGroup: sids.operations, attribute: '6ad1bd09' };
const wanting = (wanted: readonly object[], changes: object = {}) =>
  desired({
    networkPolicy: { kind: 'own', ownName, authenticationMethods: ['EAP'] },
    groupPolicies: { prefix, wanted },
    ...changes,
  });
const both = wanting([finance, operations]);
const others = wanting([
  { ...finance, attribute: '6ad1bd77' },
  { ...operations, windowsGroup: sids.finance },
]);
const made: Command = { operation: 'Set', desired: both, secret };
const approving = (...ids: string[]) => ({ approvedChanges: ids });
const policy = (name: string) => `($state.networkPolicies | Where-Object { $_.name -eq '${prefix}${name}' })`;
const absent = (approvedChanges?: readonly string[]) => ({
  ensure: 'absent',
  radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
  networkPolicy: { ownName },
  groupPolicies: { prefix },
  ...(approvedChanges && { approvedChanges }),
});

/** The attributes of the policy for finance; `each` says what becomes of `$one`. */
const attributes = (each: string) =>
  `${policy('finance')}.attributes = @(foreach ($one in ${policy('finance')}.attributes) { ${each} })`;

export const stories = {
  'two groups': [{ operation: 'Test', desired: both }, made, made, { operation: 'Test', desired: both }],
  'beside the policy of the article': [
    { operation: 'Set', desired: desired({ groupPolicies: { prefix, wanted: [finance] } }), secret },
  ],
  'a group between two': [
    { operation: 'Set', desired: wanting([finance, operations]), secret },
    {
      operation: 'Set',
      desired: wanting([
        finance,
        { group: 'pm', windowsGroup: 'S-1-5-21-1-2-3-1200', attribute: '6ad1bd0a' },
        operations,
      ]),
    },
  ],
  'another value and another group': [
    made,
    { operation: 'Test', desired: others },
    { operation: 'Set', desired: others },
  ],
  'moved behind by somebody': [
    made,
    {
      operation: 'Test',
      desired: both,
      given: `${policy('finance')}.order = 90; ${policy('operations')}.order = 91`,
    },
    { operation: 'Set', desired: both },
  ],
  'closed by somebody': [
    made,
    { operation: 'Set', desired: both, given: `${policy('finance')}.enabled = $false` },
    {
      operation: 'Set',
      desired: wanting([finance, operations], approving('group-policies-opened:vpngw-hub')),
    },
  ],
  'denied by somebody': [
    made,
    {
      operation: 'Set',
      desired: both,
      given: attributes("if ($one[0] -eq 'msNPAllowDialin') { , @($one[0], $one[1], '0') } else { , $one }"),
    },
    {
      operation: 'Set',
      desired: wanting([finance, operations], approving('group-policies-opened:vpngw-hub')),
    },
  ],
  'without EAP': [
    made,
    { operation: 'Set', desired: both, given: attributes("if ($one[0] -notlike 'msNPA*Type*') { , $one }") },
  ],
  'asking for another RADIUS client': [
    made,
    {
      operation: 'Test',
      desired: both,
      given: `${policy('finance')}.conditions = @('MATCH("Client-Friendly-Name=^wifi$")', 'USERNTGROUPS("${sids.finance}")')`,
    },
  ],
  'one of the name that is not as Set makes it': [
    {
      operation: 'Set',
      desired: wanting([]),
      secret,
      given: `${given.policyBefore(`${prefix}partners`, 'NAS', 1)}; ${policy('partners')}.conditions = @('MATCH("NAS-Port-Type=^5$")', 'USERNTGROUPS("${sids.finance}")')`,
    },
    { operation: 'Set', desired: wanting([], approving('group-policies-removed:vpngw-hub')) },
  ],
  'two of one name': [
    made,
    {
      operation: 'Test',
      desired: both,
      given: `$state.networkPolicies = @($state.networkPolicies) + ${policy('finance')}`,
    },
  ],
  'narrowed by somebody': [
    made,
    {
      operation: 'Test',
      desired: both,
      given: `${policy('finance')}.conditions = @(${policy('finance')}.conditions) + 'MATCH("NAS-Port-Type=^5$")'`,
    },
  ],
  'a group that is gone': [
    made,
    { operation: 'Set', desired: wanting([finance]) },
    { operation: 'Set', desired: wanting([finance], approving('group-policies-removed:vpngw-hub')) },
  ],
  'a name that nobody knows': [
    { operation: 'Test', desired: wanting([{ ...finance, windowsGroup: 'CONTOSO\\Nobody' }]) },
    { operation: 'Set', desired: wanting([{ ...finance, windowsGroup: 'CONTOSO\\Nobody' }]), secret },
  ],
  'a server that lists no user groups': [
    { ...made, given: "Set-StandInValue $state.faults 'conditionIds' @('0x1fb5')" },
  ],
  'a server that lists no attribute of a vendor': [
    { ...made, given: "Set-StandInValue $state.faults 'conditionIds' @('0x1a')" },
  ],
  'netsh does nothing': [
    { operation: 'Set', desired: wanting([]), secret },
    { operation: 'Set', desired: both, given: given.fault('netsh', 'ignores') },
  ],
  'a restart that fails': [
    { operation: 'Set', desired: wanting([]), secret },
    {
      operation: 'Set',
      desired: both,
      given: given.failing('Restart-Service', 'the service does not answer'),
    },
  ],
  'the way back': [
    made,
    { operation: 'Test', desired: absent() },
    {
      operation: 'Set',
      desired: absent(['group-policies-removed:vpngw-hub']),
      given: `${policy('operations')}.conditions = @('USERNTGROUPS("${sids.operations}")')`,
    },
  ],
  'ninety groups': [
    {
      operation: 'Test',
      desired: wanting(
        Array.from({ length: 90 }, (_, index) => ({
          group: `group-with-a-long-name-${index}`,
          windowsGroup: `S-1-5-21-1-2-3-${index}`,
          attribute: `6ad1bd${index.toString(16).padStart(2, '0')}`,
        })),
      ),
    },
  ],
  'two with one value': [
    { operation: 'Set', desired: wanting([finance, { ...operations, attribute: '6AD1BD08' }]) },
  ],
  'no object': [{ operation: 'Set', desired: { ...both, groupPolicies: [finance] } }],
  'no list of groups': [
    { operation: 'Set', desired: { ...both, groupPolicies: { prefix, wanted: finance } } },
  ],
  'no value': [{ operation: 'Set', desired: wanting([{ ...finance, attribute: '6ad1be08' }]) }],
  'a quotation mark': [{ operation: 'Set', desired: wanting([{ ...finance, group: 'fin"ance' }]) }],
} satisfies Record<string, readonly Command[]>;

export function groupPolicies(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index = -1) => told()[story]!.at(index)!;
  /** Names in the order in which they decide; policies of groups by their group. */
  const order = ({ state }: Answer) =>
    [...state.networkPolicies]
      .sort((one, other) => one.order - other.order)
      .map(({ name }: { name: string }) => name.replace(prefix, ''));
  const held = ({ state }: Answer, name: string) =>
    state.networkPolicies.find((one: { name: string }) => one.name === `${prefix}${name}`);
  const sends = (answer: Answer, name: string) =>
    held(answer, name).attributes.find(([type]: string[]) => type === 'msRADIUSAnyVSA')?.[2];
  const ids = ({ result }: Answer) => result.changes.map(({ id }: { id: string }) => id);
  const findings = ({ result }: Answer) => result.findings.map(({ id }: { id: string }) => id);
  const articles = [policyName, 'Connections to other access servers'];

  it('Test tells the policies that Set would make, and makes none', () => {
    const { result, state } = step('two groups', 0);
    expect(result.changes).toContainEqual({
      id: 'group-policies-added:vpngw-hub',
      what: 'userGroups of vpngw-hub: network policies added before those that decide about everybody else, for: finance, operations',
      scope: 'own',
      restart: true,
    });
    expect(findings(step('two groups', 0))).toContain('group-policies-missing');
    expect(state.networkPolicies).toHaveLength(2);
  });

  it('Set makes one for each group, in their order, before the gateway’s own: client, Windows group, value', () => {
    const answer = step('two groups', 1);
    expect(answer.result.error).toBeUndefined();
    expect(order(answer)).toEqual(['finance', 'operations', ownName, ...articles]);
    expect(held(answer, 'finance')).toMatchObject({
      enabled: true,
      conditions: [
        'MATCH("Client-Friendly-Name=^vpngw-hub(-[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)?$")',
        `USERNTGROUPS("${sids.finance}")`,
      ],
    });
    expect(held(answer, 'finance').attributes).toEqual(
      expect.arrayContaining([
        ['msNPAllowDialin', 'boolean', '1'],
        ['msNPAuthenticationType2', 'int', '5'],
        ['msNPAllowedEapType', 'bin.hex', '1a000000000000000000000000000000'],
        ['msRADIUSAnyVSA', 'string', '030000013741066AD1BD08'],
      ]),
    );
    expect(sends(answer, 'operations')).toBe('030000013741066AD1BD09');
  });

  it('a second Set changes nothing, and Test finds nothing', () => {
    expect(step('two groups', 2).result).toMatchObject({ changed: false, changes: [] });
    expect(findings(step('two groups', 3))).not.toContainEqual(expect.stringContaining('group'));
  });

  it('stand before the policy of the article, too, where that is the one for everybody', () => {
    expect(order(step('beside the policy of the article'))).toEqual(['finance', ...articles]);
  });

  it('a new group comes to its place between the others', () => {
    expect(order(step('a group between two'))).toEqual(['finance', 'pm', 'operations', ownName, ...articles]);
  });

  it('one that sends another value or asks for another group is made again, in its place', () => {
    const answer = step('another value and another group');
    expect(ids(answer)).toEqual(['group-policies-set:vpngw-hub']);
    expect(answer.changes[0]).toContain('finance (does not send 6ad1bd77)');
    expect(order(answer)).toEqual(['finance', 'operations', ownName, ...articles]);
    expect(sends(answer, 'finance')).toBe('030000013741066AD1BD77');
    expect(held(answer, 'operations').conditions).toContain(`USERNTGROUPS("${sids.finance}")`);
  });

  it.each([
    ['two groups', 0, 'missing: finance, operations.'],
    ['another value and another group', 1, 'not as wanted: finance (does not send 6ad1bd77), operations ('],
    ['moved behind by somebody', 1, 'not the first to decide: '],
    ['narrowed by somebody', 1, 'closed or narrowed: finance (asks for '],
    ['closed by somebody', 1, 'closed or narrowed: finance (is disabled).'],
    ['denied by somebody', 1, 'closed or narrowed: finance (denies access).'],
    [
      'asking for another RADIUS client',
      1,
      'closed or narrowed: finance (asks for MATCH("Client-Friendly-Name=^wifi$")',
    ],
    ['a group that is gone', 1, 'not wanted any more: operations.'],
  ] as const)('%s: the finding says what is wrong with them', (story, index, words) => {
    const messages = step(story, index).result.findings.map(({ message }: { message: string }) => message);
    expect(messages).toContainEqual(
      expect.stringContaining(`User groups of vpngw-hub whose network policies are ${words}`),
    );
  });

  it('those that somebody put behind the policy for everybody are moved before it again', () => {
    expect(findings(step('moved behind by somebody', 1))).toContain('group-policies-order');
    expect(ids(step('moved behind by somebody'))).toEqual(['group-policies-ordered:vpngw-hub']);
    expect(order(step('moved behind by somebody'))).toEqual(['finance', 'operations', ownName, ...articles]);
  });

  it.each(['closed by somebody', 'denied by somebody'] as const)(
    'one that is %s stays so without an approval, and lets its users in again with one',
    (story) => {
      const left = step(story, 1);
      expect([left.result.changed, findings(left)]).toEqual([false, ['group-policies-closed']]);
      expect(left.state.networkPolicies).toEqual(
        step(story, 0).state.networkPolicies.map((one: { name: string }) =>
          one.name === `${prefix}finance` ? held(left, 'finance') : one,
        ),
      );
      const opened = held(step(story), 'finance');
      expect(opened.enabled).toBe(true);
      expect(opened.attributes).toContainEqual(['msNPAllowDialin', 'boolean', '1']);
    },
  );

  it.each(['narrowed by somebody', 'asking for another RADIUS client'] as const)(
    '%s: that is a decision',
    (story) => {
      expect(findings(step(story))).toEqual(['group-policies-closed']);
    },
  );

  it('one that allows no EAP any more is made again', () => {
    expect(step('without EAP').changes[0]).toContain('finance (does not allow EAP)');
    expect(held(step('without EAP'), 'finance').attributes).toContainEqual([
      'msNPAuthenticationType2',
      'int',
      '5',
    ]);
  });

  it('a policy of somebody whose name begins the same is never removed', () => {
    const story = 'one of the name that is not as Set makes it';
    for (const index of [0, 1]) expect(held(step(story, index), 'partners')).toMatchObject({ enabled: true });
    expect(step(story, 1).result).toMatchObject({ changed: false, changes: [] });
  });

  it('two of one name are told, and neither is taken for the one that is wanted', () => {
    const { result } = step('two of one name');
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        id: 'policy-twice',
        message: `NPS has 2 network policies named '${prefix}finance'.`,
      }),
    );
    expect(ids(step('two of one name'))).toEqual([]);
  });

  it('that of a group which is gone goes only with an approval', () => {
    expect(findings(step('a group that is gone', 1))).toEqual(['group-policies-left']);
    expect(order(step('a group that is gone', 1))).toContain('operations');
    expect(order(step('a group that is gone'))).toEqual(['finance', ownName, ...articles]);
  });

  it('a group that neither the server nor its domain knows stops everything', () => {
    expect(findings(step('a name that nobody knows', 0))).toContain('windows-group-unknown');
    expect(step('a name that nobody knows').result.error).toMatchObject({ code: 'WindowsGroupUnknown' });
    expect(step('a name that nobody knows').state.radiusClients).toEqual([]);
  });

  it.each([
    ['a server that lists no user groups', 'does not list 0x1fb5', articles],
    ['a server that lists no attribute of a vendor', 'npprofileattributes does not list 0x1a', articles],
    ['netsh does nothing', 'the network policies are not as wanted', [ownName, ...articles]],
    ['a restart that fails', 'put back as it was before', [ownName, ...articles]],
  ] as const)('%s: all is put back', (story, sentence, left) => {
    const { result, state } = step(story);
    expect(result.error).toMatchObject({ code: 'ApplyFailed', message: expect.stringContaining(sentence) });
    expect(order({ state } as Answer)).toEqual(left);
  });

  it('the way back takes those that are as Set leaves them, and tells of the others', () => {
    expect(ids(step('the way back', 1))).toContain('group-policies-removed:vpngw-hub');
    const { result } = step('the way back');
    expect(order(step('the way back'))).toEqual(['operations', ownName, ...articles]);
    expect(result.left.join()).toContain(`'${prefix}operations' now asks for USERNTGROUPS`);
  });

  it('ninety of them fit into the answer', () => {
    const { result, output } = step('ninety groups');
    expect(output.length).toBeLessThanOrEqual(4096);
    expect(result.changesOmitted).toBeUndefined();
    expect(ids(step('ninety groups'))).toContain('group-policies-added:vpngw-hub');
  });

  it.each([
    ['two with one value', 'groupPolicies.wanted'],
    ['no object', 'groupPolicies'],
    ['no list of groups', 'groupPolicies.wanted'],
    ['no value', 'groupPolicies.wanted[0].attribute'],
    ['a quotation mark', 'groupPolicies.wanted[0].group'],
  ] as const)('%s: the desired state is refused, and says which field', (story, target) => {
    expect(step(story).result.error).toMatchObject({ code: 'DesiredStateInvalid', target });
  });
}
