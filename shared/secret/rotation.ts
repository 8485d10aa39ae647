import { failed } from '../core/errors.ts';

/**
 * The servers in the order in which they get the new secret, the less preferred first. A rotation that continues an
 * earlier one has to begin with the same server, so only what stays the same decides the order.
 */
export function rotationTurns<T extends { readonly address: string; readonly score: number }>(
  servers: readonly T[],
): T[] {
  return servers.toSorted((one, other) => one.score - other.score || (one.address < other.address ? -1 : 1));
}

/**
 * Key Vault reports a secret this long before its expiry. A secret with a shorter life would be rotated without end.
 */
const daysOfWarning = 30;

/**
 * Whether Key Vault has reported, at `now`, that a secret will expire soon. One day is added, because clocks differ.
 */
export function isNearExpiry(expiresAt: Date, now: number): boolean {
  return expiresAt.getTime() - now <= (daysOfWarning + 1) * 86_400_000;
}

/**
 * When a secret that is generated `now` expires, so that it is rotated before it is too old. Undefined when that leaves
 * too little time.
 */
export function secretExpiry(now: string | undefined, maxAgeDays: number): string | undefined {
  if (now === undefined || maxAgeDays < 2 * daysOfWarning) return undefined;
  return new Date(Date.parse(now) + maxAgeDays * 86_400_000).toISOString();
}

/**
 * The secret that Key Vault's event `SecretNearExpiry` is about, in the Event Grid schema or as CloudEvents 1.0.
 * Undefined when the event is about something else. Throws when the body is not such an event, so that it is kept as a
 * dead letter.
 */
export function expiringSecret(
  event: unknown,
): { readonly id: string; readonly name: string; readonly version: string } | undefined {
  const { id, eventType, type, data } = (event ?? {}) as Record<string, unknown>;
  const kind = eventType ?? type;
  if (typeof kind !== 'string') throw failed('InvalidEvent', 'The event has neither eventType nor type.');
  if (kind !== 'Microsoft.KeyVault.SecretNearExpiry') return undefined;
  const { ObjectName: name, Version: version } = (data ?? {}) as Record<string, unknown>;
  // Name and version become a path at Key Vault.
  if (typeof name !== 'string' || !/^[0-9a-z-]{1,127}$/i.test(name))
    throw failed('InvalidEvent', 'The event names no secret in data.ObjectName.');
  if (typeof version !== 'string' || !/^[0-9a-z]{1,64}$/i.test(version))
    throw failed('InvalidEvent', 'The event names no version of the secret in data.Version.');
  return { id: String(id), name, version };
}
