import { expect, it } from 'vitest';
import { desired, given, inAnyOrder, oldSecret, policyName, secret } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

/** A client of ours with the old secret, so that something can be lost. */
const ours = given.client('vpngw-hub', '10.0.255.0/27');
/** Everything that Set may need here was approved, so an approved change fails. */
const approvedChanges = [
  ...['audit-on', 'limit-proxy-state-on', 'mfa-text-codes', 'sidtype-unrestricted'],
  ...['firewall-opened:vpngw-hub', 'client-secret:vpngw-hub', 'client-added:probe'],
  ...[`policy-grant:${policyName}`, 'policy-added:VPN gateway vpngw-hub'],
];
const set = (before: string, want = desired(), approved = approvedChanges): Command[] => [
  { operation: 'Get', desired: want, given: `${ours}; ${before}` },
  { operation: 'Set', desired: { ...want, approvedChanges: approved }, secret },
];
const failing = (faults: Record<string, [string, number]>) =>
  `Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ ${Object.entries(faults)
    .map(
      ([command, [message, after]]) =>
        `'${command}' = [pscustomobject]@{ message = '${message}'; after = ${after} }`,
    )
    .join('; ')} })`;
const more = desired({
  radiusClients: [
    { name: 'vpngw-hub', address: '10.0.255.0/27' },
    { name: 'probe', address: '10.0.9.0/29' },
  ],
});

const always = `TIMEOFDAY("${[0, 1, 2, 3, 4, 5, 6].map((day) => `${day} 00:00-24:00`).join('; ')}")`;
const own = desired({
  networkPolicy: { kind: 'own', ownName: 'VPN gateway vpngw-hub', authenticationMethods: ['EAP'] },
});

export const stories = {
  'the directory cannot be protected': set(given.failing('icacls.exe', 'Zugriff verweigert')),
  'the export fails': set(given.failing('Export-NpsConfiguration', 'RPC server unavailable')),
  'the backup fails': set(
    given.failing('Export-NpsConfiguration', 'There is not enough space on the disk', 2),
  ),
  'the registry is closed': set(
    given.failing('New-ItemProperty', 'Requested registry access is not allowed'),
  ),
  'the audit policy is refused': set(given.failing('auditpol.exe', 'Dem Client fehlt ein Recht', 2)),
  'the firewall is refused': set(
    `foreach ($rule in $state.firewall) { $rule.enabled = $false }; ${given.failing('New-NetFirewallRule', 'Access is denied')}`,
  ),
  'the service SID type is refused': set(
    `${given.windows('CurrentBuildNumber', '17763')}; ${given.failing('sc.exe', 'Zugriff verweigert')}`,
  ),
  'the client is refused, with the secret in the message': set(
    given.failing('Set-NpsRadiusClient', `The value ${secret} is not valid`),
  ),
  'the client is refused by an error that is only written': set(
    `Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ 'Set-NpsRadiusClient' = [pscustomobject]@{ message = 'The value {secret} is not valid'; written = $true } })`,
  ),
  'the second client is refused': set(given.failing('New-NpsRadiusClient', 'Element not found', 0), more),
  'a second client is added, and the service does not restart': set(
    failing({ 'Restart-Service': ['Service IAS failed to start', 0] }),
    more,
  ),
  'the import takes back the order that netsh does not': set(
    `${given.granting}${given.policyBefore('Grant by PAP', always, 1)}; ${failing({
      'Restart-Service': ['Service IAS failed to start', 0],
      'netsh.exe': ['Zugriff verweigert', 2],
    })}`,
    desired(),
    [...approvedChanges, `policy-order:${policyName}:before:Grant by PAP`],
  ),
  'the service does not restart': set(failing({ 'Restart-Service': ['Service IAS failed to start', 0] })),
  'the service does not restart at first': set(
    "Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ 'Restart-Service' = [pscustomobject]@{ message = 'Service IAS failed to start'; times = 1 } })",
  ),
  // Two commands of netsh succeed first: limitproxystate and the policy. The third one would take the policy back.
  'neither netsh nor the import takes it back': set(
    failing({
      'Restart-Service': ['Service IAS failed to start', 0],
      'netsh.exe': ['Zugriff verweigert', 2],
      'Import-NpsConfiguration': ['The file is corrupt', 0],
    }),
  ),
  'netsh refuses and the import does nothing': set(
    `${failing({ 'Restart-Service': ['Service IAS failed to start', 0], 'netsh.exe': ['Zugriff verweigert', 2] })}; ${given.fault('import', 'ignored')}`,
  ),
  'the import takes back what netsh does not': set(
    failing({
      'Restart-Service': ['Service IAS failed to start', 0],
      'netsh.exe': ['Zugriff verweigert', 2],
    }),
  ),
  'somebody adds a client meanwhile': set(
    `${failing({ 'Restart-Service': ['Service IAS failed to start', 0] })}; ${given.fault('meanwhile', 'adds-client')}`,
  ),
  'somebody adds a client meanwhile, and netsh refuses': set(
    `${failing({ 'Restart-Service': ['Service IAS failed to start', 0], 'netsh.exe': ['Zugriff verweigert', 2] })}; ${given.fault('meanwhile', 'adds-client')}`,
  ),
  'its own policy, and somebody adds a client meanwhile': set(
    `${failing({ 'Restart-Service': ['Service IAS failed to start', 0] })}; ${given.fault('meanwhile', 'adds-client')}`,
    own,
  ),
  'its own policy cannot be deleted again, and somebody adds a client meanwhile': set(
    `${failing({ 'Restart-Service': ['Service IAS failed to start', 0], 'netsh.exe': ['Zugriff verweigert', 4] })}; ${given.fault('meanwhile', 'adds-client')}`,
    own,
  ),
  'module logging': [
    { operation: 'Set', desired: desired(), secret, given: '$state.moduleLogging = $true' },
    { operation: 'Set', desired: desired(), secret: oldSecret },
  ],
} satisfies Record<string, Command[]>;

export function failures(told: () => Record<string, Answer[]>) {
  const before = (story: keyof typeof stories) => told()[story]?.[0] as Answer;
  const after = (story: keyof typeof stories) => told()[story]?.at(-1) as Answer;
  const nps = (answer: Answer) => ({
    clients: answer.state.radiusClients,
    policies: answer.state.networkPolicies.map(inAnyOrder),
  });

  it.each([
    ['the directory cannot be protected', 'reading the server', 'icacls.exe', 'Zugriff verweigert'],
    ['the export fails', 'reading the server', 'RPC server unavailable', ''],
  ] as const)('%s: nothing is exported and nothing changed', (story, ...reasons) => {
    const { exitCode, result, state } = after(story);
    expect(exitCode).toBe(1);
    expect(result.error.code).toBe('ApplyFailed');
    for (const reason of reasons) expect(result.error.message).toContain(reason);
    expect(result).toMatchObject({ changed: false, changes: [] });
    expect(state.exportedSecrets).toEqual([]);
  });

  const mfa = 'mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE';
  const audit = 'audit: success and failure of Network Policy Server recorded';
  const blast = 'blastRadius: limitProxyState enabled';

  it.each([
    [
      'the audit policy is refused',
      'Dem Client fehlt ein Recht',
      'Nothing was changed in the NPS configuration.',
      [],
    ],
    [
      'the registry is closed',
      'Requested registry access is not allowed',
      'Nothing was changed in the NPS configuration.',
      [audit],
    ],
    ['the firewall is refused', 'Access is denied', 'All changes were undone.', []],
    [
      'the service SID type is refused',
      'exit code 5: Zugriff verweigert',
      'Nothing was changed in the NPS configuration.',
      [],
    ],
    [
      'the backup fails',
      'not enough space',
      'Nothing was changed in the NPS configuration.',
      [audit, blast, mfa],
    ],
    [
      'the client is refused, with the secret in the message',
      'The value *** is not valid',
      'was put back as it was before',
      [audit, blast, mfa],
    ],
    [
      'the client is refused by an error that is only written',
      'The value *** is not valid',
      'was put back as it was before',
      [audit, blast, mfa],
    ],
    [
      'the second client is refused',
      'Element not found',
      'was put back as it was before',
      [audit, blast, mfa],
    ],
    [
      'the service does not restart at first',
      'Service IAS failed to start',
      'was put back as it was before.',
      [audit, blast, mfa],
    ],
    [
      'the service does not restart',
      'Service IAS failed to start',
      'could not be restarted: start it by hand',
      [audit, blast, mfa],
    ],
  ] as const)('%s: %s; %s', (story, reason, undone, kept) => {
    const { exitCode, changes, result } = after(story);
    expect(exitCode).toBe(1);
    expect(result.error.code).toBe('ApplyFailed');
    expect(result.error.message).toContain(reason);
    expect(result.error.message).toContain(undone);
    expect(nps(after(story))).toEqual(nps(before(story)));
    expect(result.changed).toBe(kept.length > 0);
    expect(changes).toEqual(kept);
  });

  it.each([
    ['neither netsh nor the import takes it back', ' (importing it failed: The file is corrupt)'],
    ['netsh refuses and the import does nothing', ''],
    ['somebody adds a client meanwhile, and netsh refuses', ''],
  ] as const)('%s: says so, what stays, and where the backup is', (story, also) => {
    const { exitCode, changes, result, backups } = after(story);
    expect(exitCode).toBe(1);
    const left = `NPS/RadiusProfiles/${policyName}/msNPAllowDialin`;
    expect(result.error.message).toContain(`could NOT be put back: ${left} differ from the backup`);
    expect(result.error.message).toMatch(/nps-\d{8}-\d{6}-\d{3}\.xml'/);
    expect(result.error.message).toContain(also);
    expect(changes).toEqual([audit, blast, mfa, 'NPS configuration: left changed in 1 settings']);
    expect(result.changes.at(-1)).toMatchObject({ id: 'left-changed', scope: 'shared' });
    expect(backups).toHaveLength(1);
    // The client is still as before.
    expect(after(story).state.radiusClients[0]).toEqual(before(story).state.radiusClients[0]);
  });

  it.each([
    'the import takes back what netsh does not',
    'the import takes back the order that netsh does not',
  ] as const)('imports the backup only where nobody else changed anything: %s', (story) => {
    expect(after(story).result.error.message).toContain('was put back as it was before');
    expect(after(story).state.calls).toContain('Import-NpsConfiguration');
    expect(nps(after(story))).toEqual(nps(before(story)));
  });

  it.each([
    ['the second client is refused', []],
    ['a second client is added, and the service does not restart', ['Remove-NpsRadiusClient probe']],
  ] as const)(
    '%s: only the client that was added is taken away, and nothing is imported',
    (story, removed) => {
      const { calls } = after(story).state;
      expect(calls.filter((call: string) => call.startsWith('Remove-Nps'))).toEqual(removed);
      expect(calls.join()).not.toContain('Import-');
      expect(nps(after(story))).toEqual(nps(before(story)));
    },
  );

  it('never wipes a client that somebody added meanwhile', () => {
    for (const story of [
      'somebody adds a client meanwhile',
      'somebody adds a client meanwhile, and netsh refuses',
    ] as const) {
      const { state } = after(story);
      expect(state.radiusClients.map(({ name }: { name: string }) => name)).toEqual([
        'vpngw-hub',
        'meanwhile',
      ]);
      expect(state.calls.join()).not.toContain('Import-');
    }
    const { message } = after('somebody adds a client meanwhile').result.error;
    expect(message).toContain('was put back as it was before');
    // Of all that is new, three settings are named.
    expect(message).toMatch(
      /What somebody else has changed meanwhile was left: (NPS\/[^,]+, ){2}NPS\/[^,]+\.$/,
    );
  });

  it('takes its own policy back though netsh has numbered the others anew, beside the client of somebody', () => {
    const { result, state } = after('its own policy, and somebody adds a client meanwhile');
    expect(result.error.message).toContain('was put back as it was before');
    expect(state.networkPolicies.map(({ name }: { name: string }) => name)).toEqual([
      policyName,
      'Connections to other access servers',
    ]);
    expect(state.radiusClients.map(({ name }: { name: string }) => name)).toEqual(['vpngw-hub', 'meanwhile']);
    expect(state.calls.join()).not.toContain('Import-');
  });

  it('names its own policy where that could not be taken back', () => {
    const story = 'its own policy cannot be deleted again, and somebody adds a client meanwhile';
    const { result, state } = after(story);
    expect(result.error.message).toContain('could NOT be put back: NPS/NetworkPolicy/VPN gateway vpngw-hub/');
    expect(state.radiusClients.map(({ name }: { name: string }) => name)).toEqual(['vpngw-hub', 'meanwhile']);
    expect(state.calls.join()).not.toContain('Import-');
  });

  it('leaves only backups in the directory', () => {
    for (const [story, answers] of Object.entries(told())) {
      for (const file of answers[0]?.backups ?? []) expect(file, story).toMatch(/^<Root/);
      expect(answers[0]?.backups.join('')).not.toContain('auditpol');
    }
  });

  it('shows the secret nowhere, whatever fails', () => {
    for (const [story, answers] of Object.entries(told())) {
      for (const { output, error, state } of answers) {
        for (const shown of [secret, Buffer.from(secret).toString('base64')]) {
          expect(output).not.toContain(shown);
          expect(error).not.toContain(shown);
          expect(state.calls.join('\n')).not.toContain(shown);
        }
        // In this story, the second step exports what the first one had set.
        if (story !== 'module logging') expect(state.exportedSecrets, story).not.toContain(secret);
      }
    }
  });

  it('module logging, which would record it, is off for the calls that carry the secret', () => {
    const { state, exitCode } = after('module logging');
    expect(exitCode).toBe(0);
    expect(state.radiusClients[0].sharedSecret).toBe(oldSecret);
    expect(state.calls.filter((call: string) => call.startsWith('event 4103'))).toEqual([]);
  });
}
