import { type Check, notApplicable, unknown, unless, type Verdict } from '../../core/rule.ts';
import { authenticationMethodsOf } from '../desired-state.ts';
import type { NpsState } from '../result.ts';
import type { NpsFacts } from './facts.ts';

const blastRadius =
  'https://support.microsoft.com/topic/kb5040268-how-to-manage-the-access-request-packets-attack-vulnerability-associated-with-cve-2024-3596-a0e2f0b1-f200-4a7b-844f-48d1d5ee9e25';

/** The NPS server itself, whatever gateways it serves. */
export const npsRules: readonly Check<NpsFacts>[] = [
  {
    id: 'nps-service',
    severity: 'high',
    title: 'NPS does not run',
    why: 'Without the role and its service IAS nobody is authenticated.',
    fix: 'Install-WindowsFeature NPAS -IncludeManagementTools; Start-Service IAS',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-top',
    check: (facts) =>
      answered(facts, ({ server: { npasInstalled, serviceRunning } }) =>
        unless([
          !npasInstalled && 'The role NPAS is not installed.',
          npasInstalled && !serviceRunning && 'The service IAS is not running.',
        ]),
      ),
  },
  {
    id: 'policy-not-granting',
    severity: 'high',
    title: 'The network policy does not grant access',
    why: 'The policy that the requests of the gateway match denies as installed; while it denies, is disabled or missing, nobody can connect (reason 65).',
    fix: 'Set the policy to "Grant access" and enable it: send the ticket again, or let the check repair it.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-radius-mfa-nsp',
    repair: 'safe',
    check: (facts) =>
      answered(facts, ({ networkPolicy: { exists, enabled, grant, name } }) =>
        exists
          ? unless([
              enabled === false && `"${name}" is disabled.`,
              grant !== true && `"${name}" denies access.`,
            ])
          : unless([`There is no network policy "${facts.networkPolicy}".`]),
      ),
  },
  {
    id: 'blast-radius-proxy-state',
    severity: 'medium',
    title: 'Requests with Proxy-State are not limited',
    why: 'limitProxyState drops the packets by which an attacker on the path can forge an answer of NPS (CVE-2024-3596).',
    fix: 'Install the updates of July 2024 or later, then: netsh nps set limitproxystate all="enable"',
    source: blastRadius,
    check: (facts) =>
      answered(facts, ({ blastRadius: { limitProxyState: on } }) => switchedOn(on, 'limitProxyState')),
  },
  {
    id: 'blast-radius-message-authenticator',
    severity: 'medium',
    title: 'Message-Authenticator is not required',
    why: 'Requests without it can be answered by an attacker on the path (CVE-2024-3596). EAP always carries it, so with IKEv2 alone nothing speaks against requiring it.',
    fix: 'netsh nps set requiremsgauth all="enable". It holds for every RADIUS client of the server: first see that each of them sends Message-Authenticator, or users of the others are locked out.',
    source: blastRadius,
    check: (facts) =>
      authenticationMethodsOf(facts.protocols).includes('PAP')
        ? notApplicable
        : answered(facts, ({ blastRadius: { requireMessageAuthenticator: on } }) =>
            switchedOn(on, 'requireMsgAuth'),
          ),
  },
  {
    id: 'audit-off',
    severity: 'medium',
    title: 'Sign-ins are not recorded',
    why: 'Without the audit of Network Policy Server the security log has no events 6272 (granted) and 6273 (denied): nobody can say who connected, or why not.',
    fix: 'auditpol /set /subcategory:"Network Policy Server" /success:enable /failure:enable',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-accounting-configure',
    repair: 'safe',
    check: (facts) =>
      answered(facts, ({ audit: { success, failure } }) =>
        typeof success === 'boolean' && typeof failure === 'boolean'
          ? unless([!success && 'Success is not recorded.', !failure && 'Failure is not recorded.'])
          : unknown('The server did not tell its audit policy.'),
      ),
  },
  {
    id: 'nps-firewall',
    severity: 'high',
    title: 'The firewall of the server drops RADIUS',
    why: 'RADIUS comes in on UDP 1812; on Server 2019 the rules made with the role do not match until the SID type of IAS is unrestricted.',
    fix: 'Enable the firewall rules of Network Policy Server; on Server 2019: sc.exe sidtype IAS unrestricted, then restart.',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-firewalls-configure',
    check: (facts) =>
      answered(facts, ({ firewallOpen, server: { sidTypeUnrestricted } }) =>
        typeof firewallOpen !== 'boolean'
          ? unknown('The server did not tell its firewall rules.')
          : unless([
              !firewallOpen && 'No enabled firewall rule lets RADIUS in.',
              sidTypeUnrestricted === false && 'The SID type of the service IAS is restricted (Server 2019).',
            ]),
      ),
  },
];

function switchedOn(on: boolean | null | undefined, name: string): Verdict {
  return on === null || on === undefined
    ? unknown(`The server did not tell whether ${name} is on.`)
    : unless([!on && `${name} is not known to be on.`]);
}

export function answered({ answer }: NpsFacts, check: (state: NpsState) => Verdict): Verdict {
  return 'state' in answer ? check(answer.state) : unknown(answer.problem.message);
}
