export interface Secret {
  readonly value: string;
  readonly version: string;
  readonly createdAt: string;
  /** Set after it has expired. */
  readonly expiredAt?: string;
  /** Whether it has expired, or expires so soon that Key Vault has reported it. */
  readonly nearsExpiry?: boolean;
  /** The gateway in its tag. */
  readonly gatewayId?: string;
  /** The machine of the NPS server in its tag. */
  readonly host?: string;
  /** The deployment that stored this version. */
  readonly madeBy?: string;
  /** The try of that deployment that stored this version. Two tries at once have different ones. */
  readonly attempt?: string;
}

/** Names a version of a shared secret. The value itself never leaves the activity that needs it. */
export interface SecretReference {
  readonly name: string;
  readonly version: string;
}

/** The secret that the gateway shares with the RADIUS server of that address. */
export interface ServerSecret extends SecretReference {
  readonly address: string;
  /** After a rotation: the version before, when it is known. Key Vault keeps it. */
  readonly previous?: string | undefined;
}

/** A version of a Key Vault secret without its value. */
export interface SecretVersion {
  readonly version: string;
  readonly createdAt: string;
  readonly enabled: boolean;
  /** The gateway in its tag. */
  readonly gatewayId?: string;
  /** The machine of the NPS server in its tag. */
  readonly host?: string;
  /** The deployment that stored it, and the try of it. */
  readonly madeBy?: string;
  readonly attempt?: string;
}

/** A Key Vault secret without its value. */
export interface SecretEntry {
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt?: string | undefined;
  readonly enabled: boolean;
  /** The gateway in its tag. */
  readonly gatewayId?: string | undefined;
  /** The machine of the NPS server in its tag. */
  readonly host?: string | undefined;
}
