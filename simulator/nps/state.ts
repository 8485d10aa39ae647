/**
 * How NPS may be asked to authenticate: values of NP-Authentication-Type (0x1009), and the EAP types (0x100a) under
 * `EAP`.
 */
export type AuthenticationMethod =
  | 'PAP'
  | 'CHAP'
  | 'MSCHAP'
  | 'MSCHAPv2'
  | 'EAP'
  | 'Unauthenticated'
  | 'MSCHAP-CPW'
  | 'MSCHAPv2-CPW'
  | 'EAP-MSCHAPv2'
  | 'EAP-TLS'
  | 'PEAP';

export interface RadiusClient {
  name: string;
  /** An IPv4 address or a range in CIDR notation. */
  address: string;
  vendor: string;
  enabled: boolean;
  /** "Access-Request messages must contain the Message-Authenticator attribute". */
  authAttributeRequired: boolean;
  secret: string;
}

export interface NetworkPolicy {
  name: string;
  enabled: boolean;
  /** Processing order from 1. The first enabled policy whose conditions all match decides. */
  order: number;
  /** NP-Allow-Dial-in (0x100f): "Grant access" or "Deny access". */
  grant: boolean;
  authenticationMethods: AuthenticationMethod[];
  /** "Ignore user account dial-in properties" (0x1005). */
  ignoreDialIn?: boolean;
  /** In the notation of NPS (`msNPConstraint`), such as `MATCH("MS-RAS-Vendor=^311$")`. */
  conditions: string[];
  /** The value of MS-Azure-Policy-ID (vendor 311, attribute 65) in its Access-Accept, as hexadecimal digits. */
  sends?: string;
}

export interface MfaExtension {
  installed: boolean;
  version: string | null;
  /** Both DLLs are named under AuthSrv\Parameters. With empty values NPS lets users in without MFA. */
  loaded: boolean;
  /**
   * Whether the running service has loaded it. Undefined: as `loaded` says. False after an installation without a
   * restart.
   */
  inService?: boolean;
  tenantId: string | null;
  certificate: { thumbprint: string; notAfter: string } | null;
  requireUserMatch: boolean;
  overrideNumberMatching: string | null;
  ipWhitelist: string;
  /** Hosts of the MFA service that cannot be reached on 443 from this server. */
  unreachableEndpoints: string[];
}

/** A connection request policy: which requests NPS answers itself, and which it forwards. */
export interface RequestPolicy {
  name: string;
  enabled: boolean;
  order: number;
  conditions: string[];
  /** `forward`: to the remote RADIUS server group named in `group`. */
  provider: 'windows' | 'forward' | 'none';
  group: string;
}

/** An installer of the MFA extension that the server can download or read. */
export interface MfaInstaller {
  source: string;
  content: string;
  signedByMicrosoft: boolean;
}

/** A user as the directory and Entra know the user. */
export interface NpsUser {
  name: string;
  password: string;
  /** The dial-in tab of the account. `policy` leaves the decision to the network policy. */
  dialIn: 'policy' | 'allow' | 'deny';
  /** What the user does with the push notification. An `unregistered` user has no MFA method. */
  mfa: 'approve' | 'deny' | 'no answer' | 'unregistered';
  /** How long the user takes. */
  mfaSeconds: number;
  /**
   * Has an authenticator code among the methods. The extension then asks for a code unless it is configured otherwise.
   */
  totpRegistered: boolean;
  /** SIDs of the Windows groups that the user is in. */
  groups?: string[];
}

/** Everything that one simulated NPS server holds, secrets included. */
export interface NpsServerState {
  name: string;
  /** `Windows Server 2016`, `2019`, `2022` or `2025`. */
  os: string;
  serverCore: boolean;
  npasInstalled: boolean;
  serviceRunning: boolean;
  /** Service SID type of IAS. While it is restricted, the firewall of Server 2019 drops RADIUS. */
  sidTypeUnrestricted: boolean;
  /** Whether the firewall lets RADIUS in from every address, as the rules of the role do. */
  firewallOpen: boolean;
  /** Our own rules, each for one RADIUS client, with the prefix from which it lets the client in. */
  firewallRules: { client: string; address: string }[];
  /** UDP ports of authentication. */
  ports: number[];
  /** The server's own IPv4 addresses. */
  addresses: string[];
  /** Whether it is in the group "RAS and IAS Servers" of its domain. Null outside a domain. */
  registered: boolean | null;
  /** An edition of Windows Server that takes only single addresses for RADIUS clients. */
  refusesPrefixes: boolean;
  /** Whether it has the updates of July 2024. Without them netsh does not know the settings against CVE-2024-3596. */
  blastRadiusUpdates: boolean;
  radiusClients: RadiusClient[];
  networkPolicies: NetworkPolicy[];
  requestPolicies: RequestPolicy[];
  /** "name address" of RADIUS clients that the module has set up: its note in the registry. */
  gatewayClients: string[];
  /**
   * How often the server has got another key pair for secrets that are sent to it (a new machine, a reset key store).
   */
  secretKeys: number;
  mfa: MfaExtension;
  blastRadius: {
    limitProxyState: boolean;
    requireMessageAuthenticator: boolean;
    /** Settings in Audit mode: they only record, and drop nothing. */
    audit?: ('limitProxyState' | 'requireMessageAuthenticator')[];
  };
  audit: { success: boolean; failure: boolean };
  installers: MfaInstaller[];
  users: NpsUser[];
  /** Groups that the server or its domain knows. */
  groups: { name: string; sid: string }[];
  /** UPN suffixes of the forest: they may come after the name of an account, as in `anna@contoso.com`. */
  upnSuffixes: string[];
  /** What fails on this server when it is next tried. */
  failing: 'role' | 'network policy' | 'radius client' | 'restart' | null;
}

export const defaultPolicyName = 'Connections to Microsoft Routing and Remote Access server';

/** The two policies that are part of NPS. Both deny. */
export function defaultPolicies(): NetworkPolicy[] {
  return [
    {
      name: defaultPolicyName,
      enabled: true,
      order: 1,
      grant: false,
      authenticationMethods: [
        'EAP',
        'EAP-MSCHAPv2',
        'EAP-TLS',
        'MSCHAPv2',
        'MSCHAPv2-CPW',
        'MSCHAP',
        'MSCHAP-CPW',
      ],
      conditions: ['MATCH("MS-RAS-Vendor=^311$")'],
    },
    {
      name: 'Connections to other access servers',
      enabled: true,
      order: 2,
      grant: false,
      authenticationMethods: ['MSCHAPv2', 'MSCHAPv2-CPW', 'MSCHAP', 'MSCHAP-CPW'],
      conditions: [
        'TIMEOFDAY("0 00:00-24:00; 1 00:00-24:00; 2 00:00-24:00; 3 00:00-24:00; 4 00:00-24:00; 5 00:00-24:00; 6 00:00-24:00")',
      ],
    },
  ];
}

/** "Use Windows authentication for all users", the one connection request policy that is part of NPS. */
function defaultRequestPolicies(): RequestPolicy[] {
  return [
    {
      name: 'Use Windows authentication for all users',
      enabled: true,
      order: 1,
      conditions: [...defaultPolicies()[1]!.conditions],
      provider: 'windows',
      group: '',
    },
  ];
}

/**
 * A server where the role was just installed and the MFA extension is registered: no RADIUS client, nothing granted.
 */
export function freshNpsServer(name: string, wish: Partial<NpsServerState> = {}): NpsServerState {
  return structuredClone({
    name,
    os: 'Windows Server 2022',
    serverCore: false,
    npasInstalled: true,
    serviceRunning: true,
    sidTypeUnrestricted: true,
    firewallOpen: true,
    firewallRules: [],
    ports: [1812, 1645],
    addresses: [],
    registered: true,
    refusesPrefixes: false,
    blastRadiusUpdates: true,
    radiusClients: [],
    networkPolicies: defaultPolicies(),
    requestPolicies: defaultRequestPolicies(),
    gatewayClients: [],
    secretKeys: 0,
    mfa: {
      installed: true,
      version: '1.2.2893.1',
      loaded: true,
      tenantId: '11111111-2222-4333-8444-555555555555',
      certificate: {
        thumbprint: '0F1E2D3C4B5A69788796A5B4C3D2E1F001122334',
        notAfter: '2035-01-01T00:00:00Z',
      },
      requireUserMatch: true,
      overrideNumberMatching: null,
      ipWhitelist: '',
      unreachableEndpoints: [],
    },
    blastRadius: { limitProxyState: false, requireMessageAuthenticator: false },
    audit: { success: true, failure: true },
    installers: [],
    users: [],
    groups: [],
    upnSuffixes: ['contoso.com'],
    failing: null,
    ...wish,
  });
}
