import { type Finding, problem, warning } from '../core/finding.ts';
import { nameOf, sameId } from '../core/resource-id.ts';
import { sharedSecretSentence } from './checks/secret-checks.ts';
import type { Secret } from './model.ts';

/**
 * 64 characters, so that six bits of a random byte choose one without bias. None of them has a meaning in XML, cmd,
 * PowerShell or netsh.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const length = 48;

/** A shared secret of 48 characters, 288 bits. `randomBytes` must be cryptographically strong. */
export function newRadiusSecret(randomBytes: (count: number) => Uint8Array): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte & 63]).join('');
}

/**
 * Why a shared secret does not fit both sides, without quoting it. Undefined when it fits. A gateway takes 1 to 128
 * printable ASCII characters (`VpnClientConfigurationRadiusServerSecretIsInvalid`). NPS is configured through XML, cmd
 * and netsh, which change some of these characters.
 */
export function secretProblem(value: string): string | undefined {
  if (value.length === 0) return 'it is empty: a shared secret has 1 to 128 characters';
  if (value.length > 128) return `it has ${value.length} characters: a gateway accepts at most 128`;
  if (!/^[\x20-\x7e]+$/.test(value)) return 'it contains a character that is not printable ASCII';
  if (value !== value.trim()) return 'it begins or ends with a space';
  if (/["'%&<>^|`]/.test(value))
    return 'it holds a quote or one of % & < > ^ |, which cannot be given to NPS safely';
  return undefined;
}

/** What planning knows of an existing Key Vault secret. The value is not part of it. */
export interface FoundSecret {
  readonly name: string;
  readonly version: string;
  /** What `secretProblem` says of the value. */
  readonly problem?: string;
  readonly expiredAt?: string;
  readonly gatewayId?: string;
  readonly host?: string;
}

/**
 * Why a Key Vault secret cannot be the shared secret of a gateway and an NPS server, in a clause of its own. A secret
 * that another pair uses is refused: the people who may read it there would learn the secret of this pair.
 */
export function unusableFor(
  pair: { readonly gatewayId: string; readonly host?: string | undefined },
  secret: Pick<Secret, 'value' | 'gatewayId' | 'host'>,
): string | undefined {
  return takenBy(pair, secret) ?? secretProblem(secret.value);
}

/** Whose secret it is, in a clause of its own, when it does not belong to the pair. */
export function takenBy(
  { gatewayId, host }: { readonly gatewayId: string; readonly host?: string | undefined },
  tagged: { readonly gatewayId?: string | undefined; readonly host?: string | undefined },
): string | undefined {
  if (tagged.gatewayId !== undefined && !sameId(tagged.gatewayId, gatewayId))
    return `it belongs to another gateway, ${tagged.gatewayId}`;
  if (host !== undefined && tagged.host !== undefined && !sameId(tagged.host, host))
    return `it belongs to another NPS server, ${nameOf(tagged.host)}`;
  return undefined;
}

/** `found` is the secret that a server of the gateway is to have, when it exists. */
export function* secretFindings(
  pair: { readonly gatewayId: string; readonly host: string },
  found: FoundSecret | undefined,
): Generator<Finding> {
  if (!found) return;
  if (found.expiredAt) {
    yield warning(
      'SecretExpired',
      `The Key Vault secret ${found.name} expired on ${found.expiredAt}. It is still used, because users sign in with it until it is rotated (POST /api/rotations).`,
      'radius.secretName',
    );
  }
  const reason = takenBy(pair, found) ?? found.problem;
  if (!reason) return;
  yield problem(
    'SecretUnusable',
    `The Key Vault secret ${found.name} cannot be used: ${reason}. Store a better one, or name a secret that does not exist yet.`,
    'radius.secretName',
  );
}

/** A secret that servers already share is kept, because a change disconnects users. The plan offers to change it. */
export function* sharedSecretFindings(
  servers: readonly { readonly address: string; readonly secretName: string }[],
): Generator<Finding> {
  for (const name of new Set(servers.map(({ secretName }) => secretName))) {
    const told = sharedSecretSentence(servers, name);
    if (told)
      yield warning(
        'SecretShared',
        `${told} This does not change now. A rotation (POST /api/rotations) gives each server its own secret, so that the administrator of one server does not know the secret of the other.`,
        'radius.secretName',
      );
  }
}
