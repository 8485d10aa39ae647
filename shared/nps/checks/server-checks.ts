import type { NpsCheck } from './check.ts';
import { all, known, role, withoutPap, withPap } from './given.ts';

const overview = 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-top';
const firewall =
  'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-firewalls-configure';
const blastRadius =
  'https://support.microsoft.com/topic/kb5040268-how-to-manage-the-access-request-packets-attack-vulnerability-associated-with-cve-2024-3596-a0e2f0b1-f200-4a7b-844f-48d1d5ab9e66';

/** The server around NPS, whatever gateways it serves. */
export const serverChecks: readonly NpsCheck[] = [
  {
    id: 'server-core',
    fails: true,
    severity: 'high',
    title: 'The server cannot hold NPS',
    why: 'The role Network Policy and Access Services does not exist on Server Core.',
    fix: 'Use a server with Desktop Experience.',
    source: overview,
    appliesTo: 'server',
    blocks: 'ServerCore',
  },
  {
    id: 'npas-missing',
    fails: true,
    severity: 'high',
    title: 'The role NPAS is not installed',
    why: 'Without the role and its management tools nobody is authenticated.',
    fix: 'Install-WindowsFeature NPAS -IncludeManagementTools',
    source: overview,
    appliesTo: 'server',
    hinders: 'the NPS server itself has to be mended first',
  },
  {
    id: 'nps-service',
    fails: true,
    severity: 'high',
    title: 'NPS does not run',
    why: 'Without the service IAS nobody is authenticated.',
    fix: 'Find out why it was stopped, then: Start-Service IAS',
    source: overview,
    appliesTo: 'server',
    given: role,
    hinders: 'the NPS server itself has to be mended first',
  },
  {
    id: 'sidtype-restricted',
    severity: 'high',
    title: 'The firewall of Server 2019 drops RADIUS',
    why: 'On Windows Server 2019 the firewall rules of NPS do not match until the service SID type of IAS is unrestricted.',
    fix: 'sc.exe sidtype IAS unrestricted; Restart-Service IAS',
    source: firewall,
    appliesTo: 'server',
    given: role,
  },
  {
    id: 'nps-firewall',
    severity: 'high',
    title: 'The firewall of the server drops RADIUS',
    why: 'RADIUS of the gateway comes in on UDP 1812; without an enabled rule for it nobody is authenticated.',
    fix: 'Allow UDP 1812 and 1813 from the prefix of GatewaySubnet in the firewall of the server.',
    source: firewall,
    appliesTo: 'server',
    given: all(
      role,
      known('its firewall rules', ({ firewallOpen }) => firewallOpen),
    ),
  },
  {
    id: 'nps-ports',
    severity: 'high',
    title: 'NPS does not listen on UDP 1812',
    why: 'A VPN gateway asks on port 1812; an NPS that was set to other ports does not hear it.',
    fix: 'In the NPS console, in the properties of the server, add 1812 to the ports of authentication.',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-udp-ports-configure',
    appliesTo: 'server',
    given: role,
  },
  {
    id: 'audit-off',
    severity: 'medium',
    title: 'Sign-ins are not recorded',
    why: 'Without the audit of Network Policy Server the security log has no events 6272 (granted) and 6273 (denied): nobody can say who connected, or why not.',
    fix: 'auditpol /set /subcategory:"{0CCE9243-69AE-11D9-BED3-505054503030}" /success:enable /failure:enable',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-accounting-configure',
    appliesTo: 'server',
    repair: 'safe',
    given: all(
      role,
      known('its audit policy', ({ audit }) => audit.success),
      known('its audit policy', ({ audit }) => audit.failure),
    ),
  },
  {
    id: 'blast-radius-proxy-state',
    severity: 'medium',
    title: 'Requests with Proxy-State are not limited',
    why: 'limitProxyState drops the packets by which an attacker on the path can forge an answer of NPS (CVE-2024-3596).',
    fix: 'Install the updates of July 2024 or later, then: netsh nps set limitproxystate all="enable"',
    source: blastRadius,
    appliesTo: 'server',
    given: all(
      role,
      known('whether limitProxyState is on', ({ blastRadius }) => blastRadius.limitProxyState),
    ),
    hinders:
      'it would also turn on limitProxyState on the NPS server, which other RADIUS clients may not be ready for',
  },
  {
    id: 'blast-radius-message-authenticator',
    severity: 'medium',
    title: 'Message-Authenticator is not required',
    why: 'Requests without it can be answered by an attacker on the path (CVE-2024-3596). EAP always carries it, so with IKEv2 alone nothing speaks against requiring it.',
    fix: 'netsh nps set requiremsgauth all="enable". It holds for every RADIUS client of the server: first see that each of them sends Message-Authenticator, or users of the others are locked out.',
    source: blastRadius,
    appliesTo: 'server',
    given: all(
      role,
      withoutPap,
      known('whether requireMsgAuth is on', ({ blastRadius }) => blastRadius.requireMessageAuthenticator),
    ),
    hinders:
      'it would also require Message-Authenticator on the NPS server, which other RADIUS clients may not be ready for',
  },
  {
    id: 'blast-radius-audit',
    severity: 'medium',
    title: 'The protection against forged answers only watches',
    why: 'In Audit mode NPS writes events 4418 and 4419 and drops nothing (CVE-2024-3596). Somebody is finding out which clients would be cut off, so this app never turns it to enforce.',
    fix: 'Look at events 4418 and 4419 of source NPS in the System log. When none names a client any more, enable the setting by netsh nps.',
    source: blastRadius,
    appliesTo: 'server',
    given: role,
  },
  {
    id: 'require-message-authenticator-on',
    severity: 'medium',
    title: 'NPS demands Message-Authenticator of OpenVPN',
    why: 'requireMsgAuth is on, and whether the gateway sends Message-Authenticator with PAP is not documented: users of OpenVPN may not be able to sign in.',
    fix: 'Sign in once with OpenVPN and look for event 17 of source NPS in the System log. Where it appears, use another NPS for OpenVPN, or except the RADIUS client of the gateway by netsh nps.',
    source: blastRadius,
    appliesTo: 'server',
    given: all(role, withPap),
  },
  {
    id: 'unfinished-run',
    severity: 'medium',
    title: 'An earlier run of this app did not finish',
    why: 'It was stopped between two steps; part of what it was to change may stand without the rest.',
    fix: 'Compare the server with the backup that the finding names, then run the deployment again.',
    source: 'https://learn.microsoft.com/powershell/module/nps/import-npsconfiguration',
    appliesTo: 'server',
  },
];
