import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { ipv4Prefixes } from '../../../shared/gateway/gateway-subnet.ts';
import type { Accepted, VirtualNetworks } from '../../../shared/ports.ts';

export interface GatewaySubnetOrder {
  readonly subnetId: string;
  readonly addressPrefix: string;
  /** Whether the plan found no subnet. */
  readonly isNew: boolean;
}

/**
 * Creates `GatewaySubnet` when the plan found none. A subnet that exists is never rewritten, because it may hold what
 * others configured. When its prefix is not the planned one, it would be another RADIUS client.
 */
export const ensureGatewaySubnet =
  (virtualNetworks: VirtualNetworks) =>
  async ({ subnetId, addressPrefix, isNew }: GatewaySubnetOrder): Promise<Accepted | 'kept'> => {
    const subnet = await virtualNetworks.readSubnet(subnetId);
    if (!subnet && !isNew) throw gatewaySubnetGone(subnetId);
    if (!subnet) return virtualNetworks.createSubnet(subnetId, addressPrefix);
    const prefixes = ipv4Prefixes(subnet);
    if (prefixes.includes(addressPrefix)) return 'kept';
    throw failed(
      'GatewaySubnetChanged',
      `GatewaySubnet is now ${prefixes.join(', ') || 'without a prefix'}, but ${addressPrefix} was planned. It was not overwritten. Send the ticket again: the new plan uses what exists now.`,
      subnetId,
    );
  };

/** Azure answered 404 for a subnet that was there a moment ago: nothing may be done on that answer. */
const gatewaySubnetGone = (subnetId: string) =>
  new VpnRadiusError({
    code: 'GatewaySubnetGone',
    message: 'Azure says that there is no GatewaySubnet, but it existed when the deployment was planned.',
    target: subnetId,
    transient: true,
    retryAfterSeconds: 30,
  });

/** The prefix of the subnet when Azure has provisioned it; undefined until then. */
export const readGatewaySubnet =
  (virtualNetworks: VirtualNetworks) =>
  async ({ subnetId }: { readonly subnetId: string }): Promise<string | undefined> => {
    const subnet = await virtualNetworks.readSubnet(subnetId);
    if (subnet?.provisioningState === 'Failed') {
      throw failed(
        'GatewaySubnetFailed',
        'Azure could not provision GatewaySubnet. Its activity log says why.',
        subnetId,
      );
    }
    return subnet?.provisioningState === 'Succeeded' ? subnet.addressPrefixes[0] : undefined;
  };
