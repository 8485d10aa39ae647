import { failed } from '../../../shared/core/errors.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import type { RemovalPlan } from '../../../shared/deployment/contract.ts';
import { usesRadius } from '../../../shared/gateway/authentication-types.ts';
import type { PublicIpAddresses, Secrets, VirtualNetworks, VpnGateways } from '../../../shared/ports.ts';

interface Verified {
  readonly gateways: Pick<VpnGateways, 'read'>;
  readonly publicIps: Pick<PublicIpAddresses, 'read'>;
  readonly secrets: Pick<Secrets, 'versions'>;
  readonly virtualNetworks: Pick<VirtualNetworks, 'readSubnet'>;
}

/**
 * Reads once more what was to go: what Azure accepted is not yet done. The NPS servers have told their state
 * themselves.
 */
export const verifyRemoval =
  ({ gateways, publicIps, secrets, virtualNetworks }: Verified) =>
  async ({ plan: { gatewayId, removes } }: { readonly plan: RemovalPlan }): Promise<string> => {
    const { publicIpIds, gatewaySubnetId, gateway: fate } = removes;
    const gateway = await gateways.read(gatewayId);
    const addresses = await Promise.all(publicIpIds.map((id) => publicIps.read(id)));
    const subnet = gatewaySubnetId && (await virtualNetworks.readSubnet(gatewaySubnetId));
    const inVault = await Promise.all(
      removes.secrets.map(async (secret) => ({ secret, held: await secrets.versions(secret.name) })),
    );
    const left = [
      ...(gateway && (fate === 'delete' || fate === 'gone') ? [`the gateway ${gateway.name}`] : []),
      ...(gateway?.pointToSite && fate === 'withoutPointToSite' ? [`point-to-site of ${gateway.name}`] : []),
      ...(gateway && fate === 'withoutRadius' && usesRadius(gateway) ? [`RADIUS on ${gateway.name}`] : []),
      ...addresses.flatMap((address) => (address ? [`the public IP address ${nameOf(address.id)}`] : [])),
      ...(subnet ? ['GatewaySubnet'] : []),
      ...inVault.flatMap(({ secret: { name, versions, isWhole }, held }) =>
        held.some(({ version, enabled }) => isWhole || (enabled && versions.includes(version)))
          ? [`the Key Vault secret ${name}`]
          : [],
      ),
    ];
    if (left.length === 0) return 'Read again after the removal: everything is removed';
    throw failed(
      'RemovalIncomplete',
      `These exist again after they were removed: ${left.join(', ')}. The records say that everything which this app made is removed, so a person must remove these. The activity log says who created them.`,
      gatewayId,
    );
  };
