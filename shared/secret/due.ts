import { parseResourceId, sameId } from '../core/resource-id.ts';
import type { SecretEntry } from './model.ts';
import { isNearExpiry } from './rotation.ts';

/** A gateway with at least one shared secret that must be replaced, or whose replacement did not finish. */
export interface DueGateway {
  readonly gatewayId: string;
  /** Names in Key Vault, only of the secrets that are due. */
  readonly secrets: readonly string[];
  /** Since when the oldest of them is in use; ISO 8601. */
  readonly createdAt: string;
}

interface Asked {
  /** The gateways that this app has deployed, each with the names of its secrets. */
  readonly deployed: readonly {
    readonly gatewayId: string;
    readonly secrets: readonly { readonly name: string }[];
  }[];
  /** Rotations that did not finish: Key Vault has a new version that is not in use yet. */
  readonly unfinished: readonly {
    readonly gatewayId: string;
    readonly secrets: readonly string[];
    /** When it was asked for; ISO 8601. */
    readonly at: string;
  }[];
  readonly entries: readonly SecretEntry[];
  /** Empty: everything. */
  readonly scope: { readonly subscriptionIds: readonly string[]; readonly gatewayIds: readonly string[] };
  readonly now: Date;
  readonly maxAgeDays: number;
}

/** Whether a secret is older than allowed, or expires so soon that Key Vault has reported it. */
export function isDue(
  { createdAt, expiresAt }: Pick<SecretEntry, 'createdAt' | 'expiresAt'>,
  now: Date,
  maxAgeDays: number,
): boolean {
  if (expiresAt !== undefined && isNearExpiry(new Date(expiresAt), now.getTime())) return true;
  return now.getTime() - Date.parse(createdAt) > maxAgeDays * 86_400_000;
}

/**
 * The gateways whose secrets are due, the gateway with the oldest secret first. A gateway that this app has not
 * deployed counts when a secret has a tag with its id.
 */
export function findDueGateways({
  deployed,
  unfinished,
  entries,
  scope,
  now,
  maxAgeDays,
}: Asked): DueGateway[] {
  const names = new Map(
    deployed.map(({ gatewayId, secrets }) => [gatewayId.toLowerCase(), secrets.map(({ name }) => name)]),
  );
  const known = new Set(names.keys());
  for (const { name, gatewayId, enabled } of entries) {
    const id = gatewayId?.toLowerCase();
    if (id && enabled && !known.has(id)) names.set(id, [...(names.get(id) ?? []), name]);
  }
  const byName = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]));
  const due = [...names]
    .filter(([gatewayId]) => isGatewayInScope(gatewayId, scope))
    .flatMap(([gatewayId, its]): DueGateway[] => {
      const old = [...new Set(its.map((name) => name.toLowerCase()))]
        .flatMap((name) => byName.get(name) ?? [])
        .filter((entry) => isDue(entry, now, maxAgeDays));
      const createdAt = old.map((entry) => entry.createdAt).sort()[0];
      return createdAt ? [{ gatewayId, secrets: old.map(({ name }) => name), createdAt }] : [];
    });
  const started = unfinished
    .map(({ gatewayId, secrets, at }) => ({ gatewayId: gatewayId.toLowerCase(), secrets, createdAt: at }))
    .filter(
      ({ gatewayId }) =>
        isGatewayInScope(gatewayId, scope) && !due.some((one) => one.gatewayId === gatewayId),
    );
  return [...due, ...started].sort((one, other) =>
    `${one.createdAt} ${one.gatewayId}` < `${other.createdAt} ${other.gatewayId}` ? -1 : 1,
  );
}

function isGatewayInScope(gatewayId: string, { subscriptionIds, gatewayIds }: Asked['scope']): boolean {
  if (subscriptionIds.length + gatewayIds.length === 0) return true;
  const its = parseResourceId(gatewayId)?.subscriptionId ?? '';
  return subscriptionIds.some((id) => sameId(id, its)) || gatewayIds.some((id) => sameId(id, gatewayId));
}
