import { sameId } from '../../shared/core/resource-id.ts';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import { isVpn } from '../../shared/gateway/gateway.ts';
import { existingGatewaySubnet, virtualNetworkIdOf } from '../../shared/gateway/gateway-subnet.ts';
import type { Archive, VirtualNetworks, VpnGateways } from '../../shared/ports.ts';
import { lists } from '../records/cards.ts';
import { deployedGateways } from '../records/deployed.ts';

/** The gateway that a removal is about, and its VNet. When the gateway is already gone, only the records know it. */
export interface RemovedGateway {
  readonly gatewayId: string;
  readonly virtualNetworkId: string;
  /** Whether Azure has the gateway now. */
  readonly isThere: boolean;
}

interface Needs extends Pick<Archive, 'rows'> {
  readonly gateways: Pick<VpnGateways, 'read'>;
  readonly virtualNetworks: Pick<VirtualNetworks, 'read'>;
}

/** Undefined when there is no such gateway, and no record of one. */
export async function removedGateway(
  { gateways, rows }: Needs,
  gatewayId: string,
): Promise<RemovedGateway | undefined> {
  const gateway = await gateways.read(gatewayId);
  if (gateway)
    return isVpn(gateway)
      ? { gatewayId: gateway.id, virtualNetworkId: virtualNetworkIdOf(gateway.subnetId), isThere: true }
      : undefined;
  const [newest] = await rows.page<DeploymentSummary>(lists.gateway(gatewayId), { limit: 1 });
  if (!newest || !('value' in newest)) return undefined;
  const { virtualNetworkId } = newest.value;
  return { gatewayId: newest.value.gatewayId ?? gatewayId, virtualNetworkId, isThere: false };
}

/**
 * The gateway of a VNet: the VPN gateway in its GatewaySubnet; without one, the gateway that this app deployed there.
 */
export async function gatewayOfNetwork(
  needs: Needs,
  virtualNetworkId: string,
): Promise<RemovedGateway | undefined> {
  const { gateways, virtualNetworks, rows } = needs;
  const network = await virtualNetworks.read(virtualNetworkId);
  for (const id of (network && existingGatewaySubnet(network)?.gatewayIds) ?? []) {
    const gateway = await gateways.read(id);
    if (gateway && isVpn(gateway)) return { gatewayId: gateway.id, virtualNetworkId, isThere: true };
  }
  for (const { gatewayId, request } of (await deployedGateways(rows)).values())
    if (sameId(request.virtualNetworkId, virtualNetworkId))
      return { gatewayId, virtualNetworkId, isThere: false };
  return undefined;
}
