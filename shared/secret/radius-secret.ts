import { type Finding, problem, warning } from '../core/finding.ts';
import { sameId, shortHash } from '../core/resource-id.ts';

/** 64 characters, so that six bits of a random byte choose one without bias; none means anything to XML, cmd, PowerShell or netsh. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const length = 48;

/** A shared secret of 48 characters, 288 bits. `randomBytes` must be cryptographically strong. */
export function newRadiusSecret(randomBytes: (count: number) => Uint8Array): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte & 63]).join('');
}

/**
 * Why a shared secret does not fit both sides, without quoting it; undefined when it does. A gateway takes 1 to 128
 * printable ASCII characters (`VpnClientConfigurationRadiusServerSecretIsInvalid`); NPS is configured through XML, cmd and
 * netsh, where some of them do not survive.
 */
export function secretProblem(value: string): string | undefined {
  if (value.length === 0) return 'it is empty: a shared secret has 1 to 128 characters';
  if (value.length > 128) return `it has ${value.length} characters: a gateway takes 128 at most`;
  if (!/^[\x20-\x7e]+$/.test(value)) return 'it holds a character that is not printable ASCII';
  if (value !== value.trim()) return 'it begins or ends with a space';
  if (/["'%&<>^|`]/.test(value))
    return 'it holds a quote or one of % & < > ^ |, which NPS cannot be given safely';
  return undefined;
}

/**
 * Why a Key Vault secret cannot be the shared secret of a gateway, in a clause of its own. One that was generated
 * for another gateway is refused: whoever may read this gateway's secret would learn that of the other.
 */
export function unusableFor(
  gatewayId: string,
  secret: { readonly value: string; readonly gatewayId?: string | undefined },
): string | undefined {
  return secret.gatewayId !== undefined && !sameId(secret.gatewayId, gatewayId)
    ? `it is that of another gateway, ${secret.gatewayId}`
    : secretProblem(secret.value);
}

interface NamesSecret {
  readonly radius: { readonly secretName?: string | undefined };
}

/** The name of the Key Vault secret: the request's, else that of the request before it, else one of the gateway's own. */
export function secretNameOf(request: NamesSecret, gatewayId: string, asked?: NamesSecret): string {
  return request.radius.secretName ?? asked?.radius.secretName ?? defaultSecretName(gatewayId);
}

/** Two gateways of the same name have different ones. */
export function defaultSecretName(gatewayId: string): string {
  const name = gatewayId.slice(gatewayId.lastIndexOf('/') + 1).toLowerCase();
  return `radius-${name.replaceAll(/[^a-z0-9-]+/g, '-')}-${shortHash(gatewayId)}`;
}

/** `found` is what `secretProblem` said of the value that the secret has, where there is one. */
export function* secretFindings(name: string, found?: string, expiredAt?: string): Generator<Finding> {
  if (expiredAt) {
    yield warning(
      'SecretExpired',
      `The Key Vault secret ${name} expired on ${expiredAt}: it is used all the same, because users are let in by it until it is rotated (POST /api/rotations).`,
      'radius.secretName',
    );
  }
  if (!found) return;
  yield problem(
    'SecretUnusable',
    `The Key Vault secret ${name} cannot be used: ${found}. Store a better one, or name a secret that does not exist yet.`,
    'radius.secretName',
  );
}
