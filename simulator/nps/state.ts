/** How NPS may be asked to authenticate; the names of NP-Authentication-Type (attribute 0x1009) and the EAP types under it. */
export type AuthenticationMethod =
  | 'PAP'
  | 'CHAP'
  | 'MSCHAP'
  | 'MSCHAPv2'
  | 'EAP'
  | 'MSCHAP-CPW'
  | 'MSCHAPv2-CPW';

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
  /** Processing order; the first policy whose conditions match decides. */
  order: number;
  /** NP-Allow-Dial-in (0x100f): "Grant access" or "Deny access". */
  grant: boolean;
  authenticationMethods: AuthenticationMethod[];
  /** The condition MS-RAS-Vendor = 311 of the first default policy; without it the policy matches every request. */
  rasVendorOnly: boolean;
}

export interface MfaExtension {
  installed: boolean;
  version: string | null;
  /** Both DLLs are named under AuthSrv\Parameters; with blank values NPS lets users in without MFA. */
  loaded: boolean;
  tenantId: string | null;
  certificate: { thumbprint: string; notAfter: string } | null;
  requireUserMatch: boolean;
  overrideNumberMatching: string | null;
  ipWhitelist: string;
  /** Hosts of the MFA service that cannot be reached on 443 from this server. */
  unreachableEndpoints: string[];
}

/** A user as the directory and Entra know it. */
export interface NpsUser {
  name: string;
  password: string;
  /** The dial-in tab of the account; `policy` leaves it to the network policy. */
  dialIn: 'policy' | 'allow' | 'deny';
  /** What the user does with the push notification, `unregistered` having no MFA method at all. */
  mfa: 'approve' | 'deny' | 'no answer' | 'unregistered';
  /** How long the user takes. */
  mfaSeconds: number;
  /** Has an authenticator code among the methods: the extension then asks for one unless told otherwise. */
  totpRegistered: boolean;
}

/** Everything that one simulated NPS server holds, secrets included. */
export interface NpsServerState {
  name: string;
  os: string;
  serverCore: boolean;
  npasInstalled: boolean;
  serviceRunning: boolean;
  /** Service SID type of IAS; restricted makes the firewall of Server 2019 drop RADIUS. */
  sidTypeUnrestricted: boolean;
  firewallOpen: boolean;
  radiusClients: RadiusClient[];
  networkPolicies: NetworkPolicy[];
  mfa: MfaExtension;
  blastRadius: { limitProxyState: boolean; requireMessageAuthenticator: boolean };
  audit: { success: boolean; failure: boolean };
  /** What the server can download or read: MFA extension installers, by source. */
  installers: { source: string; sha256: string; version: string }[];
  users: NpsUser[];
}

export const defaultPolicyName = 'Connections to Microsoft Routing and Remote Access server';

/**
 * A server with the role just installed and the MFA extension registered: no RADIUS client, and the two policies that
 * NPS comes with, both of which deny.
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
    radiusClients: [],
    networkPolicies: [
      {
        name: defaultPolicyName,
        enabled: true,
        order: 1,
        grant: false,
        authenticationMethods: ['EAP', 'MSCHAPv2', 'MSCHAPv2-CPW', 'MSCHAP', 'MSCHAP-CPW'],
        rasVendorOnly: true,
      },
      {
        name: 'Connections to other access servers',
        enabled: true,
        order: 2,
        grant: false,
        authenticationMethods: ['MSCHAPv2', 'MSCHAPv2-CPW', 'MSCHAP', 'MSCHAP-CPW'],
        rasVendorOnly: false,
      },
    ],
    mfa: {
      installed: true,
      version: '1.2.2893.1',
      loaded: true,
      tenantId: '11111111-2222-4333-8444-555555555555',
      certificate: {
        thumbprint: '0F1E2D3C4B5A69788796A5B4C3D2E1F001122334',
        notAfter: '2035-01-01T00:00:00.000Z',
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
    ...wish,
  });
}
