import { sameId, shortHash } from '../core/resource-id.ts';
import type { NpsExtras, NpsOutline } from './model.ts';
import type { NpsState } from './result.ts';

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
    readonly name: string;
    readonly grant: boolean;
    /** What must at least be allowed; others are kept. */
    readonly authenticationMethods: readonly ('EAP' | 'PAP')[];
  };
  readonly mfaExtension: 'require' | 'install' | 'skip';
  readonly mfaInstaller?: { readonly source: string; readonly sha256: string };
  readonly mfaEndpoints?: readonly string[];
  readonly blastRadius: { readonly limitProxyState: boolean; readonly requireMessageAuthenticator: boolean };
  /** Base64; makes the server answer with an HMAC-SHA256 of the secret that it holds, instead of the secret. */
  readonly secretProofKey?: string;
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
    networkPolicy: { name: plan.networkPolicy, grant: true, authenticationMethods },
    mfaExtension: plan.mfaExtension,
    blastRadius: {
      limitProxyState: true,
      // EAP always carries Message-Authenticator; whether the gateway sends it with PAP is not documented.
      requireMessageAuthenticator: !authenticationMethods.includes('PAP'),
    },
    ...others,
  };
}

export function radiusClientName(gatewayId: string): string {
  return gatewayId.slice(gatewayId.lastIndexOf('/') + 1);
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

/** In what an NPS server differs from the desired state, a sentence for each. The secret is compared elsewhere, by its proof. */
export function npsDifferences(desired: DesiredState, state: NpsState): string[] {
  const { networkPolicy: policy, blastRadius, mfa } = state;
  const wanted = desired.networkPolicy;
  const missing = wanted.authenticationMethods.filter(
    (method) => !policy.authenticationMethods?.some((held) => sameId(held, method)),
  );
  const differing: (string | false)[] = [
    !state.server.npasInstalled && 'the role NPAS is not installed',
    !state.server.serviceRunning && 'the service IAS does not run',
    ...desired.radiusClients.flatMap((client) => clientDifferences(client, state)),
    ...(policy.exists
      ? [
          policy.enabled === false && `network policy "${wanted.name}" is disabled`,
          wanted.grant && !policy.grant && `network policy "${wanted.name}" denies access`,
          missing.length > 0 && `network policy "${wanted.name}" does not allow ${missing.join(' and ')}`,
        ]
      : [`there is no network policy "${wanted.name}"`]),
    ...(desired.mfaExtension === 'skip'
      ? []
      : [
          !mfa.installed && 'the MFA extension is not installed',
          mfa.installed && !mfa.loaded && 'NPS does not load the MFA extension',
          mfa.installed &&
            mfa.overrideNumberMatching?.toUpperCase() !== 'FALSE' &&
            'the MFA extension asks for codes, which VPN clients cannot type',
        ]),
    desired.blastRadius.limitProxyState && !blastRadius.limitProxyState && 'limitProxyState is off',
    // Set leaves it off where it could lock out the users of other RADIUS clients, and says so in a finding.
    desired.blastRadius.requireMessageAuthenticator &&
      !blastRadius.requireMessageAuthenticator &&
      !state.otherRadiusClients &&
      'Message-Authenticator is not required',
  ];
  return differing.filter((sentence) => sentence !== false);
}

function clientDifferences(wish: DesiredState['radiusClients'][number], state: NpsState): string[] {
  const held = state.radiusClients.find(({ name }) => sameId(name, wish.name));
  const client = `RADIUS client ${wish.name}`;
  if (!held) return [`${client} is missing`];
  return [
    ...(held.address === wish.address
      ? []
      : [`${client} has the address ${held.address}, wanted is ${wish.address}`]),
    ...(sameId(held.vendor, wish.vendor)
      ? []
      : [`${client} has the vendor ${held.vendor}, wanted is ${wish.vendor}`]),
    ...(held.enabled === wish.enabled ? [] : [`${client} is ${held.enabled ? 'enabled' : 'disabled'}`]),
    ...(held.authAttributeRequired === wish.authAttributeRequired
      ? []
      : [`${client} ${held.authAttributeRequired ? 'requires' : 'does not require'} Message-Authenticator`]),
  ];
}
