import { failed } from '../../../shared/core/errors.ts';
import { nameOf, sameId } from '../../../shared/core/resource-id.ts';
import type { RemovedSecret } from '../../../shared/deployment/contract.ts';
import type { Accepted, PublicIpAddresses, Secrets, VirtualNetworks } from '../../../shared/ports.ts';
import { readForSure } from '../for-sure.ts';

/**
 * Disables the versions first, so that nobody uses what is about to go. Then deletes a secret when the whole secret is
 * the app's own.
 */
export const removeSecret =
  (secrets: Pick<Secrets, 'versions' | 'retire' | 'delete'>) =>
  async ({ name, versions, isWhole }: RemovedSecret): Promise<void> => {
    const held = await secrets.versions(name);
    for (const { version, enabled } of held)
      if (enabled && versions.includes(version)) await secrets.retire(name, version);
    if (isWhole) await secrets.delete(name);
  };

/** Deletes an address that nothing uses. The DELETE is sent also when Azure answers 404: that answer may pass. */
export const deletePublicIp =
  (publicIps: Pick<PublicIpAddresses, 'read' | 'delete'>) =>
  async ({ id }: { readonly id: string }): Promise<Accepted> => {
    const address = await publicIps.read(id);
    if (address?.usedBy)
      throw failed(
        'PublicIpInUse',
        `The public IP address ${nameOf(id)} was not deleted, because ${address.usedBy} uses it. Free the address and send the removal again, or keep it.`,
        id,
      );
    return publicIps.delete(id);
  };

export const isPublicIpGone =
  (publicIps: Pick<PublicIpAddresses, 'read'>) =>
  async ({ id }: { readonly id: string }): Promise<true | undefined> =>
    (await readForSure(() => publicIps.read(id))) ? undefined : true;

/** Deletes GatewaySubnet when nothing is in it. When the subnet seems to be gone, Azure itself knows what is in it. */
export const deleteGatewaySubnet =
  (virtualNetworks: Pick<VirtualNetworks, 'readSubnet' | 'deleteSubnet'>) =>
  async ({ id, gatewayId }: { readonly id: string; readonly gatewayId: string }): Promise<Accepted> => {
    const subnet = await virtualNetworks.readSubnet(id);
    const others = [...(subnet?.gatewayIds ?? []), ...(subnet?.routeServerIds ?? [])].filter(
      (one) => !sameId(one, gatewayId),
    );
    if (others.length > 0)
      throw failed(
        'GatewaySubnetInUse',
        `GatewaySubnet was not deleted, because it now contains ${others.map(nameOf).join(' and ')}.`,
        id,
      );
    return virtualNetworks.deleteSubnet(id);
  };

export const isGatewaySubnetGone =
  (virtualNetworks: Pick<VirtualNetworks, 'readSubnet'>) =>
  async ({ id }: { readonly id: string }): Promise<true | undefined> =>
    (await readForSure(() => virtualNetworks.readSubnet(id))) ? undefined : true;
