/**
 * The shared secret of a gateway and one RADIUS server. It was compared where it was read: no value, hash or proof of
 * it is here.
 */
export type SecretFacts =
  /** No Key Vault secret is known for this pair. */
  | { readonly is: 'untracked' }
  | { readonly is: 'unreadable'; readonly reason: string }
  | {
      readonly is: 'known';
      readonly name: string;
      readonly createdAt: string;
      /** Why it cannot be the secret of this pair (`unusableFor`). */
      readonly problem?: string | undefined;
      readonly expiredAt?: string | undefined;
      /** Whether the gateway holds another secret for the server. Undefined when Azure did not answer that. */
      readonly differsOnGateway?: boolean | undefined;
    };

/** What the checks of a gateway's shared secrets look at. */
export interface SharedSecretFacts {
  /** Whether the gateway authenticates by RADIUS. */
  readonly usesRadius: boolean;
  /** What provisioning would apply. Undefined for a gateway that this app has not deployed. */
  readonly asked?: unknown;
  readonly servers: readonly {
    readonly address: string;
    readonly host?: string | undefined;
    readonly secret: SecretFacts;
    readonly answer?:
      | { readonly host: string }
      | { readonly problem: { readonly message: string } }
      | undefined;
    /** Whether NPS holds the secret of Key Vault. Undefined when this cannot be known. */
    readonly hasSameSecret?: boolean | undefined;
    /** What the server answered over RADIUS. Undefined when it was not asked. */
    readonly probe?:
      | { readonly outcome: 'ok' }
      | { readonly outcome: 'accepts anyone' | 'secret mismatch' | 'no answer'; readonly message: string }
      | undefined;
  }[];
  readonly secretMaxAgeDays: number;
  /** ISO 8601. */
  readonly now: string;
}
