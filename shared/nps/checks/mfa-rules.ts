import { type Check, notApplicable, unknown, unless, type Verdict } from '../../core/rule.ts';
import type { NpsState } from '../result.ts';
import type { NpsFacts } from './facts.ts';
import { answered } from './nps-rules.ts';

const extension = 'https://learn.microsoft.com/entra/identity/authentication/howto-mfa-nps-extension';
const expiresSoonDays = 30;
/** The first version that takes CLIENT_CERT_IDENTIFIER, so that a new certificate can be tried beside the old one. */
const oldestVersion = [1, 2, 2893, 1];

/** The NPS extension for Microsoft Entra multifactor authentication. */
export const mfaRules: readonly Check<NpsFacts>[] = [
  {
    id: 'mfa-not-loaded',
    severity: 'high',
    title: 'NPS does not ask for a second factor',
    why: 'When the extension is not installed, or its DLLs are not registered with NPS, a password alone opens the VPN, and nothing tells.',
    fix: 'Install the NPS extension and run AzureMfaNpsExtnConfigSetup.ps1 on the server as administrator.',
    source: extension,
    check: (facts) =>
      asked(facts, ({ installed, loaded }) =>
        unless([
          !installed && 'The NPS extension is not installed.',
          installed && !loaded && 'NPS does not load the extension.',
        ]),
      ),
  },
  {
    id: 'mfa-certificate',
    severity: 'high',
    title: 'The certificate of the MFA extension expires',
    why: 'With an expired certificate the extension cannot speak to Entra ID: nobody can connect. It is valid for two years and not renewed by itself.',
    fix: 'Run AzureMfaNpsExtnConfigSetup.ps1 on the server again, then delete the expired certificate.',
    source: extension,
    check: (facts) =>
      installed(facts, ({ certificate, tenantId }) => {
        if (!certificate)
          return unless([
            tenantId
              ? 'The extension is registered, and its certificate is not there.'
              : 'The extension is not registered with the tenant.',
          ]);
        const days = Math.floor((Date.parse(certificate.notAfter) - Date.parse(facts.now)) / 86_400_000);
        if (Number.isNaN(days)) return unknown('The server did not tell when its certificate expires.');
        const day = certificate.notAfter.slice(0, 10);
        return unless([
          days < 0 && `The certificate ${certificate.thumbprint} expired on ${day}.`,
          days >= 0 &&
            days < expiresSoonDays &&
            `The certificate ${certificate.thumbprint} expires on ${day}, in ${days} days.`,
        ]);
      }),
  },
  {
    id: 'mfa-text-codes',
    severity: 'high',
    title: 'The MFA extension asks for codes',
    why: 'A VPN client cannot type a code, and from version 1.2.2216.1 on the extension asks for one unless it is told not to: users with an authenticator app cannot connect.',
    fix: 'Set OVERRIDE_NUMBER_MATCHING_WITH_OTP to FALSE under HKLM\\SOFTWARE\\Microsoft\\AzureMfa and restart IAS: send the ticket again.',
    source: 'https://learn.microsoft.com/entra/identity/authentication/how-to-mfa-number-match',
    check: (facts) =>
      installed(facts, ({ overrideNumberMatching: value, version }) =>
        unless([
          value?.trim().toUpperCase() !== 'FALSE' &&
            atLeast(version, [1, 2, 2216, 1]) &&
            `OVERRIDE_NUMBER_MATCHING_WITH_OTP is ${value ? `"${value}"` : 'not set'}.`,
        ]),
      ),
  },
  {
    id: 'mfa-user-match',
    severity: 'high',
    title: 'Users without a second factor get in',
    why: 'With REQUIRE_USER_MATCH set to FALSE, whoever is not registered for multifactor authentication is let in by the password alone.',
    fix: 'Delete REQUIRE_USER_MATCH under HKLM\\SOFTWARE\\Microsoft\\AzureMfa, or set it to TRUE, and restart IAS.',
    source: extension,
    check: (facts) =>
      installed(facts, ({ requireUserMatch: on }) =>
        typeof on === 'boolean'
          ? unless([!on && 'REQUIRE_USER_MATCH is FALSE.'])
          : unknown('The server did not tell REQUIRE_USER_MATCH.'),
      ),
  },
  {
    id: 'mfa-ip-whitelist',
    severity: 'medium',
    title: 'Some requests skip the second factor',
    why: 'For addresses in IP_WHITELIST the extension asks nothing.',
    fix: 'Empty IP_WHITELIST under HKLM\\SOFTWARE\\Microsoft\\AzureMfa and restart IAS.',
    source: 'https://learn.microsoft.com/entra/identity/authentication/howto-mfa-nps-extension-advanced',
    check: (facts) =>
      installed(facts, ({ ipWhitelist: list }) =>
        unless([(list ?? '').trim() !== '' && `IP_WHITELIST holds ${list!.trim()}.`]),
      ),
  },
  {
    id: 'mfa-endpoints',
    severity: 'high',
    title: 'The server does not reach the MFA service',
    why: 'The extension asks the service on 443 for every sign-in; without it nobody can connect.',
    fix: 'Let the server reach the hosts of the NPS extension on 443, proxy and firewall included.',
    source: extension,
    check: (facts) =>
      installed(facts, ({ endpointsReachable: reachable }) =>
        typeof reachable === 'boolean'
          ? unless([!reachable && 'At least one host of the MFA service cannot be reached on 443.'])
          : unknown('The server did not try to reach the MFA service.'),
      ),
  },
  {
    id: 'mfa-version',
    severity: 'low',
    title: 'The MFA extension is old',
    why: 'Before 1.2.2893.1 the extension cannot be told which certificate to use, which makes renewing it a risk.',
    fix: 'Install the current version (https://aka.ms/npsmfa).',
    source: extension,
    check: (facts) =>
      installed(facts, ({ version }) =>
        version
          ? unless([!atLeast(version, oldestVersion) && `Version ${version} is installed.`])
          : unknown('The server did not tell the version of the extension.'),
      ),
  },
];

type Mfa = NpsState['mfa'];

function asked(facts: NpsFacts, check: (mfa: Mfa) => Verdict): Verdict {
  return facts.mfaExtension === 'skip' ? notApplicable : answered(facts, ({ mfa }) => check(mfa));
}

/** That it is not installed is told once, by its own rule. */
function installed(facts: NpsFacts, check: (mfa: Mfa) => Verdict): Verdict {
  return asked(facts, (mfa) => (mfa.installed ? check(mfa) : notApplicable));
}

/** A version that cannot be read counts as new, which is checked more strictly. */
function atLeast(version: string | null | undefined, least: readonly number[]): boolean {
  if (!version || !/^\d+(\.\d+){1,3}$/.test(version)) return true;
  const parts = version.split('.').map(Number);
  const at = least.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return at === -1 || (parts[at] ?? 0) > least[at]!;
}
