import { failed } from '../../../shared/core/errors.ts';
import type { Accepted, VirtualNetworks } from '../../../shared/ports.ts';

export interface GatewaySubnetOrder {
  readonly subnetId: string;
  readonly addressPrefix: string;
}

/** Creates `GatewaySubnet` unless it is there: an existing one is never rewritten, it may hold what others configured. */
export const ensureGatewaySubnet =
  (virtualNetworks: VirtualNetworks) =>
  async ({ subnetId, addressPrefix }: GatewaySubnetOrder): Promise<Accepted | 'kept'> =>
    (await virtualNetworks.readSubnet(subnetId))
      ? 'kept'
      : virtualNetworks.writeSubnet(subnetId, addressPrefix);

/** The prefix of the subnet once Azure has provisioned it; undefined until then. */
export const readGatewaySubnet =
  (virtualNetworks: VirtualNetworks) =>
  async ({ subnetId }: { readonly subnetId: string }): Promise<string | undefined> => {
    const subnet = await virtualNetworks.readSubnet(subnetId);
    if (subnet?.provisioningState === 'Failed') {
      throw failed(
        'GatewaySubnetFailed',
        'Azure could not provision GatewaySubnet; its activity log says why.',
        subnetId,
      );
    }
    return subnet?.provisioningState === 'Succeeded' ? subnet.addressPrefixes[0] : undefined;
  };
