import type { DesiredState } from './desired-state.ts';
import type { AuthenticationMethod, NetworkPolicy, NpsServerState, RadiusClient } from './state.ts';

export interface Finding {
  readonly id: string;
  readonly severity: 'high' | 'medium' | 'low' | 'info';
  readonly message: string;
  readonly fix: string;
}

/** Something that is not as it should be, and what Set does about it; without a `change` a human has to. */
export interface Deviation {
  readonly finding: Finding;
  readonly change?: { readonly sentence: string; readonly apply: (state: NpsServerState) => void };
}

const day = 86_400_000;
const defaultEndpoints = [
  'login.microsoftonline.com',
  'credentials.azure.com',
  'strongauthenticationservice.auth.microsoft.com',
  'adnotifications.windowsazure.com',
];

/** From 1.2.2216.1 on the extension asks for number matching, which is what `OVERRIDE_NUMBER_MATCHING_WITH_OTP` is about. */
const oldestGoodVersion = [1, 2, 2216, 1];

const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function olderThan(version: string, bound: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const differing = bound.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return differing !== -1 && (parts[differing] ?? 0) < (bound[differing] ?? 0);
}

function finding(id: string, severity: Finding['severity'], message: string, fix: string): Finding {
  return { id, severity, message, fix };
}

/** Everything that differs from `desired`; `secret` undefined leaves the shared secret uncompared. */
export function deviations(
  state: NpsServerState,
  desired: DesiredState,
  secret: string | undefined,
  now: Date,
): Deviation[] {
  return [
    ...server(state),
    ...desired.radiusClients.flatMap((client) => radiusClient(state, client, secret)),
    ...networkPolicy(state, desired.networkPolicy),
    ...(desired.mfaExtension === 'skip' ? [] : mfa(state, desired, now)),
    ...hardening(state, desired.blastRadius),
  ];
}

function server(state: NpsServerState): Deviation[] {
  const found: Deviation[] = [];
  if (state.serverCore) {
    found.push({
      finding: finding(
        'server-core',
        'high',
        'NPS does not run on Server Core.',
        'Use a server with Desktop Experience.',
      ),
    });
  }
  if (!state.npasInstalled) {
    const fix = 'Install-WindowsFeature NPAS -IncludeManagementTools';
    found.push({ finding: finding('npas-missing', 'high', 'The role NPAS is not installed.', fix) });
    return found;
  }
  if (!state.serviceRunning) {
    found.push({
      finding: finding('service-stopped', 'high', 'The service IAS is stopped.', 'Start-Service IAS'),
      change: {
        sentence: 'service IAS: started',
        apply: (s) => {
          s.serviceRunning = true;
        },
      },
    });
  }
  if (!state.sidTypeUnrestricted) {
    found.push({
      finding: finding(
        'sidtype-restricted',
        'medium',
        'The service SID of IAS is restricted, so the firewall drops RADIUS.',
        'sc.exe sidtype IAS unrestricted, then restart the server',
      ),
      change: {
        sentence: 'service IAS: SID type unrestricted',
        apply: (s) => {
          s.sidTypeUnrestricted = true;
        },
      },
    });
  }
  if (!state.firewallOpen) {
    found.push({
      finding: finding(
        'firewall-closed',
        'high',
        'No enabled firewall rule lets UDP 1812 in.',
        'Enable the rules of the group "Network Policy Server".',
      ),
      change: {
        sentence: 'firewall: UDP 1812 opened',
        apply: (s) => {
          s.firewallOpen = true;
        },
      },
    });
  }
  if (!state.audit.success || !state.audit.failure) {
    found.push({
      finding: finding(
        'audit-off',
        'medium',
        'NPS does not record every grant and denial (events 6272 and 6273).',
        'auditpol /set /subcategory:"Network Policy Server" /success:enable /failure:enable',
      ),
      change: {
        sentence: 'audit: Network Policy Server success and failure',
        apply: (s) => {
          s.audit = { success: true, failure: true };
        },
      },
    });
  }
  return found;
}

function radiusClient(
  state: NpsServerState,
  wish: DesiredState['radiusClients'][number],
  secret: string | undefined,
): Deviation[] {
  const held = state.radiusClients.find(({ name }) => sameText(name, wish.name));
  if (!held) {
    return [
      {
        finding: finding(
          'radius-client-missing',
          'high',
          `There is no RADIUS client ${wish.name} (${wish.address}).`,
          'Add the RADIUS client.',
        ),
        change: {
          sentence: `radiusClient ${wish.name}: added ${wish.address}`,
          apply: (s) => {
            s.radiusClients.push({ ...wish, secret: secret ?? '' });
          },
        },
      },
    ];
  }
  const found: Deviation[] = [];
  const differing = [
    held.address === wish.address ? '' : `address ${held.address}`,
    sameText(held.vendor, wish.vendor) ? '' : `vendor ${held.vendor}`,
    held.authAttributeRequired === wish.authAttributeRequired
      ? ''
      : `authAttributeRequired ${held.authAttributeRequired}`,
    secret === undefined || held.secret === secret ? '' : 'another shared secret',
  ].filter(Boolean);
  const edit = (change: (client: RadiusClient) => void) => (s: NpsServerState) => {
    for (const client of s.radiusClients) if (sameText(client.name, wish.name)) change(client);
  };
  if (differing.length > 0) {
    found.push({
      finding: finding(
        'radius-client-differs',
        'high',
        `RADIUS client ${wish.name} has ${differing.join(', ')}.`,
        'Set the RADIUS client.',
      ),
      change: {
        sentence: `radiusClient ${wish.name}: changed (was ${differing.join(', ')})`,
        apply: edit((client) => {
          client.address = wish.address;
          client.vendor = wish.vendor;
          client.authAttributeRequired = wish.authAttributeRequired;
          if (secret !== undefined) client.secret = secret;
        }),
      },
    });
  }
  if (wish.enabled && !held.enabled) {
    found.push({
      finding: finding(
        'radius-client-disabled',
        'high',
        `RADIUS client ${wish.name} is disabled.`,
        'Enable the RADIUS client.',
      ),
      change: {
        sentence: `radiusClient ${wish.name}: enabled`,
        apply: edit((client) => {
          client.enabled = true;
        }),
      },
    });
  }
  return found;
}

function networkPolicy(state: NpsServerState, wish: DesiredState['networkPolicy']): Deviation[] {
  const held = state.networkPolicies.find(({ name }) => sameText(name, wish.name));
  if (!held) {
    const names = state.networkPolicies.map(({ name }) => `"${name}"`).join(', ') || 'none';
    const message = `There is no network policy "${wish.name}". There are: ${names}.`;
    return [
      { finding: finding('policy-missing', 'high', message, 'Create the network policy or name another.') },
    ];
  }
  const found: Deviation[] = [];
  const edit = (change: (policy: NetworkPolicy) => void) => (s: NpsServerState) => {
    for (const policy of s.networkPolicies) if (policy.name === held.name) change(policy);
  };
  if (!held.enabled) {
    found.push({
      finding: finding('policy-disabled', 'high', `Network policy "${held.name}" is disabled.`, 'Enable it.'),
      change: {
        sentence: `networkPolicy ${held.name}: enabled`,
        apply: edit((policy) => {
          policy.enabled = true;
        }),
      },
    });
  }
  if (wish.grant && !held.grant) {
    found.push({
      finding: finding(
        'policy-denies',
        'high',
        `Network policy "${held.name}" denies access.`,
        'Set "Grant access".',
      ),
      change: {
        sentence: `networkPolicy ${held.name}: access granted`,
        apply: edit((policy) => {
          policy.grant = true;
        }),
      },
    });
  }
  const before = state.networkPolicies.filter((other) => other.enabled && other.order < held.order);
  if (before.length > 0) {
    const names = before.map(({ name }) => `"${name}"`).join(', ');
    found.push({
      finding: finding(
        'policy-order',
        'medium',
        `Network policy "${held.name}" comes after ${names}.`,
        'Move it up: the first policy whose conditions match decides.',
      ),
    });
  }
  const missing = wish.authenticationMethods.flatMap<AuthenticationMethod>((method) => {
    const needed: AuthenticationMethod[] = method === 'EAP' ? ['EAP', 'MSCHAPv2'] : ['PAP'];
    return needed.filter((each) => !held.authenticationMethods.includes(each));
  });
  if (missing.length > 0) {
    found.push({
      finding: finding(
        'auth-method-missing',
        'high',
        `Network policy "${held.name}" does not allow ${missing.join(', ')}.`,
        'Allow it under Constraints, Authentication Methods.',
      ),
      change: {
        sentence: `networkPolicy ${held.name}: allowed ${missing.join(', ')}`,
        apply: edit((policy) => {
          policy.authenticationMethods.push(...missing);
        }),
      },
    });
  }
  return found;
}

function mfa(state: NpsServerState, desired: DesiredState, now: Date): Deviation[] {
  const { mfa: held } = state;
  if (!held.installed) {
    const message = 'The NPS extension for Entra MFA is not installed: a password alone lets users in.';
    return [
      { finding: finding('mfa-not-installed', 'high', message, 'Install the extension and register it.') },
    ];
  }
  const found: Deviation[] = [];
  const note = (id: string, severity: Finding['severity'], message: string, fix: string) =>
    found.push({ finding: finding(id, severity, message, fix) });
  if (!held.loaded) {
    note(
      'mfa-not-loaded',
      'high',
      'NPS does not load the extension: MFA is off.',
      'Put its DLLs back and restart IAS.',
    );
  }
  if (!held.tenantId)
    note('mfa-tenant-missing', 'high', 'TENANT_ID is not set.', 'Run AzureMfaNpsExtnConfigSetup.ps1.');
  if (!held.certificate) {
    note(
      'mfa-certificate-missing',
      'high',
      'The extension has no certificate.',
      'Run AzureMfaNpsExtnConfigSetup.ps1.',
    );
  } else {
    const left = new Date(held.certificate.notAfter).getTime() - now.getTime();
    const fix = 'Run AzureMfaNpsExtnConfigSetup.ps1 again, then delete the old certificate.';
    if (left <= 0)
      note(
        'mfa-certificate-expired',
        'high',
        `The certificate expired on ${held.certificate.notAfter}.`,
        fix,
      );
    else if (left < 30 * day) {
      note(
        'mfa-certificate-expiring',
        'high',
        `The certificate expires on ${held.certificate.notAfter}.`,
        fix,
      );
    }
  }
  if (!held.requireUserMatch) {
    const message = 'REQUIRE_USER_MATCH is FALSE: users without an MFA method are let in with a password.';
    note('mfa-user-match-off', 'high', message, 'Remove REQUIRE_USER_MATCH, or set it to TRUE.');
  }
  if (held.overrideNumberMatching !== 'FALSE') {
    found.push({
      finding: finding(
        'mfa-text-codes',
        'high',
        'OVERRIDE_NUMBER_MATCHING_WITH_OTP is not FALSE: the extension asks for codes which a VPN client cannot give.',
        'Set OVERRIDE_NUMBER_MATCHING_WITH_OTP to FALSE and restart IAS.',
      ),
      change: {
        sentence: 'mfa: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE',
        apply: (s) => {
          s.mfa.overrideNumberMatching = 'FALSE';
        },
      },
    });
  }
  if (held.ipWhitelist) {
    note('mfa-ip-whitelist', 'medium', `MFA is skipped for ${held.ipWhitelist}.`, 'Empty IP_WHITELIST.');
  }
  const unreachable = (desired.mfaEndpoints ?? defaultEndpoints).filter((e) =>
    held.unreachableEndpoints.includes(e),
  );
  if (unreachable.length > 0) {
    note(
      'mfa-endpoint-unreachable',
      'high',
      `No way to ${unreachable.join(', ')} on 443.`,
      'Open HTTPS to it.',
    );
  }
  if (held.version && olderThan(held.version, oldestGoodVersion)) {
    note(
      'mfa-version-old',
      'medium',
      `The extension is version ${held.version}.`,
      'Install the current one.',
    );
  }
  const ours = desired.radiusClients.map(({ name }) => name.toLowerCase());
  const others = state.radiusClients.filter(({ name }) => !ours.includes(name.toLowerCase()));
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(', ');
    note(
      'other-clients-get-mfa',
      'info',
      `MFA applies to ${names} too.`,
      'Use another NPS server for clients without MFA.',
    );
  }
  return found;
}

function hardening(state: NpsServerState, wish: DesiredState['blastRadius']): Deviation[] {
  const found: Deviation[] = [];
  if (wish.limitProxyState && !state.blastRadius.limitProxyState) {
    found.push({
      finding: finding(
        'limit-proxy-state-off',
        'medium',
        'limitProxyState is off (CVE-2024-3596).',
        'netsh nps set limitproxystate all="enable"',
      ),
      change: {
        sentence: 'blastRadius: limitProxyState enabled',
        apply: (s) => {
          s.blastRadius.limitProxyState = true;
        },
      },
    });
  }
  if (wish.requireMessageAuthenticator && !state.blastRadius.requireMessageAuthenticator) {
    found.push({
      finding: finding(
        'require-message-authenticator-off',
        'medium',
        'requireMsgAuth is off (CVE-2024-3596).',
        'netsh nps set requiremsgauth all="enable"',
      ),
      change: {
        sentence: 'blastRadius: requireMessageAuthenticator enabled',
        apply: (s) => {
          s.blastRadius.requireMessageAuthenticator = true;
        },
      },
    });
  }
  return found;
}
