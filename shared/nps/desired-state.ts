import { nameOf, shortHash } from '../core/resource-id.ts';
import type { NpsExtras, NpsOutline } from './model.ts';
import { articlePolicy, ownPolicy } from './network-policy.ts';

/** The state that the PowerShell module brings an NPS server to: the JSON behind the run command's parameter `DesiredState`. */
export interface DesiredState {
  /** All share the one shared secret. */
  readonly radiusClients: readonly {
    readonly name: string;
    /** An address or a range in CIDR notation. */
    readonly address: string;
    readonly vendor: string;
    readonly authAttributeRequired: boolean;
    readonly enabled: boolean;
  }[];
  readonly networkPolicy: {
    /**
     * `named` (the default): one that exists. `own`: one made for the first RADIUS client alone. `auto`: the own one where
     * other RADIUS clients use the server; the answer says which (`state.networkPolicy.kind`).
     */
    readonly kind?: 'named' | 'own' | 'auto';
    readonly name?: string;
    readonly ownName?: string;
    readonly grant: boolean;
    /** What must at least be allowed; others are kept. */
    readonly authenticationMethods: readonly ('EAP' | 'PAP')[];
  };
  /**
   * The network policies of user groups, each named `prefix` and the group, in the order in which they decide. Left out: they
   * are not looked at. One of the prefix that is not wanted goes, where somebody approves it.
   */
  readonly groupPolicies?: {
    readonly prefix: string;
    readonly wanted: readonly {
      readonly group: string;
      readonly windowsGroup: string;
      readonly attribute: string;
    }[];
  };
  readonly mfaExtension: 'require' | 'install' | 'skip';
  readonly mfaInstaller?: { readonly source: string; readonly sha256: string };
  readonly mfaEndpoints?: readonly string[];
  readonly blastRadius: { readonly limitProxyState: boolean; readonly requireMessageAuthenticator: boolean };
  /** Base64; makes the server answer with an HMAC-SHA256 of the secret that it holds, instead of the secret. */
  readonly secretProofKey?: string;
  /** Asks for the public half of the key by which a secret can be sent to this server (`state.server.secretKey`). */
  readonly secretKey?: boolean;
  /** Ids of changes that somebody approved. `Set` then makes those that ask, and refuses any other with `PlanChanged`. */
  readonly approvedChanges?: readonly string[];
}

/** The RADIUS client by which the app itself may ask an NPS server whether it answers. */
export const probeClientName = 'vpn-radius-probe';

/** The gateway's requests come from its instances in GatewaySubnet, so the whole subnet is one RADIUS client. */
export function npsDesiredState(plan: NpsOutline, extras: NpsExtras = {}): DesiredState {
  const authenticationMethods = authenticationMethodsOf(plan.protocols);
  const { probeSubnet, ...others } = extras;
  const client = (name: string, address: string) => ({
    name,
    address,
    vendor: 'RADIUS Standard',
    authAttributeRequired: false,
    enabled: true,
  });
  return {
    radiusClients: [
      client(radiusClientName(plan.gatewayId), plan.gatewaySubnetPrefix),
      ...(probeSubnet ? [client(probeClientName, probeSubnet)] : []),
    ],
    networkPolicy: {
      ...policyWish(plan),
      grant: true,
      authenticationMethods,
    },
    ...(plan.askedGroups && { groupPolicies: groupPolicies(plan.gatewayId, plan.askedGroups) }),
    mfaExtension: plan.mfaExtension,
    blastRadius: {
      limitProxyState: true,
      // EAP always carries Message-Authenticator; whether the gateway sends it with PAP is not documented.
      requireMessageAuthenticator: !authenticationMethods.includes('PAP'),
    },
    ...others,
  };
}

/** What the module brings a server to that is to hold nothing any more that was made for this gateway alone. */
interface AbsentState extends Pick<DesiredState, 'approvedChanges'> {
  readonly ensure: 'absent';
  readonly radiusClients: readonly { readonly name: string; readonly address: string }[];
  readonly networkPolicy: { readonly ownName: string };
  readonly groupPolicies: { readonly prefix: string };
}

/** `client` and `prefix`: what the RADIUS client of the gateway was made with. */
export function npsAbsentState(
  {
    gatewayId,
    client,
    prefix,
  }: { readonly gatewayId: string; readonly client: string; readonly prefix: string },
  approvedChanges?: readonly string[],
): AbsentState {
  return {
    ensure: 'absent',
    radiusClients: [{ name: client, address: prefix }],
    networkPolicy: { ownName: ownPolicyName(gatewayId) },
    groupPolicies: { prefix: groupPolicyPrefix(gatewayId) },
    ...(approvedChanges && { approvedChanges }),
  };
}

/** The article's policy is met by every RADIUS client, so a server that others use makes one for the gateway alone. */
function policyWish({ networkPolicy: name, gatewayId }: NpsOutline) {
  const ownName = ownPolicyName(gatewayId);
  if (name === ownPolicy) return { kind: 'own' as const, ownName };
  return name === articlePolicy ? { kind: 'auto' as const, name, ownName } : { name };
}

/** Which policy will let users in, as it can be said before the server was asked: it decides by who else uses it. */
export function policyInWords({
  networkPolicy: name,
  gatewayId,
}: Pick<NpsOutline, 'networkPolicy' | 'gatewayId'>): string {
  const own = `"${ownPolicyName(gatewayId)}", made for this gateway alone,`;
  if (name === ownPolicy) return `network policy ${own}`;
  if (name === articlePolicy) return `network policy "${name}", or on a server that others use ${own}`;
  return `network policy "${name}"`;
}

/** The network policy that is made for one gateway alone. */
function ownPolicyName(gatewayId: string): string {
  return `VPN gateway ${radiusClientName(gatewayId)}`;
}

const groupPolicyPrefix = (gatewayId: string) => `${ownPolicyName(gatewayId)} group `;

/** The default group without a Windows group has no policy: whoever is sent no attribute is in it. */
function groupPolicies(gatewayId: string, groups: NonNullable<NpsOutline['askedGroups']>) {
  const wanted = groups.flatMap(({ name, attribute, windowsGroup }) =>
    windowsGroup ? [{ group: name, windowsGroup, attribute }] : [],
  );
  return { prefix: groupPolicyPrefix(gatewayId), wanted };
}

export function radiusClientName(gatewayId: string): string {
  return nameOf(gatewayId);
}

/** IKEv2 with RADIUS authenticates by EAP alone (VPN Gateway, "RADIUS authentication"); OpenVPN reaches NPS as PAP. */
export function authenticationMethodsOf(protocols: readonly string[]): ('EAP' | 'PAP')[] {
  const has = (name: string) => protocols.some((protocol) => protocol.toLowerCase() === name);
  return [...(has('ikev2') ? (['EAP'] as const) : []), ...(has('openvpn') ? (['PAP'] as const) : [])];
}

/** Name of the run command resource, the same for every attempt: a PUT of the same name runs it again instead of piling up. */
export function npsRunName(deploymentId: string): string {
  return `vpn-radius-${shortHash(deploymentId)}`;
}

/** Of a run that only asks: tells itself apart from those that change something, for whoever looks at the machine. */
export function npsTestName(asked: string): string {
  return `vpn-radius-check-${shortHash(asked)}`;
}
/** Whether a run command has a name that this app gives. */
export const isNpsRunName = (name: string): boolean => /^vpn-radius-(?:[a-z]+-)?[0-9a-f]{12}$/.test(name);
