import { failed } from '../../../../shared/core/errors.ts';
import { nameOf } from '../../../../shared/core/resource-id.ts';
import type { Accepted, VpnGateways } from '../../../../shared/ports.ts';
import { busy, unseen, working } from '../../steps/gateway.ts';

export interface GatewayReference {
  readonly gatewayId: string;
}

const whenPlanned = 'when the removal was planned';

/**
 * Deletes the gateway, unless it is going already. Whether others use it by now is asked once more. A 404 may be a passing
 * one, so that it is sent for a gateway that seems to be gone too: Azure answers 204 then.
 */
export const deleteGateway =
  (gateways: Pick<VpnGateways, 'read' | 'connectedNetworks' | 'delete'>) =>
  async ({ gatewayId }: GatewayReference): Promise<Accepted> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) return gateways.delete(gatewayId);
    if (gateway.provisioningState === 'Deleting') return { retryAfterSeconds: 10 };
    if (working(gateway)) throw busy(gateway);
    const connected = await gateways.connectedNetworks(gatewayId);
    if (connected.length > 0)
      throw failed(
        'GatewayInUse',
        `${gateway.name} has got the connection ${connected.map(({ connection }) => connection).join(', ')} since the removal was planned: nothing was taken away. Delete it, then send the removal again.`,
        gatewayId,
      );
    return gateways.delete(gatewayId);
  };

/** Whether Azure says that there is no such gateway. One that could not be deleted is an error. */
export const isGatewayGone =
  (gateways: Pick<VpnGateways, 'read'>) =>
  async ({ gatewayId }: GatewayReference): Promise<boolean> => {
    const gateway = await gateways.read(gatewayId);
    if (gateway?.provisioningState !== 'Failed') return gateway === undefined;
    throw failed(
      'GatewayDeletionFailed',
      `Azure could not delete ${nameOf(gatewayId)}; its activity log says why. It may not work any more: send the removal again, or mend it by a deployment.`,
      gatewayId,
    );
  };

/** Takes point-to-site off the gateway and leaves everything else; `kept` where it has none. */
export const removePointToSite =
  (gateways: Pick<VpnGateways, 'open'>) =>
  async ({ gatewayId }: GatewayReference): Promise<Accepted | 'kept'> => {
    const { gateway, writeWithoutPointToSite } = await gateways.open(gatewayId);
    if (!gateway) throw unseen(gatewayId, whenPlanned);
    if (working(gateway)) throw busy(gateway);
    return gateway.pointToSite ? writeWithoutPointToSite() : 'kept';
  };

/** Whether the gateway is provisioned and has no point-to-site; undefined while Azure works on it. */
export const readWithoutPointToSite =
  (gateways: Pick<VpnGateways, 'read'>) =>
  async ({ gatewayId }: GatewayReference): Promise<true | undefined> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) throw unseen(gatewayId, whenPlanned);
    if (working(gateway)) return undefined;
    if (gateway.provisioningState === 'Succeeded' && !gateway.pointToSite) return true;
    throw failed(
      'PointToSiteNotRemoved',
      `Azure did not take point-to-site off ${gateway.name} (${gateway.provisioningState}), or somebody gave it back: its activity log says why.`,
      gatewayId,
    );
  };
