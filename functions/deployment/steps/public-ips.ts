import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { refusesZones } from '../../../shared/gateway/public-ip.ts';
import type { Accepted, PublicIpAddresses } from '../../../shared/ports.ts';

export interface PublicIpOrder {
  readonly ids: readonly string[];
  readonly location: string;
  readonly zones: readonly string[];
}

/** Creates those of the Standard static public IPs that are missing: one, or three for active-active with P2S. */
export const ensurePublicIps =
  (publicIps: PublicIpAddresses) =>
  async ({ ids, location, zones }: PublicIpOrder): Promise<Accepted | 'kept'> => {
    const missing: string[] = [];
    for (const id of ids) if (!(await publicIps.read(id))) missing.push(id);
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

/** The addresses in order once all are provisioned; undefined until then. */
export const readPublicIps =
  (publicIps: PublicIpAddresses) =>
  async ({ ids }: { readonly ids: readonly string[] }): Promise<readonly string[] | undefined> => {
    const addresses = await Promise.all(ids.map((id) => publicIps.read(id)));
    const broken = addresses.find((address) => address?.provisioningState === 'Failed');
    if (broken) throw failed('PublicIpFailed', 'Azure could not provision the public IP address.', broken.id);
    if (!addresses.every((address) => address?.provisioningState === 'Succeeded')) return undefined;
    return addresses.map((address) => address!.ipAddress ?? '');
  };
