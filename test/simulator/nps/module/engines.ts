import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { npsRunCommandScript } from '../../../../shared/nps/script.ts';
import { sealedSecret } from '../../../../shared/nps/sealed-secret.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import type { NpsRunOutcome } from '../../../../simulator/nps/host.ts';
import { inMemoryNpsServer } from '../../../../simulator/nps/module/in-memory.ts';
import { publicKey } from '../../../../simulator/nps/module/secret-key.ts';
import { findPowerShell, powerShellNpsServer, runOnStandIns } from '../../../../simulator/nps/powershell.ts';
import { npsServer } from '../../../../simulator/nps/server.ts';
import { fromStandInState, toStandInState } from '../../../../simulator/nps/stand-in-state.ts';
import { defaultPolicyName, freshNpsServer, type NpsServerState } from '../../../../simulator/nps/state.ts';
import { sharedFolder } from '../../../shared-folder.ts';

const engine = findPowerShell(sharedFolder ? [join(sharedFolder, 'tools/psrun/psrun')] : []);
const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const secret = 'correct-horse-battery-staple';
const now = new Date();
const inDays = (days: number) => `${new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 19)}Z`;

const client = { name: 'vpngw-hub', address: '10.0.255.0/27' };
const held = {
  ...client,
  vendor: 'RADIUS Standard',
  enabled: true,
  authAttributeRequired: false,
  secret,
};
const desired = {
  radiusClients: [client],
  networkPolicy: { name: defaultPolicyName, grant: true, authenticationMethods: ['EAP'] },
  mfaExtension: 'require',
  blastRadius: { limitProxyState: true },
  secretProofKey: Buffer.from('proof-key').toString('base64'),
};
const installer = { source: 'C:\\installer.exe', content: 'MZ', signedByMicrosoft: true };

const ownName = 'VPN gateway vpngw-hub';
const absent = { ensure: 'absent', networkPolicy: { ownName } };
const absentIds = [
  'client-removed:vpngw-hub',
  'firewall-closed:vpngw-hub',
  `policy-removed:${ownName}`,
  'service-restarted',
];
/** A server on which the gateway has a client, a policy and a rule of its own. */
const withOwn = (state: NpsServerState) => {
  state.radiusClients.push({ ...held }, { ...held, name: 'wifi-ap', address: '192.168.7.1' });
  for (const policy of state.networkPolicies) policy.order += 1;
  state.networkPolicies.unshift({
    name: ownName,
    enabled: true,
    order: 1,
    grant: true,
    authenticationMethods: ['EAP', 'EAP-MSCHAPv2'],
    conditions: ['MATCH("Client-Friendly-Name=^vpngw-hub(-[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)?$")'],
  });
  state.firewallOpen = false;
  state.firewallRules.push({ client: client.name, address: client.address });
};

interface Case {
  readonly title: string;
  /** Refused before the server is read, so one Set shows everything. */
  readonly malformed?: boolean;
  readonly given?: (state: NpsServerState) => void;
  readonly wish?: object;
  readonly secret?: string | null;
}

/** During an incident: the service is stopped, the firewall closed, the policy denies, the client is disabled. */
function keptOut(s: NpsServerState): void {
  s.serviceRunning = false;
  s.firewallOpen = false;
  s.radiusClients.push({ ...held, enabled: false, secret: 'old' });
}

const prefix = `${ownName} group `;
const finance = { group: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', attribute: '6ad1bd08' };
const operations = { group: 'operations', windowsGroup: 'S-1-5-21-1-2-3-1124', attribute: '6ad1bd09' };
const knowsFinance = (s: NpsServerState) =>
  s.groups.push({ name: finance.windowsGroup, sid: 'S-1-5-21-1-2-3-1123' });
const groupPolicy = (group: string, sid: string, more: object = {}) => ({
  name: `${prefix}${group}`,
  enabled: true,
  order: 0.5,
  grant: true,
  authenticationMethods: ['EAP' as const, 'EAP-MSCHAPv2' as const],
  conditions: [
    'MATCH("Client-Friendly-Name=^vpngw-hub(-[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)?$")',
    `USERNTGROUPS("${sid}")`,
  ],
  sends: '6ad1bd08',
  ...more,
});
const inGroups = (...wanted: object[]) => ({
  networkPolicy: { ...desired.networkPolicy, kind: 'auto', ownName },
  groupPolicies: { prefix, wanted },
});
/** Put before the existing ones, and numbered again. */
const withPolicies = (s: NpsServerState, ...policies: ReturnType<typeof groupPolicy>[]) => {
  knowsFinance(s);
  s.networkPolicies = [...policies, ...s.networkPolicies].map((one, index) => ({ ...one, order: index + 1 }));
};

const gateways = ['hub', 'off', 'gone', 'denied', 'narrow', 'other'].map((site, index) => ({
  ...held,
  name: `vpngw-${site}`,
  address: `10.${index}.255.0/27`,
}));

/** A policy for each gateway but one. Each other than the first has another fault. A policy for all grants, last. */
function withPoliciesOfGateways(s: NpsServerState): void {
  const faults: Record<string, object> = {
    'vpngw-off': { enabled: false },
    'vpngw-denied': { grant: false },
    'vpngw-narrow': { authenticationMethods: ['PAP'] },
    'vpngw-other': { conditions: ['MATCH("NAS-Port-Type=^19$")'] },
  };
  s.radiusClients.push(...gateways);
  const own = gateways
    .filter(({ name }) => name !== 'vpngw-gone')
    .map(({ name }) => ({
      name: `VPN gateway ${name}`,
      enabled: true,
      grant: true,
      authenticationMethods: ['EAP' as const, 'EAP-MSCHAPv2' as const],
      conditions: [`MATCH("Client-Friendly-Name=^${name}(-[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)?$")`],
      ...faults[name],
    }));
  s.networkPolicies = [...own, ...s.networkPolicies].map((policy, index) => ({
    ...policy,
    grant: policy.grant || index === own.length,
    order: index + 1,
  }));
}

/** Starting states and desired states. Each is tested, then set. */
const cases: Case[] = [
  { title: 'a fresh server' },
  {
    title:
      'a brief answer about a client as wanted, one that is not, one in single addresses and one that is missing',
    wish: {
      brief: true,
      radiusClients: [
        { name: 'vpngw-other', address: '10.1.255.0/27' },
        client,
        { name: 'vpngw-single', address: '10.2.255.0/29' },
        { name: 'vpngw-missing', address: '10.3.255.0/27' },
      ],
    },
    given: (s) =>
      s.radiusClients.push(
        { ...held },
        { ...held, name: 'vpngw-other', address: '10.1.255.0/27', vendor: 'Microsoft' },
        { ...held, name: 'vpngw-single-10.2.255.4', address: '10.2.255.4' },
      ),
  },
  ...(['own', 'auto', 'named'] as const).map((kind) => ({
    title: `the policies of six gateways at once, of kind ${kind}`,
    wish: {
      brief: true,
      radiusClients: gateways.map(({ name, address }) => ({ name, address })),
      networkPolicy: { ...desired.networkPolicy, kind, ownName, ownPrefix: 'VPN gateway ' },
    },
    given: withPoliciesOfGateways,
  })),
  { title: 'user groups', wish: inGroups(finance, operations), given: knowsFinance },
  {
    title: 'user groups beside clients of others',
    wish: inGroups(finance, operations),
    given: (s) => {
      knowsFinance(s);
      s.radiusClients.push({ ...held, name: 'wifi-ap', address: '192.168.7.1' });
    },
  },
  { title: 'a user group that nobody knows', wish: inGroups(finance) },
  {
    title: 'user groups of other values, in another order, and one too many',
    wish: { ...inGroups(operations, finance), approvedChanges: undefined },
    given: (s) =>
      withPolicies(
        s,
        groupPolicy('finance', 'S-1-5-21-1-2-3-1123'),
        groupPolicy('operations', 'S-1-5-21-1-2-3-1124', { sends: '6ad1bd77' }),
        groupPolicy('gone', 'S-1-5-21-1-2-3-1125'),
      ),
  },
  {
    title: 'user groups behind the policy for everybody',
    wish: inGroups(finance),
    given: (s) => {
      withPolicies(s, groupPolicy('finance', 'S-1-5-21-1-2-3-1123'));
      s.networkPolicies = [...s.networkPolicies.slice(1), s.networkPolicies[0]!].map((one, index) => ({
        ...one,
        order: index + 1,
      }));
    },
  },
  ...(
    [
      ['disabled', { enabled: false }],
      ['denying', { grant: false }],
      [
        'asking for more',
        { conditions: ['MATCH("NAS-Port-Type=^5$")', 'USERNTGROUPS("S-1-5-21-1-2-3-1123")'] },
      ],
      ['open to everybody', { conditions: groupPolicy('', '').conditions.slice(0, 1) }],
    ] as const
  ).flatMap(([what, more]) =>
    [[], ['group-policies-opened:vpngw-hub']].map((approvedChanges) => ({
      title: `a user group ${what}${approvedChanges.length > 0 ? ', approved' : ''}`,
      wish: { ...inGroups(finance), ...(approvedChanges.length > 0 && { approvedChanges }) },
      given: (s: NpsServerState) => withPolicies(s, groupPolicy('finance', 'S-1-5-21-1-2-3-1123', more)),
    })),
  ),
  {
    title: 'the way back of user groups',
    wish: {
      ...absent,
      groupPolicies: { prefix },
      approvedChanges: ['group-policies-removed:vpngw-hub', ...absentIds],
    },
    given: (s) => {
      withOwn(s);
      withPolicies(
        s,
        groupPolicy('finance', 'S-1-5-21-1-2-3-1123'),
        groupPolicy('narrowed', 'S-1-5-21-1-2-3-1124', {
          conditions: ['USERNTGROUPS("S-1-5-21-1-2-3-1124")'],
        }),
      );
    },
  },
  {
    title: 'both tunnel types',
    wish: { networkPolicy: { ...desired.networkPolicy, authenticationMethods: ['EAP', 'PAP'] } },
  },
  { title: 'no method named', malformed: true, wish: { networkPolicy: { name: defaultPolicyName } } },
  {
    title: 'a policy that shall deny',
    wish: { networkPolicy: { ...desired.networkPolicy, grant: false } },
    given: (s) => {
      for (const p of s.networkPolicies) p.grant = true;
    },
  },
  {
    title: 'a server as wanted',
    given: (s) => {
      s.radiusClients.push(held);
      if (s.networkPolicies[0]) s.networkPolicies[0].grant = true;
      s.mfa.overrideNumberMatching = 'FALSE';
      s.blastRadius.limitProxyState = true;
    },
  },
  {
    title: 'another secret',
    given: (s) => {
      s.radiusClients.push({ ...held, secret: 'old' });
    },
  },
  {
    title: 'no secret given, client there',
    given: (s) => {
      s.radiusClients.push({ ...held, vendor: 'Cisco' });
    },
    secret: null,
  },
  { title: 'no secret given, client missing', secret: null },
  {
    title: 'a disabled client with another vendor',
    given: (s) => {
      s.radiusClients.push({ ...held, enabled: false, vendor: 'Microsoft' });
    },
  },
  {
    title: 'a gateway that somebody keeps out by hand',
    given: keptOut,
  },
  {
    title: 'a gateway that somebody keeps out by hand, and an approval',
    given: keptOut,
    wish: {
      approvedChanges: [
        'service-started',
        'firewall-opened:vpngw-hub',
        `policy-grant:${defaultPolicyName}`,
        'client-enabled:vpngw-hub',
        'client-secret:vpngw-hub',
        'limit-proxy-state-on',
        'mfa-text-codes',
      ],
    },
  },
  {
    title: 'narrower clients of several secrets, and requests that are forwarded before there is a client',
    given: (s) => {
      for (const [index, secretThere] of ['old', 'old', 'old', 'old', secret].entries())
        s.radiusClients.push({
          ...held,
          name: `by-hand-${index}`,
          address: `10.0.255.${index + 4}`,
          secret: secretThere,
          enabled: index !== 1,
        });
      s.requestPolicies.unshift({
        name: 'To the head office',
        enabled: true,
        order: 0,
        conditions: ['MATCH("NAS-Port-Type=^5$")'],
        provider: 'forward',
        group: 'HQ',
      });
    },
  },
  {
    title: 'single clients that are disabled, one missing',
    given: (s) => {
      s.refusesPrefixes = true;
      for (const address of ['10.0.255.4', '10.0.255.5'])
        s.radiusClients.push({ ...held, enabled: false, name: `vpngw-hub-${address}`, address });
    },
  },
  {
    title: 'a policy that denies after another gateway was set up',
    given: (s) => {
      s.radiusClients.push({ ...held, name: 'vpngw-old', address: '10.9.255.0/27' });
      s.gatewayClients = ['vpngw-old 10.9.255.0/27'];
    },
  },
  {
    title: 'a client that demands the Message-Authenticator',
    given: (s) => {
      s.radiusClients.push({ ...held, authAttributeRequired: true });
    },
  },
  {
    title: 'a client to be disabled',
    wish: { radiusClients: [{ ...client, enabled: false }] },
    given: (s) => {
      s.radiusClients.push(held);
    },
  },
  {
    title: 'a gateway subnet that grew',
    given: (s) => {
      s.radiusClients.push({ ...held, address: '10.0.255.0/28' });
    },
  },
  {
    title: 'the name taken by another device',
    given: (s) => {
      s.radiusClients.push({ ...held, address: '192.168.7.1' });
    },
  },
  {
    title: 'the address taken under another name',
    given: (s) => {
      s.radiusClients.push({ ...held, name: 'old-gateway' });
    },
  },
  {
    title: 'another client beside ours',
    given: (s) => {
      s.radiusClients.push({ ...held, name: 'wlan', address: '10.9.9.9' });
    },
  },
  {
    title: 'two clients, one of them there',
    wish: { radiusClients: [client, { name: 'probe', address: '10.0.2.0/28' }] },
    given: (s) => {
      s.radiusClients.push(held);
    },
  },
  {
    title: 'an edition without prefixes',
    given: (s) => {
      s.refusesPrefixes = true;
    },
  },
  {
    title: 'single addresses, some missing, one too many, one with an old secret',
    given: (s) => {
      s.refusesPrefixes = true;
      for (const address of ['10.0.255.4', '10.0.255.5', '10.0.255.40'])
        s.radiusClients.push({
          ...held,
          name: `vpngw-hub-${address}`,
          address,
          ...(address.endsWith('5') && { secret: 'old' }),
        });
    },
  },
  {
    title: 'an edition without prefixes and a wide subnet',
    given: (s) => {
      s.refusesPrefixes = true;
    },
    wish: { radiusClients: [{ ...client, address: '10.0.254.0/24' }] },
  },
  {
    title: 'a disabled policy',
    given: (s) => {
      if (s.networkPolicies[0]) s.networkPolicies[0].enabled = false;
    },
  },
  {
    title: 'a policy behind one that denies',
    given: (s) => {
      s.networkPolicies.reverse().forEach((p, i) => {
        p.order = i + 1;
      });
    },
  },
  {
    title: 'a policy behind a disabled one',
    given: (s) => {
      s.networkPolicies.reverse().forEach((p, i) => {
        p.order = i + 1;
        p.enabled = i === 1;
      });
    },
  },
  {
    title: 'a policy behind one for a group',
    given: (s) => {
      s.networkPolicies.reverse().forEach((p, i) => {
        p.order = i + 1;
        if (i === 0) p.conditions.push('USERNTGROUPS("S-1-5-32-544")');
      });
    },
  },
  {
    title: 'a policy without EAP-MSCHAPv2',
    given: (s) => {
      if (s.networkPolicies[0]) s.networkPolicies[0].authenticationMethods = ['EAP', 'EAP-TLS', 'PAP'];
    },
  },
  { title: 'a policy that is not there', wish: { networkPolicy: { name: 'VPN users' } } },
  {
    title: 'a policy of another case',
    wish: { networkPolicy: { ...desired.networkPolicy, name: defaultPolicyName.toUpperCase() } },
  },
  {
    title: 'everything around NPS off',
    given: (s) => {
      s.serviceRunning = false;
      s.firewallOpen = false;
      s.audit = { success: false, failure: true };
      s.os = 'Windows Server 2019';
      s.sidTypeUnrestricted = false;
    },
  },
  {
    title: 'a restricted SID type where it does not matter',
    given: (s) => {
      s.sidTypeUnrestricted = false;
    },
  },
  {
    title: 'a server without the updates of July 2024',
    given: (s) => {
      s.blastRadiusUpdates = false;
    },
  },
  {
    title: 'everything against CVE-2024-3596',
    wish: { blastRadius: { limitProxyState: true, requireMessageAuthenticator: true } },
  },
  {
    title: 'Message-Authenticator wanted, clients of others there',
    given: (s) => {
      s.radiusClients.push({ ...held, name: 'wlan', address: '10.9.9.9' });
      s.radiusClients.push({ ...held, name: 'vpngw-hub-old', address: '10.0.254.0/27' });
    },
    wish: { blastRadius: { requireMessageAuthenticator: true } },
  },
  {
    title: 'Message-Authenticator wanted, clients for single addresses there',
    given: (s) => {
      s.refusesPrefixes = true;
      s.radiusClients.push({ ...held, name: 'VPNGW-HUB-10.0.255.4', address: '10.0.255.4' });
    },
    wish: { blastRadius: { requireMessageAuthenticator: true } },
  },
  {
    title: 'Message-Authenticator wanted without the updates of July 2024',
    given: (s) => {
      s.blastRadiusUpdates = false;
    },
    wish: { blastRadius: { requireMessageAuthenticator: true } },
  },
  {
    title: 'Message-Authenticator required already, clients of others there',
    given: (s) => {
      s.radiusClients.push({ ...held, name: 'wlan', address: '10.9.9.9' });
      s.blastRadius.requireMessageAuthenticator = true;
    },
    wish: { blastRadius: { requireMessageAuthenticator: true } },
  },
  {
    title: 'Message-Authenticator required already, PAP wanted',
    given: (s) => {
      s.blastRadius.requireMessageAuthenticator = true;
    },
    wish: { networkPolicy: { ...desired.networkPolicy, authenticationMethods: ['EAP', 'PAP'] } },
  },
  { title: 'nothing against CVE-2024-3596', wish: { blastRadius: { limitProxyState: false } } },
  {
    title: 'no role',
    given: (s) => {
      s.npasInstalled = false;
      s.serviceRunning = false;
    },
  },
  {
    title: 'no role, and a policy that NPS does not come with',
    given: (s) => {
      s.npasInstalled = false;
      s.serviceRunning = false;
    },
    wish: { networkPolicy: { name: 'VPN users', authenticationMethods: ['EAP'] } },
  },
  {
    title: 'no role, none to be had',
    given: (s) => {
      s.npasInstalled = false;
      s.serviceRunning = false;
      s.failing = 'role';
    },
  },
  {
    title: 'Server Core',
    given: (s) => {
      s.npasInstalled = false;
      s.serviceRunning = false;
      s.serverCore = true;
    },
  },
  {
    title: 'no extension',
    given: (s) => {
      s.mfa.installed = false;
      s.mfa.loaded = false;
    },
  },
  {
    title: 'an extension that is not loaded',
    given: (s) => {
      s.mfa.loaded = false;
    },
  },
  {
    title: 'no extension, none wanted',
    given: (s) => {
      s.mfa.installed = false;
      s.mfa.loaded = false;
    },
    wish: { mfaExtension: 'skip' },
  },
  {
    title: 'an extension that is not looked at',
    given: (s) => {
      s.mfa.requireUserMatch = false;
    },
    wish: { mfaExtension: 'skip' },
  },
  {
    title: 'an extension to be installed',
    given: (s) => {
      s.mfa.installed = false;
      s.mfa.loaded = false;
      s.installers.push(installer);
    },
    wish: { mfaExtension: 'install', mfaInstaller: { source: installer.source } },
  },
  {
    title: 'an installer of somebody else',
    given: (s) => {
      s.mfa.installed = false;
      s.mfa.loaded = false;
      s.installers.push({ ...installer, signedByMicrosoft: false });
    },
    wish: { mfaExtension: 'install', mfaInstaller: { source: installer.source } },
  },
  {
    title: 'an installer with another SHA-256',
    given: (s) => {
      s.mfa.installed = false;
      s.mfa.loaded = false;
      s.installers.push(installer);
    },
    wish: { mfaExtension: 'install', mfaInstaller: { source: installer.source, sha256: '0'.repeat(64) } },
  },
  {
    title: 'no role, and an installer that is refused',
    given: (s) => {
      s.npasInstalled = false;
      s.serviceRunning = false;
      s.mfa.installed = false;
      s.mfa.loaded = false;
    },
    wish: { mfaExtension: 'install', mfaInstaller: { source: 'https://downloads.example/installer.exe' } },
  },
  {
    title: 'installed, to be installed, not loaded',
    given: (s) => {
      s.mfa.loaded = false;
    },
    wish: { mfaExtension: 'install', mfaInstaller: { source: installer.source } },
  },
  {
    title: 'an extension that is not registered',
    given: (s) => {
      s.mfa.tenantId = null;
      s.mfa.certificate = null;
    },
  },
  {
    title: 'an extension without a tenant',
    given: (s) => {
      s.mfa.tenantId = null;
    },
  },
  {
    title: 'an extension without a certificate',
    given: (s) => {
      s.mfa.certificate = null;
    },
  },
  {
    title: 'an expired certificate',
    given: (s) => {
      if (s.mfa.certificate) s.mfa.certificate.notAfter = inDays(-1);
    },
  },
  {
    title: 'a certificate with ten days left',
    given: (s) => {
      if (s.mfa.certificate) s.mfa.certificate.notAfter = inDays(10);
    },
  },
  {
    title: 'a certificate with 32 days left',
    given: (s) => {
      if (s.mfa.certificate) s.mfa.certificate.notAfter = inDays(32);
    },
  },
  {
    title: 'an old extension with holes',
    given: (s) => {
      s.mfa = {
        ...s.mfa,
        version: '1.0.1.32',
        requireUserMatch: false,
        ipWhitelist: '10.0.0.1',
        unreachableEndpoints: ['credentials.azure.com'],
      };
    },
  },
  {
    title: 'text codes asked for on purpose',
    given: (s) => {
      s.mfa.overrideNumberMatching = 'TRUE';
    },
  },
  {
    title: 'values with spaces around them',
    given: (s) => {
      s.mfa.overrideNumberMatching = ' FALSE ';
      s.mfa.ipWhitelist = '  ';
    },
  },
  {
    title: 'endpoints of another cloud',
    given: (s) => {
      s.mfa.unreachableEndpoints = ['login.microsoftonline.com'];
    },
    wish: { mfaEndpoints: ['login.microsoftonline.us'] },
  },
  {
    title: 'netsh that does nothing',
    given: (s) => {
      s.failing = 'network policy';
    },
  },
  {
    title: 'RADIUS clients that cannot be written',
    given: (s) => {
      s.failing = 'radius client';
      s.audit.success = false;
    },
  },
  {
    title: 'a service that does not restart',
    given: (s) => {
      s.failing = 'restart';
    },
  },
  {
    title: 'a service that does not restart, for a registry value',
    given: (s) => {
      s.radiusClients.push(held);
      if (s.networkPolicies[0]) s.networkPolicies[0].grant = true;
      s.failing = 'restart';
    },
  },
  {
    title: 'host bits in the address',
    malformed: true,
    wish: { radiusClients: [{ ...client, address: '10.0.255.1/27' }] },
  },
  {
    title: 'what was made for the gateway, approved',
    given: withOwn,
    wish: { ...absent, approvedChanges: absentIds },
  },
  { title: 'what was made for the gateway, not approved', given: withOwn, wish: absent },
  {
    title: 'a client with another address by now, and a policy that others meet',
    given: (s) => {
      withOwn(s);
      s.radiusClients[0]!.address = '10.0.255.0/26';
      s.networkPolicies[0]!.conditions = ['MATCH("NAS-Port-Type=^5$")'];
    },
    wish: { ...absent, approvedChanges: absentIds },
  },
  {
    title: 'a removal after which NPS does not restart',
    given: (s) => {
      withOwn(s);
      s.failing = 'restart';
    },
    wish: { ...absent, approvedChanges: absentIds },
  },
  {
    title: 'a removal that names no policy',
    malformed: true,
    wish: { ...absent, networkPolicy: {} },
  },
  { title: 'no RADIUS client', malformed: true, wish: { radiusClients: [] } },
  {
    title: 'two clients of one name',
    malformed: true,
    wish: { radiusClients: [client, { ...client, address: '10.0.2.0/28' }] },
  },
  {
    title: 'a client without a name',
    malformed: true,
    wish: { radiusClients: [{ address: '10.0.255.0/27' }] },
  },
  { title: 'a quotation mark in a name', malformed: true, wish: { networkPolicy: { name: 'a"b' } } },
  {
    title: 'an unknown method',
    malformed: true,
    wish: { networkPolicy: { ...desired.networkPolicy, authenticationMethods: ['CHAP'] } },
  },
  {
    title: 'PAP under a required Message-Authenticator',
    malformed: true,
    wish: {
      networkPolicy: { ...desired.networkPolicy, authenticationMethods: ['PAP'] },
      blastRadius: { requireMessageAuthenticator: true },
    },
  },
  { title: 'an unknown wish for the extension', malformed: true, wish: { mfaExtension: 'maybe' } },
  { title: 'an installation without an installer', malformed: true, wish: { mfaExtension: 'install' } },
  {
    title: 'an endpoint that is an address',
    malformed: true,
    wish: { mfaEndpoints: ['https://login.microsoftonline.com/'] },
  },
  { title: 'a secret with a space at its end', malformed: true, secret: `${secret} ` },
  { title: 'a secret of 129 characters', malformed: true, secret: 'x'.repeat(129) },
  { title: 'a secret that is not ASCII', malformed: true, secret: 'pässword' },
];

const operationsOf = ({ malformed }: Case) => (malformed ? ['Set'] : ['Test', 'Set']);

function startOf({ given }: Case): NpsServerState {
  const state = freshNpsServer('NPS-01');
  given?.(state);
  return state;
}

/** The script of a run command holds the whole module: the engine would compile it again for each of these commands. */
const overModule = `& '${fileURLToPath(new URL('../../../../nps/run-command.ps1', import.meta.url))}' @args\nexit $LASTEXITCODE`;

function commandsOf(each: Case) {
  const script = npsRunCommandScript();
  const given = each.secret === undefined ? secret : each.secret;
  return operationsOf(each).map((Operation) => ({
    script,
    parameters: {
      Operation,
      DesiredState: base64({ ...desired, ...each.wish }),
      ...(given !== null && { SharedSecret: base64(given) }),
    } as Record<string, string>,
  }));
}

/** The part of an answer that is the contract: sentences are not part of it. */
function essence({ exitCode, output }: NpsRunOutcome) {
  const { error, changed, changes, findings, signInPath, state } = JSON.parse(output);
  state?.networkPolicy.authenticationMethods.sort();
  return {
    exitCode,
    error: error?.code,
    changed,
    changes: changes
      .map(({ id, scope, restart, asks }: Record<string, unknown>) => [id, scope, restart, asks].join(' '))
      .sort(),
    signInPath: signInPath?.map(({ why: _, ...path }: { why?: string }) => path),
    findings: findings
      .map(({ id, severity, client }: Record<string, unknown>) => [severity, id, client].join(' '))
      .sort(),
    state,
  };
}

/** The order of lists is not part of it. */
function sorted(state: NpsServerState): NpsServerState {
  const copy = structuredClone(state);
  for (const policy of copy.networkPolicies) policy.authenticationMethods.sort();
  copy.networkPolicies.sort((a, b) => a.order - b.order);
  copy.radiusClients.sort((a, b) => a.name.localeCompare(b.name));
  return copy;
}

describe.skipIf(!engine)(
  'memory and PowerShell give the same answers (skipped without a PowerShell engine)',
  () => {
    let answers: Awaited<ReturnType<typeof runOnStandIns>> = [];
    beforeAll(async () => {
      const runs = cases.map((each) => ({
        state: toStandInState(startOf(each)),
        commands: commandsOf(each).map((command) => ({ ...command, script: overModule })),
      }));
      answers = await runOnStandIns(engine ?? '', runs);
    }, 300_000);

    it.each(cases.map((each, index) => ({ ...each, index })))('$title', async ({ index, ...each }) => {
      const start = startOf(each);
      const memory = inMemoryNpsServer(start, virtualClock(now));
      for (const [step, command] of commandsOf(each).entries()) {
        const real = answers[index]?.[step];
        const label = `step ${step + 1}, ${command.parameters.Operation}`;
        if (!real) throw new Error(`no answer for ${label}`);
        const own = await memory.run(command);
        expect(essence(own), label).toEqual(essence(real.outcome));
        expect(sorted(memory.state()), label).toEqual(sorted(fromStandInState(real.state, start)));
      }
    });
  },
);

describe.skipIf(!engine)('an NPS server in PowerShell (skipped without a PowerShell engine)', () => {
  it('runs the script that it is sent, keeps its state, and takes changes made at its console', async () => {
    const server = powerShellNpsServer(freshNpsServer('NPS-02'), engine ?? '');
    const [, set] = commandsOf({ title: '' });
    if (!set) throw new Error('no command');
    const first = await server.run(set);
    expect(JSON.parse(first.output)).toMatchObject({ changed: true, state: { server: { name: 'NPS-02' } } });
    expect(server.state().radiusClients).toEqual([held]);
    expect(first.output + first.error).not.toContain(secret);

    server.change((state) => {
      for (const each of state.radiusClients) each.enabled = false;
    });
    const again = await server.run(set);
    expect(JSON.parse(again.output)).toMatchObject({
      changed: false,
      findings: expect.arrayContaining([expect.objectContaining({ id: 'radius-client-disabled' })]),
    });
    expect(server.state().radiusClients).toEqual([{ ...held, enabled: false }]);
  });

  it('carries out one command after another, however they come', async () => {
    const server = powerShellNpsServer(freshNpsServer('NPS-02'), engine ?? '');
    const other = { ...client, name: 'probe', address: '10.0.2.0/28' };
    const [, first] = commandsOf({ title: '' });
    const [, second] = commandsOf({ title: '', wish: { radiusClients: [other] } });
    if (!first || !second) throw new Error('no command');
    await Promise.all([server.run(first), server.run(second)]);
    expect(server.state().radiusClients.map(({ name }) => name)).toEqual(['vpngw-hub', 'probe']);
  });

  it('leaves no file behind: the secret was in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'engines-'));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const [, set] = commandsOf({ title: '' });
      if (!set) throw new Error('no command');
      await powerShellNpsServer(freshNpsServer('NPS-02'), engine ?? '').run(set);
      // The engine keeps the scripts, which hold no secret.
      expect(readdirSync(folder).filter((name) => !name.startsWith('nps-scripts-'))).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      rmSync(folder, { recursive: true });
    }
  });

  it('has the key pair that the one in memory has, and takes a secret that is encrypted for it', async () => {
    const start = freshNpsServer('NPS-02');
    const key = publicKey(start);
    const parameters = {
      Operation: 'Set',
      DesiredState: base64({ ...desired, secretKey: true }),
      SharedSecret: sealedSecret(secret, key),
    };
    for (const server of [
      inMemoryNpsServer(start, virtualClock(now)),
      powerShellNpsServer(start, engine ?? ''),
    ]) {
      const { output } = await server.run({ script: npsRunCommandScript(), parameters });
      expect(JSON.parse(output)).toMatchObject({ changed: true, state: { server: { secretKey: key } } });
      expect(server.state().radiusClients).toEqual([held]);
    }
  });

  it('does what the script does, not what it ought to do', async () => {
    const server = powerShellNpsServer(freshNpsServer('NPS-02'), engine ?? '');
    const script = 'param([string]$Operation)\n"$Operation on $env:COMPUTERNAME"\nexit 3';
    const outcome = await server.run({ script, parameters: { Operation: 'Look' } });
    expect(outcome).toEqual({ exitCode: 3, output: 'Look on NPS-02', error: '' });
  });
});

describe('the choice of an engine', () => {
  const state = freshNpsServer('NPS-01');
  it('is memory when asked for, whatever the machine has', () => {
    expect(npsServer(state, virtualClock(now), 'memory', engine ? [engine] : []).engine).toBe('memory');
  });
  it.skipIf(!engine)(
    'is PowerShell by itself where there is one (skipped without a PowerShell engine)',
    () => {
      expect(npsServer(state, virtualClock(now), 'auto', [engine ?? '']).engine).toBe('powershell');
    },
  );
  it.skipIf(findPowerShell())(
    'without PowerShell is memory, or an error when PowerShell was asked for',
    () => {
      expect(npsServer(state, virtualClock(now)).engine).toBe('memory');
      expect(() => npsServer(state, virtualClock(now), 'powershell')).toThrow(/install pwsh/);
    },
  );
});
