import type { NpsServerState } from '../state.ts';
import type { DesiredState } from './desired-state.ts';
import { changeOf, type Difference, finding } from './difference.ts';
import { otherClients } from './radius-client-rules.ts';

const day = 86_400_000;

/**
 * Whether `version` is at least `least`. A version that cannot be read counts as new, which is checked more strictly.
 */
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

/** If NPS loads the extension in this state, the extension refuses the users of every RADIUS client. */
export function isUnregistered({ mfa }: NpsServerState): boolean {
  return mfa.installed && (!mfa.tenantId || !mfa.certificate);
}

/** The NPS extension for Entra MFA: installed, loaded, registered, and asking every user. */
export function mfaDifferences(state: NpsServerState, desired: DesiredState, now: Date): Difference[] {
  const { mfa } = state;
  const others = state.npasInstalled ? otherClients(state, desired) : [];
  const isShared = others.length > 0;
  const found: Difference[] = [];
  const note = (when: boolean, id: string, message: string, more: Partial<Difference> = {}) => {
    if (when)
      found.push({
        part: 'server',
        target: 'mfaExtension',
        changes: [],
        finding: finding(id, message),
        ...more,
      });
  };
  // Checked also when this deployment wants nothing of the extension, because our restart would load it.
  const loads = isShared && mfa.loaded && mfa.inService === false && !isUnregistered(state);
  note(loads, 'mfa-loads-on-restart', 'NPS runs without the extension; the next restart loads it.', {
    changes: [
      changeOf('mfa-loads-on-restart', 'mfaExtension: loaded by the restart of NPS', 'server', {
        restart: true,
        asks: true,
      }),
    ],
  });
  if (desired.mfaExtension === 'skip') return found;
  if (!mfa.installed) {
    // The extension is installed before everything else, so this difference has nothing to apply.
    const install = changeOf('mfa-installed', 'mfaExtension: installed', 'server', { asks: isShared });
    note(true, 'mfa-not-installed', 'The NPS extension for Entra MFA is not installed.', {
      changes: desired.mfaExtension === 'install' ? [install] : [],
    });
    return found;
  }
  const { tenantId, certificate } = mfa;
  note(
    !mfa.loaded,
    'mfa-not-loaded',
    'NPS does not load the extension: users can sign in with only a password.',
  );
  note(
    !tenantId && !certificate,
    'mfa-registration-needed',
    'The extension is not registered with a tenant.',
  );
  note(!tenantId && certificate !== null, 'mfa-tenant-missing', 'TENANT_ID is not set.');
  note(!!tenantId && !certificate, 'mfa-certificate', 'The certificate is not there.');
  if (certificate) {
    const left = Date.parse(certificate.notAfter) - now.getTime();
    const told = `The certificate ${certificate.thumbprint} of the NPS extension`;
    const until = certificate.notAfter.slice(0, 10);
    note(left <= 0, 'mfa-certificate', `${told} expired on ${until}.`);
    const days = Math.floor(left / day);
    note(left > 0 && days < 30, 'mfa-certificate', `${told} expires on ${until}, in ${days} days.`);
  }
  note(!mfa.requireUserMatch, 'mfa-user-match', 'REQUIRE_USER_MATCH is FALSE.');
  const whitelist = mfa.ipWhitelist.trim();
  note(whitelist !== '', 'mfa-ip-whitelist', `IP_WHITELIST is '${whitelist}'.`);
  const unreachable = desired.mfaEndpoints.filter((endpoint) => mfa.unreachableEndpoints.includes(endpoint));
  note(unreachable.length > 0, 'mfa-endpoints', `No connection on port 443 to ${unreachable.join(', ')}.`);
  note(!atLeast(mfa.version, '1.2.2893.1'), 'mfa-version', `The NPS extension has version ${mfa.version}.`);
  note(asksForCodes(state), 'mfa-text-codes', 'OVERRIDE_NUMBER_MATCHING_WITH_OTP is not FALSE.', {
    changes: [
      changeOf('mfa-text-codes', 'mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE', 'server', {
        restart: true,
        asks: isShared,
      }),
    ],
    apply: (s) => {
      s.mfa.overrideNumberMatching = 'FALSE';
      return true;
    },
  });
  const some = others.slice(0, 3).map(({ name }) => name);
  note(
    isShared,
    'other-clients-get-mfa',
    `${others.length} other RADIUS client(s) use this NPS (${some.join(', ')}).`,
  );
  return found;
}
