import type { DesiredState } from './desired-state.ts';
import { type Difference, finding } from './difference.ts';
import type { NpsServerState } from './state.ts';

/** The server around NPS: role, service, service SID type, firewall, auditing, settings against CVE-2024-3596. */
export function serverDifferences(state: NpsServerState, { blastRadius: wish }: DesiredState): Difference[] {
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
  const update = 'Install the updates of July 2024 or later, then apply the desired state.';
  differs(
    wish.limitProxyState && !state.blastRadius.limitProxyState,
    ['limit-proxy-state-off', 'medium', 'limitProxyState is off (CVE-2024-3596).', update],
    'blastRadius: limitProxyState enabled',
    (s) => {
      if (s.blastRadiusUpdates) s.blastRadius.limitProxyState = true;
      return s.blastRadiusUpdates;
    },
  );
  differs(
    wish.requireMessageAuthenticator && !state.blastRadius.requireMessageAuthenticator,
    ['require-message-authenticator-off', 'medium', 'requireMsgAuth is off (CVE-2024-3596).', update],
    'blastRadius: requireMessageAuthenticator enabled',
    (s) => {
      if (s.blastRadiusUpdates) s.blastRadius.requireMessageAuthenticator = true;
      return s.blastRadiusUpdates;
    },
  );
  return found;
}

const needRestart = ['sidtype-restricted', 'limit-proxy-state-off', 'require-message-authenticator-off'];

/** Only Server 2019 needs the SID type to be looked at. */
export function hasSidType(state: NpsServerState): boolean {
  return state.os.includes('2019');
}
