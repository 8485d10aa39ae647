import type { InvocationContext } from '@azure/functions';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { Secrets } from '../../../shared/ports.ts';
import type { Secret } from '../../../shared/secret/model.ts';
import type { expiringSecret } from '../../../shared/secret/rotation.ts';
import { deployedGateways } from '../../records/deployed.ts';
import type { RotationNeeds } from './rotation-order.ts';

export interface NearExpiry {
  /** The newest version. It may be later than the version of the event. */
  readonly newest: Secret;
  readonly isNewest: boolean;
  /** Ids of gateways that use the secret. */
  readonly users: readonly string[];
}

/**
 * Whether the secret of an expiry event is one of ours, and Key Vault says too that it expires soon. Otherwise anybody
 * who may send events could rotate any secret, and a rotation drops users. Undefined when it is not so.
 */
export async function confirmedNearExpiry(
  {
    secrets,
    secretCatalogue,
    rows,
  }: Pick<RotationNeeds, 'secretCatalogue' | 'rows'> & {
    readonly secrets: Secrets;
  },
  { name, version }: NonNullable<ReturnType<typeof expiringSecret>>,
  context: InvocationContext,
): Promise<NearExpiry | undefined> {
  const deployed = await deployedGateways(rows);
  const users = [...deployed.values()]
    .filter(({ secrets: its }) => its.some((secret) => sameId(secret.name, name)))
    .map(({ gatewayId }) => gatewayId.toLowerCase());
  const entries = await secretCatalogue.list();
  const tagged = entries.find((entry) => sameId(entry.name, name))?.gatewayId?.toLowerCase();
  // A gateway that was deployed with another secret since then uses that one.
  if (tagged && !deployed.has(tagged)) users.push(tagged);
  // The value is read only now, because other secrets in the vault belong to others.
  const told = users.length > 0 && (await secrets.read(name, version, { mayBeExpired: true }));
  if (!told) return undefined;
  if (!told.nearsExpiry) {
    context.warn(
      `An event says that ${name} expires soon. Key Vault does not confirm this, so the app does nothing.`,
    );
    return undefined;
  }
  const newest = await secrets.read(name, undefined, { mayBeExpired: true });
  return newest && { newest, isNewest: newest.version === told.version, users: [...new Set(users)] };
}
