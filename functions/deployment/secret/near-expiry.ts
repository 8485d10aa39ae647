import type { InvocationContext } from '@azure/functions';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { Secrets } from '../../../shared/ports.ts';
import type { Secret } from '../../../shared/secret/model.ts';
import type { expiringSecret } from '../../../shared/secret/rotation.ts';
import { deployedGateways } from '../deployed-gateways.ts';
import type { RotationNeeds } from './rotation-order.ts';

export interface NearExpiry {
  /** The newest version, which may be a later one than the event is about. */
  readonly newest: Secret;
  readonly isNewest: boolean;
  /** Ids of gateways that use the secret. */
  readonly users: readonly string[];
}

/**
 * Whether an event that says a secret is about to expire is about one of ours, and Key Vault says so too: anybody who may
 * send events could otherwise rotate what they like, and a rotation drops users. Undefined when it is not so.
 */
export async function confirmedNearExpiry(
  { secrets, secretCatalogue }: Pick<RotationNeeds, 'secretCatalogue'> & { readonly secrets: Secrets },
  { name, version }: NonNullable<ReturnType<typeof expiringSecret>>,
  context: InvocationContext,
): Promise<NearExpiry | undefined> {
  const deployed = await deployedGateways(context);
  const users = [...deployed.values()]
    .filter(({ secrets: its }) => its.some((secret) => sameId(secret.name, name)))
    .map(({ gatewayId }) => gatewayId.toLowerCase());
  const entries = await secretCatalogue.list();
  const tagged = entries.find((entry) => sameId(entry.name, name))?.gatewayId?.toLowerCase();
  // A gateway that was deployed with another secret since uses that one.
  if (tagged && !deployed.has(tagged)) users.push(tagged);
  // Only now is the value read: whatever else is in the vault belongs to others.
  const told = users.length > 0 && (await secrets.read(name, version, { evenExpired: true }));
  if (!told) return undefined;
  if (!told.nearsExpiry) {
    context.warn(
      `An event says that ${name} is about to expire. Key Vault does not say so: nothing is done.`,
    );
    return undefined;
  }
  const newest = await secrets.read(name, undefined, { evenExpired: true });
  return newest && { newest, isNewest: newest.version === told.version, users: [...new Set(users)] };
}
