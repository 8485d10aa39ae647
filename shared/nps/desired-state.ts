import { nameOf, shortHash } from '../core/resource-id.ts';
import type { NpsExtras, NpsOutline } from './model.ts';
import { articlePolicy, ownPolicy } from './network-policy.ts';

/**
 * The state that the PowerShell module applies to an NPS server: the JSON of the run command's parameter
 * `DesiredState`.
 */
export interface DesiredState {
  /** All of them share one shared secret. */
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
     * `named` (the default): an existing policy. `own`: a policy made only for the first RADIUS client. `auto`: its own
     * policy when other RADIUS clients use the server; the answer says which one is used (`state.networkPolicy.kind`).
     */
    readonly kind?: 'named' | 'own' | 'auto';
    readonly name?: string;
    readonly ownName?: string;
    /**
     * In a test of several gateways: the policy of each of them is compared, not only that of the first. A policy of its
     * own has this prefix and the name of the RADIUS client.
     */
    readonly ownPrefix?: string;
    readonly grant: boolean;
    /** The methods that must at least be allowed. Further methods are kept. */
    readonly authenticationMethods: readonly ('EAP' | 'PAP')[];
  };
  /**
   * The network policies of user groups, in the order in which they decide. The name of each is `prefix` and the group.
   * If left out, they are not checked. A policy with the prefix that is not wanted is removed when somebody approves
   * it.
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
  /** Base64. With it, the server answers with an HMAC-SHA256 of the secret that it holds, instead of the secret. */
  readonly secretProofKey?: string;
  /** Asks for the public half of the key with which a secret can be sent to this server (`state.server.secretKey`). */
  readonly secretKey?: boolean;
  /**
   * Ids of changes that somebody approved. `Set` then makes those that need an approval, and refuses any other change
   * with `PlanChanged`.
   */
  readonly approvedChanges?: readonly string[];
  /** Asks for an answer in which a RADIUS client that is as wanted takes only a few bytes (`state.clientsAsWanted`). */
  readonly brief?: boolean;
}

/** What the module takes for a RADIUS client when the desired state does not say it. */
export const usualClient = {
  vendor: 'RADIUS Standard',
  authAttributeRequired: false,
  enabled: true,
} as const;

/** The RADIUS client with which the app itself may ask an NPS server whether it answers. */
export const probeClientName = 'vpn-radius-probe';

/** The gateway's requests come from its instances in GatewaySubnet, so the whole subnet is one RADIUS client. */
export function npsDesiredState(plan: NpsOutline, extras: NpsExtras = {}): DesiredState {
  const authenticationMethods = authenticationMethodsOf(plan.protocols);
  const { probeSubnet, ...others } = extras;
  const client = (name: string, address: string) => ({
    name,
    address,
    ...usualClient,
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
      // EAP always carries Message-Authenticator. It is not documented whether the gateway sends it with PAP.
      requireMessageAuthenticator: !authenticationMethods.includes('PAP'),
    },
    ...others,
  };
}

/** The state that the module applies to a server that must no longer hold anything made for this gateway alone. */
interface AbsentState extends Pick<DesiredState, 'approvedChanges'> {
  readonly ensure: 'absent';
  readonly radiusClients: readonly { readonly name: string; readonly address: string }[];
  readonly networkPolicy: { readonly ownName: string };
  readonly groupPolicies: { readonly prefix: string };
}

/** `client` and `prefix`: the name and the address with which the RADIUS client of the gateway was made. */
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

/**
 * Requests of every RADIUS client match the article's policy. So a server that others use too gets a policy for this
 * gateway alone.
 */
function policyWish({ networkPolicy: name, gatewayId }: NpsOutline) {
  const ownName = ownPolicyName(gatewayId);
  if (name === ownPolicy) return { kind: 'own' as const, ownName };
  return name === articlePolicy ? { kind: 'auto' as const, name, ownName } : { name };
}

/**
 * Which policy will let users in, in the words that are possible before the server was asked. The server decides: it
 * knows who else uses it.
 */
export function policyInWords({
  networkPolicy: name,
  gatewayId,
}: Pick<NpsOutline, 'networkPolicy' | 'gatewayId'>): string {
  const own = `"${ownPolicyName(gatewayId)}", which is made only for this gateway,`;
  if (name === ownPolicy) return `network policy ${own}`;
  if (name === articlePolicy)
    return `network policy "${name}", or on a server with other RADIUS clients ${own}`;
  return `network policy "${name}"`;
}

export const ownPolicyPrefix = 'VPN gateway ';

/** The network policy that is made for one gateway alone. */
function ownPolicyName(gatewayId: string): string {
  return `${ownPolicyPrefix}${radiusClientName(gatewayId)}`;
}

const groupPolicyPrefix = (gatewayId: string) => `${ownPolicyName(gatewayId)} group `;

/** The default group without a Windows group has no policy: users for whom NPS sends no attribute are in it. */
function groupPolicies(gatewayId: string, groups: NonNullable<NpsOutline['askedGroups']>) {
  const wanted = groups.flatMap(({ name, attribute, windowsGroup }) =>
    windowsGroup ? [{ group: name, windowsGroup, attribute }] : [],
  );
  return { prefix: groupPolicyPrefix(gatewayId), wanted };
}

export function radiusClientName(gatewayId: string): string {
  return nameOf(gatewayId);
}

/** IKEv2 with RADIUS authenticates only by EAP (VPN Gateway, "RADIUS authentication"). OpenVPN reaches NPS as PAP. */
export function authenticationMethodsOf(protocols: readonly string[]): ('EAP' | 'PAP')[] {
  const has = (name: string) => protocols.some((protocol) => protocol.toLowerCase() === name);
  return [...(has('ikev2') ? (['EAP'] as const) : []), ...(has('openvpn') ? (['PAP'] as const) : [])];
}

/**
 * Name of the run command resource, the same for every attempt: a PUT of the same name runs it again instead of adding
 * a second one.
 */
export function npsRunName(deploymentId: string): string {
  return `vpn-radius-${shortHash(deploymentId)}`;
}

/**
 * The name for a run that only reads. A person who looks at the machine can tell it from a run that changes something.
 */
export function npsTestName(asked: string): string {
  return `vpn-radius-check-${shortHash(asked)}`;
}
/** Whether this app gave the run command its name. */
export const isNpsRunName = (name: string): boolean => /^vpn-radius-(?:[a-z]+-)?[0-9a-f]{12}$/.test(name);
