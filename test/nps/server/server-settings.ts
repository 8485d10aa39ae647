import { expect, it } from 'vitest';
import { npsCheckOf } from '../../../shared/nps/checks/table.ts';
import { desired, given, policyName, secret, writing } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const set = (before: string, want = desired()): Command[] => [
  { operation: 'Test', desired: want, secret, given: before },
  { operation: 'Set', desired: want, secret },
  { operation: 'Set', desired: want, secret },
];
const noRole = '$state.features.NPAS = $false';
const eapOnly = desired({ blastRadius: { limitProxyState: true, requireMessageAuthenticator: true } });
const withPap = desired({
  networkPolicy: { name: policyName, grant: true, authenticationMethods: ['EAP', 'PAP'] },
});
const requiredAlready =
  "Set-StandInValue $state.faults 'blastRadiusInExport' $true; $state.blastRadius.requireMsgAuth = $true";
/** What applies to every RADIUS client of a server. */
const serverWide = [
  'service-started',
  'sidtype-unrestricted',
  'audit-on',
  'limit-proxy-state-on',
  'require-message-authenticator-on',
  `policy-grant:${policyName}`,
  'mfa-text-codes',
];
const closed = 'foreach ($rule in $state.firewall) { $rule.enabled = $false }';

export const stories = {
  'no role': set(noRole),
  'no role, and none to be had': set(
    `${noRole}; ${given.failing('Install-WindowsFeature', 'The source files could not be found.')}`,
  ),
  'Server Core': set(given.windows('InstallationType', 'Server Core')),
  'Server Core without the role': set(`${noRole}; ${given.windows('InstallationType', 'Server Core')}`),
  'the service stopped': set("$state.service.status = 'Stopped'"),
  'the service stopped after a gateway was set up': [
    { operation: 'Set', desired: desired(), secret },
    ...set("$state.service.status = 'Stopped'"),
    { operation: 'Set', desired: desired({ approvedChanges: ['service-started'] }), secret },
  ],
  'the firewall closed after a gateway was set up': [
    { operation: 'Set', desired: desired(), secret },
    ...set(closed),
    { operation: 'Set', desired: desired({ approvedChanges: ['firewall-opened:vpngw-hub'] }), secret },
  ],
  'Server 2019': set(given.windows('CurrentBuildNumber', '17763')),
  'Server 2022': set(given.windows('CurrentBuildNumber', '20348')),
  'Server 2025': set(given.windows('CurrentBuildNumber', '26100')),
  'rules that are disabled': set(closed),
  'rules for other addresses': set(
    "foreach ($rule in $state.firewall) { $rule.remote = '10.9.0.0/255.255.0.0' }",
  ),
  'rules for a wider range': set(
    "foreach ($rule in $state.firewall) { $rule.remote = '10.0.0.0/255.0.0.0' }",
  ),
  'a rule that blocks': set(
    "$state.firewall = @($state.firewall) + [pscustomobject]@{ name = 'Incident'; port = '1812'; enabled = $true; remote = '10.0.0.0/8'; action = 'Block' }",
  ),
  'our rule, disabled by somebody': [
    { operation: 'Set', desired: desired(), secret, given: closed },
    ...set(closed),
  ],
  'audit of success only': set('$state.audit = 1'),
  'audit already on': set('$state.audit = 3'),
  'Blast-RADIUS in the export': set(
    "Set-StandInValue $state.faults 'blastRadiusInExport' $true; $state.blastRadius.limitProxyState = $true",
  ),
  'Blast-RADIUS in the export, off': set("Set-StandInValue $state.faults 'blastRadiusInExport' $true"),
  'without the update of July 2024': set("Set-StandInValue $state.faults 'withoutJuly2024Update' $true"),
  'Message-Authenticator required': set('', eapOnly),
  'Message-Authenticator, and clients of others': set(
    `${given.client('wlan', '10.9.9.9')}; ${given.client('vpngw-hub-old', '10.0.254.0/27')}; ${given.client('vpngw-hub-10.0.255.4', '10.0.255.4')}`,
    eapOnly,
  ),
  'Message-Authenticator required already, and clients of others': set(
    `${given.client('wlan', '10.9.9.9')}; ${requiredAlready}`,
    eapOnly,
  ),
  'Message-Authenticator required already, and PAP wanted': set(requiredAlready, withPap),
  'everything off, and clients of others': [
    ...set(
      `${given.client('wlan', '10.9.9.9')}; ${given.windows('CurrentBuildNumber', '17763')}; $state.service.status = 'Stopped'`,
      eapOnly,
    ),
    { operation: 'Set', desired: { ...eapOnly, approvedChanges: serverWide }, secret },
    { operation: 'Set', desired: { ...eapOnly, approvedChanges: [] }, secret },
  ],
  'another server than the one that was approved': [
    { operation: 'Set', desired: desired({ approvedChanges: ['audit-on', 'limit-proxy-state-on'] }), secret },
  ],
  'Audit mode': set(
    "Set-StandInValue $state.faults 'blastRadiusInExport' $true; $state.blastRadius.limitProxyState = 'audit'; $state.blastRadius.requireMsgAuth = 'audit'",
    eapOnly,
  ),
  'limitProxyState not wanted': set('', desired({ blastRadius: { limitProxyState: false } })),
} satisfies Record<string, Command[]>;

export function serverSettings(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index: number) => told()[story]?.[index] as Answer;
  const ids = (answer: Answer) => answer.result.findings.map((finding: { id: string }) => finding.id);

  it.each([
    ['no role', 'npas-missing', 'server: role NPAS installed'],
    ['the service stopped', 'nps-service', 'server: service IAS started'],
    ['Server 2019', 'sidtype-restricted', 'server: service SID type of IAS set to unrestricted'],
    ['rules that are disabled', 'nps-firewall', 'firewall: UDP 1812 and 1813 opened for 10.0.255.0/27'],
    ['rules for other addresses', 'nps-firewall', 'firewall: UDP 1812 and 1813 opened for 10.0.255.0/27'],
    ['audit of success only', 'audit-off', 'audit: success and failure of Network Policy Server recorded'],
    [
      'Message-Authenticator required',
      'blast-radius-message-authenticator',
      'blastRadius: requireMessageAuthenticator enabled',
    ],
  ] as const)('%s: %s, then set right, then left alone', (story, finding, text) => {
    expect(ids(step(story, 0))).toContain(finding);
    expect(step(story, 0).changes).toContain(text);
    expect(step(story, 1).exitCode).toBe(0);
    expect(step(story, 1).changes).toContain(text);
    expect(ids(step(story, 1))).toEqual([]);
    expect(step(story, 2).result).toMatchObject({ changed: false, findings: [] });
  });

  it('installs the role with its management tools, then configures it', () => {
    const { state, changes, result } = step('no role', 1);
    expect(state.calls).toContain('Install-WindowsFeature NPAS IncludeManagementTools=True');
    expect(changes).toContain('radiusClient vpngw-hub: added 10.0.255.0/27');
    expect(result.state.server).toMatchObject({ npasInstalled: true, serviceRunning: true });
    expect(step('no role', 0).result.state).toMatchObject({
      server: { npasInstalled: false },
      radiusClients: [],
    });
  });

  it('says so when the role cannot be installed', () => {
    const { exitCode, result } = step('no role, and none to be had', 1);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'NpasMissing', target: 'server' });
    expect(result.error.message).toContain('The source files could not be found.');
    expect(result).toMatchObject({ changed: false, changes: [] });
  });

  it.each(['Server Core', 'Server Core without the role'] as const)(
    '%s is refused before anything is written',
    (story) => {
      expect(ids(step(story, 0))).toContain('server-core');
      const { exitCode, result, state } = step(story, 1);
      expect(exitCode).toBe(1);
      expect(result.error).toMatchObject({ code: 'ServerCore', target: 'server' });
      expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
    },
  );

  it('starts a stopped service once instead of restarting it', () => {
    expect(step('the service stopped', 1).state.service).toEqual({ status: 'Running', restarts: 1 });
  });

  it.each([
    ['the service stopped after a gateway was set up', 'nps-service', 'server: service IAS started'],
    [
      'the firewall closed after a gateway was set up',
      'nps-firewall',
      'firewall: UDP 1812 and 1813 opened for 10.0.255.0/27',
    ],
  ] as const)('%s: that may be a decision, which only an approval takes back', (story, finding, text) => {
    const [, , set, again, approved] = told()[story] as Answer[];
    expect(step(story, 1).result.changes).toMatchObject([{ what: text, asks: true }]);
    for (const answer of [set!, again!]) {
      expect(answer.exitCode).toBe(0);
      expect(answer.result.changed).toBe(false);
      expect(ids(answer)).toEqual(expect.arrayContaining([finding, 'sign-in-blocked']));
    }
    expect(approved!.changes).toEqual([text]);
    expect(ids(approved!)).toEqual([]);
    expect(approved!.backups).toHaveLength(1);
  });

  it('sets the service SID type on Server 2019 only', () => {
    expect(step('Server 2019', 1).state.calls).toContain('sc.exe sidtype IAS unrestricted');
    expect(step('Server 2019', 0).result.state.server).toMatchObject({
      os: 'Windows Server 2019',
      sidTypeUnrestricted: false,
    });
    expect(step('Server 2019', 1).result.state.server.sidTypeUnrestricted).toBe(true);
    for (const story of ['Server 2022', 'Server 2025'] as const) {
      expect(step(story, 1).result.state.server.os).toBe(`Windows ${story}`);
      expect(step(story, 1).result.state.server).not.toHaveProperty('sidTypeUnrestricted');
      expect(step(story, 1).state.calls.join()).not.toContain('sidtype');
    }
  });

  it('opens the firewall for the gateway alone, and leaves the rules of others and the old ports closed', () => {
    for (const story of ['rules that are disabled', 'rules for other addresses'] as const) {
      const { result, state } = step(story, 1);
      expect(result.state.firewallOpen).toBe(true);
      expect(state.firewall.slice(0, 4)).toEqual(step(story, 0).state.firewall);
      expect(state.firewall.slice(4)).toEqual([
        {
          name: 'VpnNps-RADIUS-vpngw-hub',
          port: ['1812', '1813'],
          enabled: true,
          remote: '10.0.255.0/27',
          action: 'Allow',
        },
      ]);
    }
    expect(ids(step('rules for a wider range', 0))).not.toContain('nps-firewall');
    expect(step('rules for a wider range', 1).state.firewall).toHaveLength(4);
  });

  it.each(['a rule that blocks', 'our rule, disabled by somebody'] as const)(
    '%s is a decision: it is told and left',
    (story) => {
      const [test, done] = told()[story]!.slice(-3) as Answer[];
      expect(ids(done!)).toEqual(expect.arrayContaining(['nps-firewall', 'sign-in-blocked']));
      expect(done!.state.firewall).toEqual(test!.state.firewall);
      expect(done!.changes.join()).not.toContain('firewall');
    },
  );

  it('names the audit subcategory by its GUID, for its name is translated', () => {
    expect(step('audit of success only', 0).result.state.audit).toEqual({ success: true, failure: false });
    expect(step('audit of success only', 1).result.state.audit).toEqual({ success: true, failure: true });
    expect(step('audit of success only', 1).state.calls).toContain(
      'auditpol.exe /set /subcategory:{0CCE9243-69AE-11D9-BED3-505054503030} /success:enable /failure:enable',
    );
    expect(step('audit already on', 1).state.calls.join()).not.toContain('auditpol.exe /set');
  });

  it('sets what protects against Blast-RADIUS, unless the export shows it is on', () => {
    expect(step('Message-Authenticator required', 1).state.calls).toEqual(
      expect.arrayContaining([
        'netsh.exe nps set limitproxystate all = enable',
        'netsh.exe nps set requiremsgauth all = enable',
      ]),
    );
    expect(step('Message-Authenticator required', 1).result.state.blastRadius).toEqual({
      limitProxyState: true,
      requireMessageAuthenticator: true,
    });
    expect(step('Server 2022', 1).state.blastRadius.requireMsgAuth).toBe(false);
    expect(ids(step('Blast-RADIUS in the export', 0))).not.toContain('blast-radius-proxy-state');
    expect(step('Blast-RADIUS in the export', 1).result.state.blastRadius.limitProxyState).toBe(true);
    expect(step('Blast-RADIUS in the export', 1).state.calls.join()).not.toContain('limitproxystate');
    expect(step('Blast-RADIUS in the export, off', 1).result).toMatchObject({ changed: true, findings: [] });
    expect(step('Blast-RADIUS in the export, off', 2).result).toMatchObject({ changed: false, findings: [] });
    expect(ids(step('limitProxyState not wanted', 0))).not.toContain('blast-radius-proxy-state');
    expect(step('limitProxyState not wanted', 1).state.blastRadius.limitProxyState).toBe(false);
  });

  it('leaves Message-Authenticator as it is where it could lock out the users of other clients, and says so', () => {
    const story = 'Message-Authenticator, and clients of others';
    const change = 'blastRadius: requireMessageAuthenticator enabled';
    expect(step(story, 0).result.changes).toContainEqual({
      id: 'require-message-authenticator-on',
      what: change,
      scope: 'server',
      restart: true,
      asks: true,
    });
    for (const index of [1, 2]) {
      const { exitCode, changes, result, state } = step(story, index);
      expect(exitCode).toBe(0);
      expect(changes).not.toContain(change);
      expect(result.state).toMatchObject({
        otherRadiusClients: 2,
        blastRadius: { limitProxyState: false, requireMessageAuthenticator: false },
      });
      expect(state.blastRadius.requireMsgAuth).toBe(false);
      expect(state.calls.join()).not.toContain('requiremsgauth');
      const [finding] = result.findings.filter(
        ({ id }: { id: string }) => id === 'blast-radius-message-authenticator',
      );
      expect(finding.severity).toBe('medium');
      expect(finding.message).toContain('2 other RADIUS client(s)');
      // This one answer is too long for the fix: the app then tells the fix from its table.
      const fix = finding.fix ?? npsCheckOf.get(finding.id)?.fix;
      expect(fix).toContain('netsh nps set requiremsgauth all="enable"');
    }
    expect(step(story, 2).result).toMatchObject({ changed: false, changes: [] });
  });

  it('changes nothing that other clients would meet, unless it was approved', () => {
    const story = 'everything off, and clients of others';
    const [test, done, again, approved, after] = told()[story] as Answer[];
    const asked = test!.result.changes.filter(({ asks }: { asks?: boolean }) => asks);
    expect(asked.map(({ id }: { id: string }) => id).toSorted()).toEqual(serverWide.toSorted());
    expect(done!.exitCode).toBe(0);
    expect(done!.changes).toEqual(['radiusClient vpngw-hub: added 10.0.255.0/27']);
    for (const { id } of asked)
      expect(again!.result.changes.map((each: { id: string }) => each.id)).not.toContain(id);
    const untouched = ({ state }: Answer) => ({
      service: state.service,
      audit: state.audit,
      blastRadius: state.blastRadius,
      registry: { ...state.registry, 'HKLM:\\SOFTWARE\\VpnNps': undefined },
      policies: state.networkPolicies,
      firewall: state.firewall,
    });
    expect(untouched(done!)).toEqual(untouched(test!));
    expect(ids(done!)).toEqual(
      expect.arrayContaining([
        'nps-service',
        'sidtype-restricted',
        'audit-off',
        'mfa-text-codes',
        'sign-in-blocked',
      ]),
    );
    expect(approved!.exitCode).toBe(0);
    expect(approved!.result.changes.map(({ id }: { id: string }) => id).toSorted()).toEqual(
      serverWide.toSorted(),
    );
    expect(ids(approved!)).toEqual(['other-clients-get-mfa']);
    expect(after!.result).toMatchObject({ changed: false });
  });

  it('refuses to do more than was approved', () => {
    const { exitCode, result, state } = step('another server than the one that was approved', 0);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'PlanChanged', target: 'approvedChanges' });
    expect(result.error.message).toContain('radiusClient vpngw-hub: added 10.0.255.0/27');
    expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it('Audit mode is neither off nor on, and stays', () => {
    const { result, state } = step('Audit mode', 1);
    expect(result.state.blastRadius).toEqual({
      limitProxyState: false,
      requireMessageAuthenticator: false,
      audit: ['limitProxyState', 'requireMessageAuthenticator'],
    });
    expect(ids(step('Audit mode', 1))).toEqual(['blast-radius-audit', 'blast-radius-audit']);
    expect(state.calls.join()).not.toMatch(/limitproxystate|requiremsgauth/);
  });

  it('never switches Message-Authenticator off, and warns of it where PAP is wanted', () => {
    const others = step('Message-Authenticator required already, and clients of others', 2);
    expect(ids(others)).not.toContain('blast-radius-message-authenticator');
    expect(others.state.blastRadius.requireMsgAuth).toBe(true);
    const pap = step('Message-Authenticator required already, and PAP wanted', 1);
    expect(pap.exitCode).toBe(0);
    expect(pap.result.state.networkPolicy.authenticationMethods).toContain('PAP');
    expect(pap.result.findings).toMatchObject([
      {
        id: 'require-message-authenticator-on',
        severity: 'medium',
        fix: expect.stringContaining('event 17'),
      },
    ]);
    expect(pap.state.blastRadius.requireMsgAuth).toBe(true);
    expect(pap.state.calls.join()).not.toContain('requiremsgauth');
  });

  it('a server without the update of July 2024 gets all the rest, and the finding stays', () => {
    const story = 'without the update of July 2024';
    expect(step(story, 1).exitCode).toBe(0);
    expect(ids(step(story, 1))).toEqual(['blast-radius-proxy-state']);
    expect(step(story, 1).changes).not.toContain('blastRadius: limitProxyState enabled');
    expect(step(story, 2).result).toMatchObject({ changed: false, changes: [] });
  });
}
