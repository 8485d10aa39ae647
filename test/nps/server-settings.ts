import { expect, it } from 'vitest';
import { desired, given, policyName, secret, writing } from './desired.ts';
import type { Answer, Command } from './engine.ts';

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
const closed = 'foreach ($rule in $state.firewall) { $rule.enabled = $false }';

export const stories = {
  'no role': set(noRole),
  'no role, and none to be had': set(
    `${noRole}; ${given.failing('Install-WindowsFeature', 'The source files could not be found.')}`,
  ),
  'Server Core': set(given.windows('InstallationType', 'Server Core')),
  'Server Core without the role': set(`${noRole}; ${given.windows('InstallationType', 'Server Core')}`),
  'the service stopped': set("$state.service.status = 'Stopped'"),
  'the service stopped, nothing else to do': [
    { operation: 'Set', desired: desired(), secret },
    ...set("$state.service.status = 'Stopped'"),
  ],
  'Server 2019': set(given.windows('CurrentBuildNumber', '17763')),
  'Server 2022': set(given.windows('CurrentBuildNumber', '20348')),
  'Server 2025': set(given.windows('CurrentBuildNumber', '26100')),
  'rules that are disabled': set(closed),
  'no rule for one port': set("$state.firewall = @($state.firewall | Where-Object { $_.port -ne '1813' })"),
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
  'limitProxyState not wanted': set('', desired({ blastRadius: { limitProxyState: false } })),
} satisfies Record<string, Command[]>;

export function serverSettings(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index: number) => told()[story]?.[index] as Answer;
  const ids = (answer: Answer) => answer.result.findings.map((finding: { id: string }) => finding.id);

  it.each([
    ['no role', 'npas-missing', 'server: role NPAS installed'],
    ['the service stopped', 'service-stopped', 'server: service IAS started'],
    ['Server 2019', 'sidtype-restricted', 'server: service SID type of IAS set to unrestricted'],
    ['rules that are disabled', 'firewall-closed', 'firewall: UDP 1812, 1813, 1645, 1646 opened'],
    ['no rule for one port', 'firewall-closed', 'firewall: UDP 1813 opened'],
    ['audit of success only', 'audit-off', 'audit: success and failure of Network Policy Server recorded'],
    [
      'Message-Authenticator required',
      'require-message-authenticator-off',
      'blastRadius: requireMessageAuthenticator enabled',
    ],
  ] as const)('%s: %s, then set right, then left alone', (story, finding, text) => {
    expect(ids(step(story, 0))).toContain(finding);
    expect(step(story, 0).result.changes).toContain(text);
    expect(step(story, 1).exitCode).toBe(0);
    expect(step(story, 1).result.changes).toContain(text);
    expect(ids(step(story, 1))).toEqual([]);
    expect(step(story, 2).result).toMatchObject({ changed: false, findings: [] });
  });

  it('installs the role with its management tools, then configures it', () => {
    const { state, result } = step('no role', 1);
    expect(state.calls).toContain('Install-WindowsFeature NPAS IncludeManagementTools=True');
    expect(result.changes).toContain('radiusClient vpngw-hub: added 10.0.255.0/27');
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
    expect(step('the service stopped, nothing else to do', 2).result.changes).toEqual([
      'server: service IAS started',
    ]);
    expect(step('the service stopped, nothing else to do', 2).backups).toHaveLength(1);
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

  it('enables the rules that are there and adds what is missing', () => {
    const enabled = step('rules that are disabled', 1);
    expect(enabled.result.state.firewallOpen).toBe(true);
    expect(enabled.state.firewall).toHaveLength(4);
    expect(enabled.state.calls).toContain('Enable-NetFirewallRule NPS-NPSSvc-In-UDP-1812');
    expect(step('no rule for one port', 1).state.calls).toContain(
      'New-NetFirewallRule VpnNps-UDP-1813 Inbound Allow UDP 1813',
    );
  });

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
    expect(ids(step('Blast-RADIUS in the export', 0))).not.toContain('limit-proxy-state-off');
    expect(step('Blast-RADIUS in the export', 1).result.state.blastRadius.limitProxyState).toBe(true);
    expect(step('Blast-RADIUS in the export', 1).state.calls.join()).not.toContain('limitproxystate');
    expect(step('Blast-RADIUS in the export, off', 1).result).toMatchObject({ changed: true, findings: [] });
    expect(step('Blast-RADIUS in the export, off', 2).result).toMatchObject({ changed: false, findings: [] });
    expect(ids(step('limitProxyState not wanted', 0))).not.toContain('limit-proxy-state-off');
    expect(step('limitProxyState not wanted', 1).state.blastRadius.limitProxyState).toBe(false);
  });

  it('leaves Message-Authenticator as it is where it could lock out the users of other clients, and says so', () => {
    const story = 'Message-Authenticator, and clients of others';
    const change = 'blastRadius: requireMessageAuthenticator enabled';
    expect(step(story, 0).result.changes).not.toContain(change);
    for (const index of [1, 2]) {
      const { exitCode, result, state } = step(story, index);
      expect(exitCode).toBe(0);
      expect(result.changes).not.toContain(change);
      expect(result.state).toMatchObject({
        otherRadiusClients: 2,
        blastRadius: { limitProxyState: true, requireMessageAuthenticator: false },
      });
      expect(state.blastRadius.requireMsgAuth).toBe(false);
      expect(state.calls.join()).not.toContain('requiremsgauth');
      const [finding] = result.findings.filter(
        ({ id }: { id: string }) => id === 'require-message-authenticator-off',
      );
      expect(finding.severity).toBe('medium');
      expect(finding.message).toContain('2 other RADIUS client(s)');
      expect(finding.fix).toContain('netsh nps set requiremsgauth all="enable"');
    }
    expect(step(story, 2).result).toMatchObject({ changed: false, changes: [] });
  });

  it('never switches Message-Authenticator off, and warns of it where PAP is wanted', () => {
    const others = step('Message-Authenticator required already, and clients of others', 2);
    expect(ids(others)).toEqual(['other-clients-get-mfa']);
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
    expect(ids(step(story, 1))).toEqual(['limit-proxy-state-off']);
    expect(step(story, 1).result.changes).not.toContain('blastRadius: limitProxyState enabled');
    expect(step(story, 2).result).toMatchObject({ changed: false, changes: [] });
  });
}
