import { keyXml } from './module/secret-key.ts';
import {
  type AuthenticationMethod,
  defaultPolicies,
  type NetworkPolicy,
  type NpsServerState,
} from './state.ts';

/**
 * The part that this simulator uses of the file in which the PowerShell stand-ins of `nps/standins/` keep one server.
 */
export interface StandInState {
  server: { name: string };
  features: { NPAS: boolean };
  service: { status: string; restarts?: number };
  radiusClients: StandInClient[];
  networkPolicies: StandInPolicy[];
  registry: Record<string, Record<string, string | number | string[]>>;
  certificates: { Subject: string; Thumbprint: string; NotAfter: string }[];
  firewall: { name: string; port: string | string[]; enabled: boolean; remote: string; action: string }[];
  audit: number;
  blastRadius: { limitProxyState: boolean | 'audit'; requireMsgAuth: boolean | 'audit' };
  requestPolicies: {
    name: string;
    enabled: boolean;
    order: number;
    conditions: string[];
    provider: string;
    group: string;
  }[];
  ports: string;
  addresses: string[];
  rsaKey: string;
  registered: boolean | null;
  /** SIDs by name. */
  groups: Record<string, string>;
  running?: { radiusClients: StandInClient[]; mfa: boolean };
  unreachable: string[];
  files: Record<string, { content: string; signature: string; subject?: string }>;
  faults: Record<string, unknown>;
}

interface StandInClient {
  name: string;
  address: string;
  sharedSecret: string;
  vendor: string;
  enabled: boolean;
  authAttributeRequired: boolean;
}

interface StandInPolicy {
  name: string;
  enabled: boolean;
  order: number;
  conditions: string[];
  /** Name, type and value of the attributes of its profile. */
  attributes: [name: string, type: string, value: string][];
}

const ruleName = 'VpnNps-RADIUS-';
const providers = { none: '0', windows: '1', forward: '2' };
const builds = { '2016': '14393', '2019': '17763', '2022': '20348', '2025': '26100' };
const windows = 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const service = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\IAS';
const dlls = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\AuthSrv\\Parameters';
const azureMfa = 'HKLM:\\SOFTWARE\\Microsoft\\AzureMfa';
const ownNotes = 'HKLM:\\SOFTWARE\\VpnNps';
const product =
  'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{7A3F6B10-0000-4000-8000-000000000001}';

const authenticationTypes: Partial<Record<AuthenticationMethod, number>> = {
  PAP: 1,
  CHAP: 2,
  MSCHAP: 3,
  MSCHAPv2: 4,
  EAP: 5,
  Unauthenticated: 7,
  'MSCHAP-CPW': 9,
  'MSCHAPv2-CPW': 10,
};
const eapTypes: Partial<Record<AuthenticationMethod, string>> = {
  'EAP-TLS': '0d',
  PEAP: '19',
  'EAP-MSCHAPv2': '1a',
};
const methodOf = (table: Partial<Record<AuthenticationMethod, number | string>>, value: number | string) =>
  (Object.keys(table) as AuthenticationMethod[]).find((method) => table[method] === value);

function standInPolicy({
  name,
  enabled,
  order,
  conditions,
  grant,
  authenticationMethods,
  sends,
}: NetworkPolicy): StandInPolicy {
  const attributes: StandInPolicy['attributes'] = [['msNPAllowDialin', 'boolean', grant ? '1' : '0']];
  for (const method of authenticationMethods) {
    const type = authenticationTypes[method];
    const eap = eapTypes[method];
    if (type !== undefined) attributes.push(['msNPAuthenticationType2', 'int', `${type}`]);
    if (eap !== undefined) attributes.push(['msNPAllowedEapType', 'bin.hex', eap.padEnd(32, '0')]);
  }
  if (sends) attributes.push(['msRADIUSAnyVSA', 'string', `${vendorAttribute}${sends.toUpperCase()}`]);
  return { name, enabled, order, conditions, attributes };
}

/** Hexadecimal, vendor 311, attribute 65, six octets with type and length. */
const vendorAttribute = '03000001374106';

function policyOf({ name, enabled, conditions, attributes }: StandInPolicy, index: number): NetworkPolicy {
  const values = (wanted: string) =>
    attributes.flatMap(([type, , value]) => (type === wanted ? [value] : []));
  const eap = values('msNPAllowedEapType').flatMap((value) => methodOf(eapTypes, value.slice(0, 2)) ?? []);
  const authenticationMethods = values('msNPAuthenticationType2').flatMap((value) => {
    const method = methodOf(authenticationTypes, Number(value));
    return method === 'EAP' ? [method, ...eap] : (method ?? []);
  });
  const grants = values('msNPAllowDialin')[0] === '1';
  const sent = values('msRADIUSAnyVSA').find((value) => value.startsWith(vendorAttribute));
  return {
    name,
    enabled,
    order: index + 1,
    grant: grants,
    authenticationMethods,
    conditions: [conditions].flat(),
    ...(sent && { sends: sent.slice(vendorAttribute.length).toLowerCase() }),
  };
}

export function toStandInState(state: NpsServerState): StandInState {
  const { mfa } = state;
  const year = /\d{4}/.exec(state.os)?.[0] as keyof typeof builds | undefined;
  const subject = `CN=${mfa.tenantId ?? 'none'}, OU=Microsoft NPS Extension`;
  const extensions = 'C:\\Program Files\\Microsoft\\AzureMfa\\Extensions';
  const clients = state.radiusClients.map(({ secret, ...client }) => ({ ...client, sharedSecret: secret }));
  const registry: StandInState['registry'] = {
    [windows]: {
      CurrentBuildNumber: builds[year ?? '2022'],
      InstallationType: state.serverCore ? 'Server Core' : 'Server',
    },
    [service]: { ServiceSidType: state.sidTypeUnrestricted ? 1 : 0 },
    [dlls]: {
      AuthorizationDLLs: mfa.loaded ? `${extensions}\\MfaNpsAuthzExt.dll` : '',
      ExtensionDLLs: mfa.loaded ? `${extensions}\\MfaNpsAuthnExt.dll` : '',
    },
    [azureMfa]: {
      CLIENT_ID: '981f26a1-7f43-403b-a875-f8b09b8cd720',
      ...(mfa.tenantId !== null && { TENANT_ID: mfa.tenantId }),
      ...(mfa.certificate && { CLIENT_CERT_IDENTIFIER: mfa.certificate.thumbprint }),
      ...(!mfa.requireUserMatch && { REQUIRE_USER_MATCH: 'FALSE' }),
      ...(mfa.overrideNumberMatching !== null && {
        OVERRIDE_NUMBER_MATCHING_WITH_OTP: mfa.overrideNumberMatching,
      }),
      ...(mfa.ipWhitelist !== '' && { IP_WHITELIST: mfa.ipWhitelist }),
    },
  };
  // It is not documented where NPS keeps these settings, so the module uses its own note of what netsh accepted.
  const { limitProxyState, requireMessageAuthenticator } = state.blastRadius;
  const watching = state.blastRadius.audit ?? [];
  registry[ownNotes] = {
    ...(limitProxyState && { limitProxyState: 1 }),
    ...(requireMessageAuthenticator && { requireMsgAuth: 1 }),
    ...(watching.includes('limitProxyState') && { limitProxyState: 2 }),
    ...(watching.includes('requireMessageAuthenticator') && { requireMsgAuth: 2 }),
    ...(state.gatewayClients.length > 0 && { gatewayClients: state.gatewayClients }),
  };
  if (mfa.installed) {
    registry[product] = { DisplayName: 'NPS Extension For Azure MFA', DisplayVersion: mfa.version ?? '' };
  }
  const { certificate } = mfa;
  return {
    server: { name: state.name },
    features: { NPAS: state.npasInstalled },
    service: { status: state.serviceRunning ? 'Running' : 'Stopped', restarts: 0 },
    radiusClients: clients,
    networkPolicies: (state.npasInstalled ? state.networkPolicies : defaultPolicies()).map(standInPolicy),
    registry,
    certificates: certificate
      ? [{ Subject: subject, Thumbprint: certificate.thumbprint, NotAfter: certificate.notAfter }]
      : [],
    firewall: [
      ...['1645', '1646', '1812', '1813'].map((port) => ({
        name: `NPS-NPSSvc-In-UDP-${port}`,
        port,
        enabled: state.firewallOpen,
        remote: 'Any',
        action: 'Allow',
      })),
      ...state.firewallRules.map(({ client, address }) => ({
        name: `${ruleName}${client}`,
        port: ['1812', '1813'],
        enabled: true,
        remote: address,
        action: 'Allow',
      })),
    ],
    requestPolicies: state.requestPolicies.map(({ provider, ...policy }) => ({
      ...policy,
      provider: providers[provider],
    })),
    ports: state.ports.join(','),
    addresses: state.addresses,
    rsaKey: keyXml(state),
    registered: state.registered,
    groups: Object.fromEntries(state.groups.map(({ name, sid }) => [name, sid])),
    running: { radiusClients: clients, mfa: mfa.inService ?? mfa.loaded },
    audit: (state.audit.success ? 1 : 0) + (state.audit.failure ? 2 : 0),
    blastRadius: { limitProxyState, requireMsgAuth: requireMessageAuthenticator },
    unreachable: mfa.unreachableEndpoints,
    files: Object.fromEntries(
      state.installers.map(({ source, content, signedByMicrosoft }) => [
        source,
        signedByMicrosoft
          ? { content, signature: 'Valid', subject: 'CN=Microsoft Corporation, O=Microsoft Corporation' }
          : { content, signature: 'NotSigned' },
      ]),
    ),
    faults: faultsOf(state),
  };
}

function faultsOf({ failing, refusesPrefixes, blastRadiusUpdates }: NpsServerState): Record<string, unknown> {
  const commands = {
    role: ['Install-WindowsFeature'],
    'radius client': ['New-NpsRadiusClient', 'Set-NpsRadiusClient'],
    restart: ['Restart-Service'],
    'network policy': [],
  }[failing ?? 'network policy'];
  return {
    ...(refusesPrefixes && { prefix: 'refused' }),
    ...(!blastRadiusUpdates && { withoutJuly2024Update: true }),
    ...(failing === 'network policy' && { netsh: 'ignores' }),
    commands: Object.fromEntries(commands.map((command) => [command, { message: `${command} failed` }])),
  };
}

/** The server as the stand-ins left it. What they do not keep (users, installers, faults) is as it was in `before`. */
export function fromStandInState(after: StandInState, before: NpsServerState): NpsServerState {
  const { registry } = after;
  const values = registry[azureMfa] ?? {};
  const text = (name: string) => (values[name] === undefined ? null : `${values[name]}`);
  const named = after.certificates.find(({ Thumbprint }) => Thumbprint === text('CLIENT_CERT_IDENTIFIER'));
  const isInstalled = registry[product] !== undefined;
  return {
    ...before,
    npasInstalled: after.features.NPAS,
    serviceRunning: after.service.status === 'Running',
    sidTypeUnrestricted: registry[service]?.ServiceSidType === 1,
    firewallOpen: after.firewall.some(
      ({ port, enabled, remote }) => enabled && remote === 'Any' && port === '1812',
    ),
    firewallRules: after.firewall.flatMap(({ name, remote }) =>
      name.startsWith(ruleName) ? [{ client: name.slice(ruleName.length), address: remote }] : [],
    ),
    gatewayClients: [registry[ownNotes]?.gatewayClients ?? []].flat().map(String),
    radiusClients: after.radiusClients.map(({ sharedSecret, ...client }) => ({
      ...client,
      secret: sharedSecret,
    })),
    networkPolicies: after.features.NPAS
      ? [...after.networkPolicies].sort((a, b) => a.order - b.order).map(policyOf)
      : before.networkPolicies,
    mfa: {
      ...(after.running?.mfa === false &&
        registry[product] &&
        /MfaNpsAuthzExt\.dll/i.test(`${registry[dlls]?.AuthorizationDLLs}`) && { inService: false }),
      installed: isInstalled,
      version: isInstalled ? `${registry[product]?.DisplayVersion}` : before.mfa.version,
      loaded: /MfaNpsAuthzExt\.dll/i.test(`${registry[dlls]?.AuthorizationDLLs}`),
      tenantId: text('TENANT_ID'),
      certificate: named ? { thumbprint: named.Thumbprint, notAfter: named.NotAfter } : null,
      requireUserMatch: text('REQUIRE_USER_MATCH') !== 'FALSE',
      overrideNumberMatching: text('OVERRIDE_NUMBER_MATCHING_WITH_OTP'),
      ipWhitelist: text('IP_WHITELIST') ?? '',
      unreachableEndpoints: before.mfa.unreachableEndpoints,
    },
    blastRadius: {
      ...before.blastRadius,
      limitProxyState: after.blastRadius.limitProxyState === true,
      requireMessageAuthenticator: after.blastRadius.requireMsgAuth === true,
    },
    audit: { success: (after.audit & 1) === 1, failure: (after.audit & 2) === 2 },
  };
}
