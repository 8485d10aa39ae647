import type { DesiredState } from './desired-state.ts';
import { type Difference, finding } from './difference.ts';
import { otherClients } from './radius-client-rules.ts';
import type { NpsServerState } from './state.ts';

/** The server around NPS: role, service, service SID type, firewall, auditing, settings against CVE-2024-3596. */
export function serverDifferences(state: NpsServerState, desired: DesiredState): Difference[] {
  const { blastRadius: wish } = desired;
  const found: Difference[] = [];
  const differs = (
    wanted: boolean,
    problem: Parameters<typeof finding>,
    change?: string,
    apply?: Difference['apply'],
  ) => {
    if (!wanted) return;
    const changes = change ? [change] : [];
    const restart = needRestart.includes(problem[0]);
    found.push({ part: 'server', restart, finding: finding(...problem), changes, ...(apply && { apply }) });
  };

  differs(state.serverCore, [
    'server-core',
    'high',
    'NPS does not run on Server Core.',
    'Use a server with Desktop Experience.',
  ]);
  // The role is installed ahead of everything else, so this difference has nothing to apply.
  differs(
    !state.npasInstalled,
    [
      'npas-missing',
      'high',
      'The role NPAS is not installed.',
      'Install-WindowsFeature NPAS -IncludeManagementTools',
    ],
    state.serverCore ? undefined : 'server: role NPAS installed',
  );
  if (!state.npasInstalled) return found;
  differs(
    !state.serviceRunning,
    ['service-stopped', 'high', 'The service IAS does not run.', 'Start-Service IAS'],
    'server: service IAS started',
    (s) => {
      s.serviceRunning = true;
      return true;
    },
  );
  differs(
    hasSidType(state) && !state.sidTypeUnrestricted,
    [
      'sidtype-restricted',
      'medium',
      'The SID type of the service IAS is restricted, so the firewall of Server 2019 drops RADIUS.',
      'sc.exe sidtype IAS unrestricted',
    ],
    'server: SID type of the service IAS set to unrestricted',
    (s) => {
      s.sidTypeUnrestricted = true;
      return true;
    },
  );
  differs(
    !state.firewallOpen,
    [
      'firewall-closed',
      'high',
      'No enabled firewall rule lets RADIUS in.',
      'Enable the rules of Network Policy Server.',
    ],
    'firewall: RADIUS ports opened',
    (s) => {
      s.firewallOpen = true;
      return true;
    },
  );
  differs(
    !state.audit.success || !state.audit.failure,
    [
      'audit-off',
      'medium',
      'Grants and denials are not both recorded (6272, 6273).',
      'Apply the desired state.',
    ],
    'audit: success and failure of Network Policy Server recorded',
    (s) => {
      s.audit = { success: true, failure: true };
      return true;
    },
  );
  const update = 'Install the Windows updates of July 2024 or later and apply the desired state.';
  differs(
    wish.limitProxyState && !state.blastRadius.limitProxyState,
    ['limit-proxy-state-off', 'medium', 'limitProxyState is off (CVE-2024-3596).', update],
    'blastRadius: limitProxyState enabled',
    (s) => {
      if (s.blastRadiusUpdates) s.blastRadius.limitProxyState = true;
      return s.blastRadiusUpdates;
    },
  );
  const required = state.blastRadius.requireMessageAuthenticator;
  const missing = wish.requireMessageAuthenticator && !required;
  const others = otherClients(state, desired).length;
  if (others > 0) differs(missing, messageAuthenticatorLeftOff(others));
  else {
    differs(
      missing,
      ['require-message-authenticator-off', 'medium', messageAuthenticatorOff, update],
      'blastRadius: requireMessageAuthenticator enabled',
      (s) => {
        if (s.blastRadiusUpdates) s.blastRadius.requireMessageAuthenticator = true;
        return s.blastRadiusUpdates;
      },
    );
  }
  differs(required && desired.networkPolicy.authenticationMethods.includes('PAP'), messageAuthenticatorOn);
  return found;
}

/** By hand the module's note has to be made by hand as well: where NPS keeps the setting is not documented. */
const byHand = (setting: 'enable' | 'disable') =>
  `netsh nps set requiremsgauth all="${setting}"; reg add HKLM\\SOFTWARE\\VpnNps /v requireMsgAuth /t REG_DWORD /d ${setting === 'enable' ? 1 : 0} /f; Restart-Service IAS`;

const messageAuthenticatorOff =
  'Not known to be on: requireMsgAuth, which drops packets without Message-Authenticator (CVE-2024-3596).';

/** It holds for the whole server, so it is switched on only where no client but ours could be locked out by it. */
const messageAuthenticatorLeftOff = (others: number): Parameters<typeof finding> => [
  'require-message-authenticator-off',
  'medium',
  `${messageAuthenticatorOff} It is left as it is: it holds for the whole server, and ${others} other RADIUS client(s) use this NPS, whose users it may lock out.`,
  `Find out whether each of them sends Message-Authenticator (with EAP it must; with PAP, CHAP or MS-CHAP it may not). Only then run: ${byHand('enable')}`,
];

/** Whether the gateway sends Message-Authenticator with PAP is not documented. */
const messageAuthenticatorOn: Parameters<typeof finding> = [
  'require-message-authenticator-on',
  'medium',
  'requireMsgAuth is on: NPS drops packets without Message-Authenticator, and whether the gateway sends it with PAP (OpenVPN) is not documented. Users of OpenVPN may not be able to sign in.',
  `Sign in once with OpenVPN and look for event 17 of source NPS in the System log. Where it appears, use another NPS for OpenVPN, or run: ${byHand('disable')}`,
];

const needRestart = ['sidtype-restricted', 'limit-proxy-state-off', 'require-message-authenticator-off'];

/** Only Server 2019 needs the SID type to be looked at. */
export function hasSidType(state: NpsServerState): boolean {
  return state.os.includes('2019');
}
