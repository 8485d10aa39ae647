import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { PublicIpAddress } from '../../../shared/gateway/model.ts';
import { refusesZones } from '../../../shared/gateway/public-ip.ts';
import type { Accepted, PublicIpAddresses } from '../../../shared/ports.ts';

export interface PublicIpOrder {
  readonly ids: readonly string[];
  /** The public IP addresses that the plan did not find. */
  readonly newIds: readonly string[];
  readonly location: string;
  readonly zones: readonly string[];
}

/**
 * Creates the Standard static public IP addresses that the plan did not find. An address that exists is never
 * rewritten.
 */
export const ensurePublicIps =
  (publicIps: Pick<PublicIpAddresses, 'read' | 'create'>) =>
  async ({ ids, newIds, location, zones }: PublicIpOrder): Promise<Accepted | 'kept'> => {
    const missing: string[] = [];
    for (const id of ids) {
      const address = await publicIps.read(id);
      const isNew = newIds.includes(id);
      if (!address && !isNew) throw publicIpGone(id);
      if (!address) missing.push(id);
      else if (isNew) checkFree(address);
    }
    if (missing.length === 0) return 'kept';
    const accepted = await Promise.all(missing.map(created));
    return { retryAfterSeconds: Math.max(...accepted.map(({ retryAfterSeconds }) => retryAfterSeconds)) };

    async function created(id: string): Promise<Accepted> {
      try {
        return await publicIps.create(id, location, zones);
      } catch (error) {
        if (error instanceof VpnRadiusError && refusesZones(error.code))
          return publicIps.create(id, location, []);
        throw error;
      }
    }
  };

/**
 * An address that the plan did not find comes from an earlier attempt, whose answer was lost, or from somebody else.
 */
function checkFree({ id, sku, allocationMethod, usedBy }: PublicIpAddress): void {
  const isUsable = sameId(sku, 'Standard') && sameId(allocationMethod, 'Static');
  if (isUsable && (!usedBy || /\/virtualNetworkGateways\//i.test(usedBy))) return;
  throw failed(
    'PublicIpChanged',
    `Somebody has created this public IP address after the deployment was planned (${sku}, ${allocationMethod}${usedBy ? `, used by ${usedBy}` : ''}). It was not overwritten. Send the ticket again: the new plan uses what exists now.`,
    id,
  );
}

/** Azure answered 404 for an address that was there a moment ago: nothing may be done on that answer. */
const publicIpGone = (id: string) =>
  new VpnRadiusError({
    code: 'PublicIpGone',
    message:
      'Azure says that there is no such public IP address, but it existed when the deployment was planned.',
    target: id,
    transient: true,
    retryAfterSeconds: 30,
  });

/** The addresses in order, when all are provisioned; undefined until then. */
export const readPublicIps =
  (publicIps: PublicIpAddresses) =>
  async ({ ids }: { readonly ids: readonly string[] }): Promise<readonly string[] | undefined> => {
    const addresses = await Promise.all(ids.map((id) => publicIps.read(id)));
    const broken = addresses.find((address) => address?.provisioningState === 'Failed');
    if (broken) throw failed('PublicIpFailed', 'Azure could not provision the public IP address.', broken.id);
    if (!addresses.every((address) => address?.provisioningState === 'Succeeded')) return undefined;
    return addresses.map((address) => address!.ipAddress ?? '');
  };
