import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { desired, given, secret, writing } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const test = (before: string, want = desired()): Command[] => [
  { operation: 'Test', desired: want, given: before },
];
const set = (before: string, want = desired()): Command[] => [
  { operation: 'Set', desired: want, secret, given: before },
];

const source = 'https://download.example.net/NpsExtnForAzureMfaInstaller.exe';
const content = 'the installer';
const sha256 = createHash('sha256').update(content).digest('hex');
const microsoft = 'CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US';
const offered = (from: string, signature: string, subject: string) =>
  `${given.noExtension}; Set-StandInValue $state.files '${from}' ([pscustomobject]@{ content = '${content}'; signature = '${signature}'; subject = '${subject}' })`;
const install = (installer: Record<string, unknown>) =>
  desired({ mfaExtension: 'install', mfaInstaller: installer });
const path = 'D:\\Setup\\NpsExtnForAzureMfaInstaller.exe';

const named = '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567';
const another = `$state.certificates = @($state.certificates) + [pscustomobject]@{ Subject = 'CN=mfa.example.net, O=Example'; Thumbprint = '${named}'; NotAfter = [datetime]::UtcNow.AddDays(90).ToString('o') }`;

/** Whether the running service has loaded the extension. */
const inService = (loaded: boolean) => `Set-StandInValue $state.running 'mfa' $${loaded}`;
const wifi = `foreach ($number in 1..80) { ${given.client('wifi', '10.9.0.1')}$state.radiusClients[-1].name = "wifi-$number"; $state.radiusClients[-1].address = "10.9.$number.0/24" }; $state.running.radiusClients = $state.radiusClients`;

export const stories = {
  'nothing wrong': test(''),
  'a certificate named by CLIENT_CERT_IDENTIFIER': test(
    `${given.mfa('CLIENT_CERT_IDENTIFIER', named.toLowerCase())}; ${another}`,
  ),
  'a certificate named with the spaces and the mark that the console copies': test(
    `${given.mfa('CLIENT_CERT_IDENTIFIER', `\u200e${(named.match(/../g) ?? []).join(' ')} `)}; ${another}`,
  ),
  'a certificate named by its subject': test(
    `${given.mfa('CLIENT_CERT_IDENTIFIER', 'CN=mfa.example.net')}; ${another}`,
  ),
  'a certificate named by its subject, with spaces around it': test(
    `${given.mfa('CLIENT_CERT_IDENTIFIER', ' CN=mfa.example.net ')}; ${another}`,
  ),
  'a certificate named by the name in its subject': test(
    `${given.mfa('CLIENT_CERT_IDENTIFIER', 'mfa.example.net')}; ${another}`,
  ),
  'an expired certificate named by its subject': test(
    `${given.mfa('CLIENT_CERT_IDENTIFIER', 'mfa.example.net')}; ${another.replace('AddDays(90)', 'AddDays(-1)')}`,
  ),
  'a renewed certificate beside the old': test(
    "$state.certificates = @([pscustomobject]@{ Subject = $state.certificates[0].Subject; Thumbprint = 'OLD1'; NotAfter = [datetime]::UtcNow.AddDays(-1).ToString('o') }) + @($state.certificates)",
  ),
  'not installed': test(given.noExtension),
  'authorization not loaded': test(given.dll('AuthorizationDLLs', '')),
  'authentication not loaded': test(given.dll('ExtensionDLLs', '')),
  'no tenant': test(
    `${given.withoutMfa('TENANT_ID')}; ${given.mfa('CLIENT_CERT_IDENTIFIER', '5B1A7D0C6E2F4938A1B2C3D4E5F60718293A4B5C')}`,
  ),
  'not registered': test(`${given.withoutMfa('TENANT_ID')}; $state.certificates = @()`),
  'no certificate': test('$state.certificates = @()'),
  'another certificate than the one named': test(given.mfa('CLIENT_CERT_IDENTIFIER', named)),
  'an expired certificate': test(given.certificateLasts(-2)),
  'a certificate that lasts 29 days': test(given.certificateLasts(29)),
  'a certificate that lasts 30 days': test(given.certificateLasts(30)),
  'users without MFA let in': test(given.mfa('REQUIRE_USER_MATCH', 'FALSE')),
  'users without MFA let in, with spaces around it': test(given.mfa('REQUIRE_USER_MATCH', ' FALSE ')),
  'addresses that skip MFA': test(given.mfa('IP_WHITELIST', '10.0.255.4;10.0.255.5')),
  'an endpoint out of reach': test("$state.unreachable = @('login.microsoftonline.com')"),
  'another cloud': test(
    "$state.unreachable = @('login.microsoftonline.com')",
    desired({ mfaEndpoints: ['login.microsoftonline.us', 'adnotifications.windowsazure.us'] }),
  ),
  'an old version': test(given.version('1.2.2216.1')),
  'a version before codes': test(given.version('1.0.1.32')),
  'codes off': test(given.mfa('OVERRIDE_NUMBER_MATCHING_WITH_OTP', 'FALSE')),
  'codes off, with spaces around it': test(given.mfa('OVERRIDE_NUMBER_MATCHING_WITH_OTP', ' false ')),
  'codes on': test(given.mfa('OVERRIDE_NUMBER_MATCHING_WITH_OTP', 'TRUE')),
  'skip, without the extension': set(given.noExtension, desired({ mfaExtension: 'skip' })),
  'require, without the extension': set(given.noExtension),
  'require, not loaded': set(given.dll('ExtensionDLLs', '')),
  'installed and not registered, and eighty Wi-Fi clients': [
    ...set(`${given.withoutMfa('TENANT_ID')}; $state.certificates = @(); ${inService(false)}; ${wifi}`),
    { operation: 'Set', desired: desired({ mfaExtension: 'skip' }), secret },
  ],
  'registered since NPS started, and eighty Wi-Fi clients': [
    ...set(`${inService(false)}; ${wifi}`),
    { operation: 'Set', desired: desired({ mfaExtension: 'skip' }), secret },
    {
      operation: 'Set',
      desired: desired({
        mfaExtension: 'skip',
        approvedChanges: ['mfa-loads-on-restart', 'client-added:vpngw-hub'],
      }),
      secret,
    },
  ],
  'install by address and hash, and eighty Wi-Fi clients': set(
    `${offered(source, 'NotSigned', '')}; ${wifi}`,
    install({ source, sha256 }),
  ),
  'install by address and hash': [
    ...set(offered(source, 'NotSigned', ''), install({ source, sha256 })),
    { operation: 'Set', desired: install({ source, sha256 }), secret },
  ],
  'install by path and signature': set(offered(path, 'Valid', microsoft), install({ source: path })),
  'install by path, and Windows wants a restart': set(
    `${offered(path, 'Valid', microsoft)}; ${given.fault('installer', 'wants-restart')}`,
    install({ source: path }),
  ),
  'install, already there': set('', install({ source, sha256 })),
  'install, another hash': set(
    offered(source, 'Valid', microsoft),
    install({ source, sha256: 'f'.repeat(64) }),
  ),
  'install, not signed': set(offered(source, 'NotSigned', ''), install({ source })),
  'install, signed by another': set(
    offered(source, 'Valid', 'CN=Contoso, O=Not Microsoft Corporation, C=US'),
    install({ source }),
  ),
  'install, a signature that was tampered with': set(
    offered(source, 'HashMismatch', microsoft),
    install({ source }),
  ),
  'install, nothing there': set(given.noExtension, install({ source, sha256 })),
  'install, the installer fails': set(
    `${offered(source, 'Valid', microsoft)}; ${given.fault('installer', 'fails')}`,
    install({ source }),
  ),
  'install, the installer does nothing': set(
    `${offered(source, 'Valid', microsoft)}; ${given.fault('installer', 'does-nothing')}`,
    install({ source }),
  ),
  'install, not loaded after': set(
    `${offered(source, 'Valid', microsoft)}; ${given.fault('installer', 'not-loaded')}`,
    install({ source }),
  ),
} satisfies Record<string, Command[]>;

export function mfaExtension(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index = 0) => told()[story]?.[index] as Answer;
  const mfaFindings = (answer: Answer) =>
    answer.result.findings
      .filter((finding: { id: string }) => finding.id.startsWith('mfa-'))
      .map((finding: { id: string; severity: string }) => `${finding.severity} ${finding.id}`);

  // A fresh extension asks for codes. So every row has that finding unless it says otherwise.
  it.each([
    ['nothing wrong', []],
    ['a certificate named by CLIENT_CERT_IDENTIFIER', []],
    ['a certificate named with the spaces and the mark that the console copies', []],
    ['a certificate named by its subject', []],
    ['a certificate named by its subject, with spaces around it', []],
    ['a certificate named by the name in its subject', []],
    ['an expired certificate named by its subject', ['high mfa-certificate']],
    ['a renewed certificate beside the old', []],
    ['authorization not loaded', ['high mfa-not-loaded']],
    ['authentication not loaded', ['high mfa-not-loaded']],
    ['no tenant', ['high mfa-tenant-missing']],
    ['not registered', ['high mfa-registration-needed']],
    ['no certificate', ['high mfa-certificate']],
    ['another certificate than the one named', ['high mfa-certificate']],
    ['an expired certificate', ['high mfa-certificate']],
    ['a certificate that lasts 29 days', ['high mfa-certificate']],
    ['a certificate that lasts 30 days', []],
    ['users without MFA let in', ['high mfa-user-match']],
    ['users without MFA let in, with spaces around it', ['high mfa-user-match']],
    ['addresses that skip MFA', ['medium mfa-ip-whitelist']],
    ['an endpoint out of reach', ['high mfa-endpoints']],
    ['another cloud', []],
    ['an old version', ['low mfa-version']],
    ['codes on', []],
  ] as const)('%s: %j', (story, expected) => {
    expect(mfaFindings(step(story)).toSorted()).toEqual(['high mfa-text-codes', ...expected].toSorted());
  });

  it.each([
    ['codes off', []],
    ['codes off, with spaces around it', []],
    ['a version before codes', ['low mfa-version']],
    ['not installed', ['high mfa-not-installed']],
    ['skip, without the extension', []],
  ] as const)('%s: %j, and nothing of codes', (story, expected) => {
    expect(mfaFindings(step(story))).toEqual(expected);
  });

  it('shows what it found', () => {
    for (const story of [
      'a certificate named by CLIENT_CERT_IDENTIFIER',
      'a certificate named with the spaces and the mark that the console copies',
      'a certificate named by its subject',
      'a certificate named by the name in its subject',
    ] as const)
      expect(step(story).result.state.mfa.certificate.thumbprint, story).toBe(named);
    expect(step('a renewed certificate beside the old').result.state.mfa.certificate.thumbprint).not.toBe(
      'OLD1',
    );
    expect(step('no certificate').result.state.mfa.certificate).toBeNull();
    expect(step('users without MFA let in').result.state.mfa.requireUserMatch).toBe(false);
    expect(step('addresses that skip MFA').result.state.mfa.ipWhitelist).toBe('10.0.255.4;10.0.255.5');
    expect(step('an endpoint out of reach').result.state.mfa.endpointsReachable).toBe(false);
    expect(step('another cloud').result.state.mfa.endpointsReachable).toBe(true);
    expect(step('codes on').result.state.mfa.overrideNumberMatching).toBe('TRUE');
    expect(step('not installed').result.state.mfa).toMatchObject({
      installed: false,
      version: null,
      loaded: false,
    });
  });

  it.each(['require, without the extension', 'require, not loaded'] as const)(
    '%s: refused before anything is written',
    (story) => {
      const { exitCode, result, state } = step(story);
      expect(exitCode).toBe(1);
      expect(result.error).toMatchObject({ code: 'MfaExtensionMissing', target: 'mfaExtension' });
      expect(result).toMatchObject({ changed: false, changes: [] });
      expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
    },
  );

  it('an extension that is not registered is never loaded by our restart, wanted or not', () => {
    for (const index of [0, 1]) {
      const { exitCode, state } = step('installed and not registered, and eighty Wi-Fi clients', index);
      expect(exitCode).toBe(0);
      expect(state.service.restarts).toBe(0);
      expect(state.running).toMatchObject({ mfa: false });
      expect(state.running.radiusClients).toHaveLength(80);
    }
    const { result } = step('installed and not registered, and eighty Wi-Fi clients');
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        id: 'mfa-registration-needed',
        message: expect.stringContaining('NPS was not restarted'),
      }),
    );
  });

  it('one that is registered but not yet loaded is loaded only with approval, also where the deployment skips it', () => {
    const story = 'registered since NPS started, and eighty Wi-Fi clients';
    for (const index of [0, 1]) {
      const { exitCode, result, state } = step(story, index);
      expect(exitCode).toBe(1);
      expect(result.error.code).toBe('MfaLoadsOnRestart');
      expect(state.service.restarts).toBe(0);
      expect(state.radiusClients).toHaveLength(80);
    }
    expect(step(story, 2).exitCode).toBe(0);
    expect(step(story, 2).state.running.mfa).toBe(true);
  });

  it('is not installed unasked where others use the server', () => {
    const { exitCode, result, state } = step('install by address and hash, and eighty Wi-Fi clients');
    expect(exitCode).toBe(1);
    expect(result.error.message).toContain("It needs an approval of 'mfa-installed'");
    expect(state.calls).not.toContain('Start-Process /install /quiet');
    expect(state.service.restarts).toBe(0);
  });

  it.each([
    ['install by address and hash', `Invoke-WebRequest ${source}`],
    ['install by path and signature', `Copy-Item ${path}`],
    ['install by path, and Windows wants a restart', `Copy-Item ${path}`],
  ] as const)('%s', (story, taken) => {
    const { exitCode, changes, result, state } = step(story);
    expect(exitCode).toBe(0);
    expect(changes[0]).toMatch(/^mfaExtension: installed;/);
    expect(result.state.mfa).toMatchObject({ installed: true, loaded: true, tenantId: null });
    expect(state.calls.filter((call: string) => /^(Invoke-Web|Copy-Item)/.test(call))).toEqual([taken]);
    expect(state.calls).toContain('Start-Process /install /quiet');
    expect(state.radiusClients).toHaveLength(1);
  });

  it('the step that needs a person is told with its command, not claimed to be done', () => {
    const finding = step('install by address and hash').result.findings.find(
      (each: { id: string }) => each.id === 'mfa-registration-needed',
    );
    expect(finding.severity).toBe('high');
    expect(finding.fix).toContain(
      'C:\\Program Files\\Microsoft\\AzureMfa\\Config\\AzureMfaNpsExtnConfigSetup.ps1',
    );
  });

  it('installs once', () => {
    expect(step('install by address and hash', 1).result).toMatchObject({ changed: false, changes: [] });
    expect(step('install, already there').state.calls).not.toContain('Start-Process /install /quiet');
  });

  it.each([
    ['install, another hash', `its SHA-256 is ${sha256}, but ${'f'.repeat(64)} was expected`],
    ['install, not signed', 'its signature is NotSigned'],
    [
      'install, signed by another',
      'it is signed by CN=Contoso, O=Not Microsoft Corporation, C=US, not by Microsoft Corporation',
    ],
    ['install, a signature that was tampered with', 'its signature is HashMismatch'],
    ['install, nothing there', `${source} could not be read: Cannot find '${source}'`],
  ] as const)('%s: rejected and not run', (story, reason) => {
    const { exitCode, result, state } = step(story);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'InstallerRejected', target: 'mfaInstaller' });
    expect(result.error.message).toContain(reason);
    expect(result.changed).toBe(false);
    expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it.each([
    ['install, the installer fails', 'ApplyFailed', 'exit code 1603', []],
    ['install, the installer does nothing', 'MfaExtensionMissing', 'not installed', []],
    ['install, not loaded after', 'MfaExtensionMissing', 'does not load it', ['mfa-installed']],
  ] as const)('%s: %s, and NPS is left as it was', (story, code, reason, changes) => {
    const { exitCode, result, state } = step(story);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code, target: expect.stringMatching(/^mfa(Installer|Extension)$/) });
    expect(result.error.message).toContain(reason);
    expect(result.changes.map(({ id }: { id: string }) => id)).toEqual(changes);
    expect(state.radiusClients).toEqual([]);
    expect(state.calls.some((call: string) => call.startsWith('netsh'))).toBe(false);
  });

  it('leaves no installer behind', () => {
    for (const story of Object.keys(stories).filter((name) => name.startsWith('install'))) {
      expect(told()[story]?.[0]?.backups.filter((file) => file.includes(content))).toEqual([]);
    }
  });
}
