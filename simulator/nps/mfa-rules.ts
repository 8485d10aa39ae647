import type { DesiredState } from './desired-state.ts';
import { type Difference, type Finding, finding } from './difference.ts';
import { otherClients } from './radius-client-rules.ts';
import type { NpsServerState } from './state.ts';

const day = 86_400_000;

/** Whether `version` is at least `least`; one that cannot be read counts as new, which is checked more strictly. */
function atLeast(version: string | null, least: string): boolean {
  if (version === null || !/^\d+(\.\d+){1,3}$/.test(version)) return true;
  const [parts, bound] = [version, least].map((text) => text.split('.').map(Number));
  const at = bound?.findIndex((part, index) => (parts?.[index] ?? 0) !== part) ?? -1;
  return at === -1 || (parts?.[at] ?? 0) > (bound?.[at] ?? 0);
}

/** The extension asks for codes: the default from 1.2.2216.1 on, unless OVERRIDE_NUMBER_MATCHING_WITH_OTP is FALSE. */
export function asksForCodes({ mfa }: NpsServerState): boolean {
  return mfa.overrideNumberMatching?.trim().toUpperCase() !== 'FALSE' && atLeast(mfa.version, '1.2.2216.1');
}

/** The NPS extension for Entra MFA: installed, loaded, registered, and asking everybody. */
export function mfaDifferences(state: NpsServerState, desired: DesiredState, now: Date): Difference[] {
  const { mfa } = state;
  if (desired.mfaExtension === 'skip') return [];
  if (!mfa.installed) {
    const message = 'The NPS extension for Entra MFA is not installed: a password alone opens the VPN.';
    const problem = finding('mfa-not-installed', 'high', message, 'Install the extension and register it.');
    // The extension is installed ahead of everything else, so this difference has nothing to apply.
    const changes = desired.mfaExtension === 'install' ? ['mfaExtension: installed'] : [];
    return [{ part: 'server', changes, finding: problem }];
  }
  const found: Difference[] = [];
  const note = (
    when: boolean,
    ...problem: [id: string, severity: Finding['severity'], message: string, fix: string]
  ) => {
    if (when) found.push({ part: 'server', changes: [], finding: finding(...problem) });
  };
  const register = 'Run AzureMfaNpsExtnConfigSetup.ps1 on the server as administrator.';
  const { tenantId, certificate } = mfa;
  note(!mfa.loaded, 'mfa-not-loaded', 'high', 'NPS does not load the extension: MFA is off.', register);
  note(
    !tenantId && !certificate,
    'mfa-registration-needed',
    'high',
    'The extension is not registered.',
    register,
  );
  note(!tenantId && certificate !== null, 'mfa-tenant-missing', 'high', 'TENANT_ID is not set.', register);
  note(
    !!tenantId && !certificate,
    'mfa-certificate-missing',
    'high',
    'The certificate is not there.',
    register,
  );
  const left = certificate
    ? new Date(certificate.notAfter).getTime() - now.getTime()
    : Number.POSITIVE_INFINITY;
  const until = certificate?.notAfter ?? '';
  note(left <= 0, 'mfa-certificate-expired', 'high', `The certificate expired on ${until}.`, register);
  note(
    left > 0 && Math.floor(left / day) <= 30,
    'mfa-certificate-expiring',
    'medium',
    `The certificate expires on ${until}.`,
    register,
  );
  note(
    !mfa.requireUserMatch,
    'mfa-user-match-off',
    'high',
    'REQUIRE_USER_MATCH is FALSE: users without an MFA method get in with a password alone.',
    'Remove REQUIRE_USER_MATCH or set it to TRUE, then restart IAS.',
  );
  const whitelist = mfa.ipWhitelist.trim();
  note(
    whitelist !== '',
    'mfa-ip-whitelist',
    'medium',
    `MFA is skipped for ${whitelist}.`,
    'Empty IP_WHITELIST.',
  );
  const unreachable = desired.mfaEndpoints.filter((endpoint) => mfa.unreachableEndpoints.includes(endpoint));
  const hosts = unreachable.join(', ');
  note(
    unreachable.length > 0,
    'mfa-endpoint-unreachable',
    'high',
    `No way to ${hosts} on 443.`,
    'Allow these hosts.',
  );
  const current = atLeast(mfa.version, '1.2.2893.1');
  note(
    !current,
    'mfa-version-old',
    'low',
    `The extension has version ${mfa.version}.`,
    'Install the current version.',
  );
  if (asksForCodes(state)) {
    found.push({
      part: 'server',
      restart: true,
      changes: ['mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE'],
      finding: finding(
        'mfa-text-codes',
        'high',
        'The extension asks for a code, which a VPN client cannot enter.',
        'Apply the desired state.',
      ),
      apply: (s) => {
        s.mfa.overrideNumberMatching = 'FALSE';
        return true;
      },
    });
  }
  const others = otherClients(state, desired).map(({ name }) => name);
  note(
    others.length > 0,
    'other-clients-get-mfa',
    'info',
    `MFA applies to ${others.slice(0, 3).join(', ')} too.`,
    'Use another NPS for clients that must not be asked.',
  );
  return found;
}
