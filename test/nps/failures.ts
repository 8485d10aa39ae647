import { expect, it } from 'vitest';
import { desired, given, oldSecret, policyName, secret } from './desired.ts';
import type { Answer, Command } from './engine.ts';

/** A client that is ours with the old secret, so that there is something to lose. */
const ours = given.client('vpngw-hub', '10.0.255.0/27');
const set = (before: string, want = desired()): Command[] => [
  { operation: 'Get', desired: want, given: `${ours}; ${before}` },
  { operation: 'Set', desired: want, secret },
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
    `$state.firewall[0].enabled = $false; ${given.failing('Enable-NetFirewallRule', 'Access is denied')}`,
  ),
  'the service SID type is refused': set(
    `${given.windows('CurrentBuildNumber', '17763')}; ${given.failing('sc.exe', 'Zugriff verweigert')}`,
  ),
  'the client is refused, with the secret in the message': set(
    given.failing('Set-NpsRadiusClient', `The value ${secret} is not valid`),
  ),
  'the second client is refused': set(given.failing('New-NpsRadiusClient', 'Element not found', 0), more),
  'the service does not restart': set(failing({ 'Restart-Service': ['Service IAS failed to start', 0] })),
  'the service does not restart at first': set(
    "Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ 'Restart-Service' = [pscustomobject]@{ message = 'Service IAS failed to start'; times = 1 } })",
  ),
  'the import fails too': set(
    failing({
      'Restart-Service': ['Service IAS failed to start', 0],
      'Import-NpsConfiguration': ['The file is corrupt', 0],
    }),
  ),
  'the import does nothing': set(
    `${given.client('probe', '10.0.9.0/29', '$state.radiusClients = @($state.radiusClients | Select-Object -First 1)')}; ${given.failing('Restart-Service', 'Service IAS failed to start')}; ${given.fault('import', 'ignored')}`,
    more,
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
    policies: answer.state.networkPolicies,
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
    ['the firewall is refused', 'Access is denied', 'Nothing was changed in the NPS configuration.', []],
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
    const { exitCode, result } = after(story);
    expect(exitCode).toBe(1);
    expect(result.error.code).toBe('ApplyFailed');
    expect(result.error.message).toContain(reason);
    expect(result.error.message).toContain(undone);
    expect(nps(after(story))).toEqual(nps(before(story)));
    expect(result).toMatchObject({ changed: kept.length > 0, changes: kept });
  });

  it('when it cannot be put back, says so, says what stays, and where the backup is', () => {
    for (const [story, reason] of [
      ['the import fails too', 'The file is corrupt'],
      ['the import does nothing', 'the RADIUS clients are not the same as before'],
    ] as const) {
      const { exitCode, result, backups } = after(story);
      expect(exitCode).toBe(1);
      expect(result.error.message).toContain(`could NOT be put back (${reason})`);
      expect(result.error.message).toMatch(/Import-NpsConfiguration -Path '.*nps-\d{8}-\d{6}-\d{3}\.xml'/);
      expect(result.changes).toContain(`networkPolicy ${policyName}: access permission set to grant`);
      expect(result.changes).toContain('NPS configuration: left partly changed');
      expect(result.changed).toBe(true);
      expect(backups).toHaveLength(1);
    }
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
        // There the second step exports what the first one had set.
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
