import type { Problem } from '../../core/errors.ts';
import type { RadiusProbeAnswer } from '../model.ts';
import type { NpsFinding, NpsState } from '../result.ts';

/** What an NPS server reported about itself in this run, or why it reported nothing. */
export type NpsAnswer =
  | {
      readonly host: string;
      readonly state: NpsState;
      /** What the server found itself, under the ids of the table of checks. */
      readonly findings: readonly NpsFinding[];
      readonly findingsOmitted: number;
    }
  /** `isDown`: the machine itself is gone, stopped or disconnected. */
  | { readonly host: string; readonly problem: Problem; readonly isDown: boolean };

/** A RADIUS server of a gateway. */
export interface RadiusServerFacts {
  readonly address: string;
  /** Undefined: no setting and no deployment says which machine has this address. */
  readonly host?: string | undefined;
  /** Addresses that lead to the host, by the word of the app's owner. */
  readonly vouched?: readonly string[];
  /** The name of the host. Undefined while there is no host. */
  readonly answer?: NpsAnswer | undefined;
  /** Whether NPS holds the secret of Key Vault. Undefined when this cannot be known. */
  readonly hasSameSecret?: boolean | undefined;
  /** What it answered over RADIUS. Undefined when it was not asked. */
  readonly probe?: RadiusProbeAnswer | undefined;
}

/** Everything that the rules of an NPS server look at. */
export interface NpsFacts {
  readonly host: string;
  /** One answer for each time that the server was asked in this run. */
  readonly answers: readonly NpsAnswer[];
  /** `skip`: every gateway of this server asked not to check the MFA extension. */
  readonly mfaExtension: 'require' | 'skip';
  /** The tunnel types of all gateways that use it. */
  readonly protocols: readonly string[];
  readonly now: string;
}

/** What the checks of a gateway's RADIUS client on its NPS servers look at. */
export interface RadiusClientFacts {
  readonly gateway: {
    readonly id: string;
    readonly pointToSite?: { readonly protocols: readonly string[] } | undefined;
  };
  /** Whether the gateway authenticates by RADIUS. */
  readonly usesRadius: boolean;
  /** The IPv4 prefix of GatewaySubnet. Undefined when it could not be read: `networkProblem` says why. */
  readonly gatewaySubnetPrefix?: string | undefined;
  readonly networkProblem?: string | undefined;
  readonly servers: readonly RadiusServerFacts[];
}
