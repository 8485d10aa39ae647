import type { Problem } from '../errors.ts';
import type { NpsState } from '../nps-result.ts';
import type {
  GatewayWish,
  PublicIpAddress,
  RadiusProbeAnswer,
  RouteTable,
  TakenPrefixes,
  VirtualNetwork,
  VpnGateway,
} from '../ports.ts';

/** What an NPS server said of itself in this run, or why it said nothing. */
export type NpsAnswer =
  | { readonly host: string; readonly state: NpsState }
  /** `down`: the machine itself is gone, stopped or disconnected. */
  | { readonly host: string; readonly problem: Problem; readonly down: boolean };

/** A RADIUS server of a gateway. */
export interface RadiusServerFacts {
  readonly address: string;
  /** Undefined: no setting and no deployment says which machine has this address. */
  readonly host?: string | undefined;
  /** Of the host; undefined while there is no host. */
  readonly answer?: NpsAnswer | undefined;
  /** Whether NPS holds the secret of Key Vault; undefined when it cannot be told. */
  readonly sameSecret?: boolean | undefined;
  /** What it answered when it was asked over RADIUS; undefined where it was not asked. */
  readonly probe?: RadiusProbeAnswer | undefined;
}

/** The shared secret, compared where it was read; no value, hash or proof of it is here. */
export type SecretFacts =
  /** No Key Vault secret is known for this gateway. */
  | { readonly is: 'untracked' }
  | { readonly is: 'unreadable'; readonly reason: string }
  | {
      readonly is: 'known';
      readonly name: string;
      readonly createdAt: string;
      /** What `secretProblem` says of the value. */
      readonly problem?: string | undefined;
      /** RADIUS servers for which the gateway holds another secret; undefined when Azure did not tell. */
      readonly differsOnGateway?: readonly string[] | undefined;
    };

/** All that the rules of a gateway look at. */
export interface GatewayFacts {
  readonly gateway: VpnGateway;
  /** Undefined when it could not be read: `networkProblem` says why. */
  readonly virtualNetwork?: VirtualNetwork | undefined;
  readonly networkProblem?: string | undefined;
  /** Of GatewaySubnet. */
  readonly routeTable?: RouteTable | undefined;
  readonly publicIps: readonly PublicIpAddress[];
  readonly onPremises: readonly TakenPrefixes[];
  /** Other gateways with an overlapping client address pool: the first of them, and how many there are. */
  readonly sharedPool: { readonly count: number; readonly first: readonly string[] };
  /** What provisioning would apply; undefined for a gateway that this app has not deployed. */
  readonly asked?: GatewayWish | undefined;
  readonly servers: readonly RadiusServerFacts[];
  readonly networkPolicy: string;
  readonly secret: SecretFacts;
  readonly secretMaxAgeDays: number;
  /** ISO 8601. */
  readonly now: string;
}

/** All that the rules of an NPS server look at. */
export interface NpsFacts {
  readonly answer: NpsAnswer;
  readonly networkPolicy: string;
  /** `skip`: every gateway of this server asked not to look at the MFA extension. */
  readonly mfaExtension: 'require' | 'skip';
  /** Of all gateways that use it. */
  readonly protocols: readonly string[];
  readonly now: string;
}
