export interface Secret {
  readonly value: string;
  readonly version: string;
  readonly createdAt: string;
  /** Set once it has expired. */
  readonly expiredAt?: string;
  /** Whether it has expired, or will so soon that Key Vault has told of it. */
  readonly nearsExpiry?: boolean;
  /** The gateway that it was tagged with. */
  readonly gatewayId?: string;
}

/** A Key Vault secret without its value. */
export interface SecretEntry {
  readonly name: string;
  readonly createdAt: string;
  readonly enabled: boolean;
  /** The gateway that `Secrets.write` tagged it with. */
  readonly gatewayId?: string | undefined;
}
