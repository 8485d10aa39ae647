export interface RadiusServerWish {
  readonly address: string;
  /** If left out: as the gateway has it. */
  readonly score?: number | undefined;
  /** Resource id of the Azure VM or Arc machine. */
  readonly host: string;
}

export interface NpsHostStatus {
  readonly id: string;
  readonly kind: 'virtualMachine' | 'arcMachine';
  readonly location: string;
  readonly isRunning: boolean;
  readonly isAgentReady: boolean;
  readonly osType: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Its own IPv4 addresses. Undefined when Azure does not report them. */
  readonly addresses?: readonly string[];
}

export interface NpsRun {
  /** Name of the run command resource. A PUT of the same name runs it again. */
  readonly name: string;
  readonly operation: 'Get' | 'Test' | 'Set';
  /** The desired state as JSON. It holds no secret. */
  readonly desiredState: string;
  readonly timeoutMinutes: number;
}

/** The shared secret on its way to an NPS server. */
export interface GivenSecret {
  readonly value: string;
  /**
   * The key that encrypts it for this server alone (`state.server.secretKey`). Without the key, the secret is in the
   * server's logs as base64.
   */
  readonly key?: string | undefined;
}

export type NpsRunState =
  | { readonly state: 'running' }
  | { readonly state: 'timedOut'; readonly endedAt?: string }
  | {
      readonly state: 'ended';
      readonly exitCode: number;
      readonly output: string;
      readonly error: string;
      readonly startedAt?: string;
      readonly endedAt?: string;
    };

export type RadiusProbeAnswer =
  | { readonly outcome: 'ok'; readonly milliseconds: number }
  | { readonly outcome: 'accepts anyone' | 'secret mismatch' | 'no answer'; readonly message: string };

export interface NpsExtras {
  /** The subnet that the app's RADIUS probe comes from. It becomes a further RADIUS client. */
  readonly probeSubnet?: string;
  /** Required with the plan's `mfaExtension: "install"`. */
  readonly mfaInstaller?: { readonly source: string; readonly sha256: string };
  readonly mfaEndpoints?: readonly string[];
  readonly secretProofKey?: string;
  /** Whether the server is asked for the key with which its secret is encrypted. */
  readonly secretKey?: boolean;
  /**
   * Ids of changes of this server that were approved. Without the list, `Set` makes no change that needs an approval.
   */
  readonly approvedChanges?: readonly string[];
}

/** The part of a request that is about NPS. */
export interface NpsRequest {
  readonly radius: { readonly servers?: readonly RadiusServerWish[] | undefined };
  readonly nps: {
    readonly networkPolicy?: string | undefined;
    readonly mfaExtension?: 'require' | 'install' | 'skip' | undefined;
  };
}

/** The part of a plan that is about NPS. */
export interface NpsOutline {
  readonly gatewayId: string;
  readonly gatewaySubnetPrefix: string;
  readonly protocols: readonly string[];
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'install' | 'skip';
  /** User groups, in the order in which NPS decides. Undefined: no request ever asked for one. */
  readonly askedGroups?:
    | readonly {
        readonly name: string;
        readonly attribute: string;
        readonly windowsGroup?: string | undefined;
      }[]
    | undefined;
}
