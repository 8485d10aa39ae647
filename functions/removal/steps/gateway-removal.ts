import { failed } from '../../../shared/core/errors.ts';
import { nameOf, sameId } from '../../../shared/core/resource-id.ts';
import { authenticationTypes, usesRadius } from '../../../shared/gateway/authentication-types.ts';
import type { VpnGateway } from '../../../shared/gateway/model.ts';
import type { Accepted, OpenGateway, VpnGateways } from '../../../shared/ports.ts';
import { busy, gatewayGone, isBeingWritten } from '../../deployment/gateway/state.ts';

export interface GatewayReference {
  readonly gatewayId: string;
}

const whenPlanned = 'when the removal was planned';

/**
 * Deletes the gateway, unless its deletion has started already. It asks once more whether others use it now. A 404 may
 * pass, so the DELETE is sent also for a gateway that seems to be gone: Azure then answers 204.
 */
export const deleteGateway =
  (gateways: Pick<VpnGateways, 'read' | 'connectedNetworks' | 'delete'>) =>
  async ({ gatewayId }: GatewayReference): Promise<Accepted> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) return gateways.delete(gatewayId);
    if (gateway.provisioningState === 'Deleting') return { retryAfterSeconds: 10 };
    if (isBeingWritten(gateway)) throw busy(gateway);
    const connected = await gateways.connectedNetworks(gatewayId);
    if (connected.length > 0)
      throw failed(
        'GatewayInUse',
        `${gateway.name} has a new connection since the removal was planned: ${connected.map(({ connection }) => connection).join(', ')}. Nothing was removed. Delete the connection, then send the removal again.`,
        gatewayId,
      );
    return gateways.delete(gatewayId);
  };

/** How far the deletion of the gateway is. Throws when the gateway could not be deleted. */
export const readGatewayDeletion =
  (gateways: Pick<VpnGateways, 'read'>) =>
  async ({ gatewayId }: GatewayReference): Promise<'gone' | 'deleting' | 'there'> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) return 'gone';
    if (gateway.provisioningState === 'Deleting') return 'deleting';
    if (gateway.provisioningState !== 'Failed') return 'there';
    throw failed(
      'GatewayDeletionFailed',
      `Azure could not delete ${nameOf(gatewayId)}. Its activity log says why. The gateway may not work any more. Send the removal again, or repair it with a deployment.`,
      gatewayId,
    );
  };

/** Something that is taken off a gateway. The gateway itself stays, with everything else on it. */
interface Part {
  readonly called: string;
  readonly isOn: (gateway: VpnGateway) => boolean;
  readonly writeWithout: (open: OpenGateway) => Promise<Accepted>;
  /** What the failure says when it is still on the gateway afterwards. */
  readonly code: string;
}

const pointToSite: Part = {
  called: 'point-to-site',
  isOn: (gateway) => gateway.pointToSite !== undefined,
  writeWithout: (open) => open.writeWithoutPointToSite(),
  code: 'PointToSiteNotRemoved',
};

const radius: Part = {
  called: 'RADIUS',
  isOn: usesRadius,
  writeWithout: (open) => open.writeWithoutRadius(),
  code: 'RadiusNotRemoved',
};

/** Returns `kept` when the gateway no longer has it. */
const taking =
  (part: Part, mayBeWritten: (gateway: VpnGateway) => void = () => {}) =>
  (gateways: Pick<VpnGateways, 'open'>) =>
  async ({ gatewayId }: GatewayReference): Promise<Accepted | 'kept'> => {
    const open = await gateways.open(gatewayId);
    const { gateway } = open;
    if (!gateway) throw gatewayGone(gatewayId, whenPlanned);
    if (isBeingWritten(gateway)) throw busy(gateway);
    if (!part.isOn(gateway)) return 'kept';
    mayBeWritten(gateway);
    return part.writeWithout(open);
  };

/** Whether the gateway is provisioned and no longer has it; undefined while Azure works on the gateway. */
const taken =
  ({ called, isOn, code }: Part) =>
  (gateways: Pick<VpnGateways, 'read'>) =>
  async ({ gatewayId }: GatewayReference): Promise<true | undefined> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) throw gatewayGone(gatewayId, whenPlanned);
    if (isBeingWritten(gateway)) return undefined;
    if (gateway.provisioningState === 'Succeeded' && !isOn(gateway)) return true;
    throw failed(
      code,
      `${called} is still on ${gateway.name} (${gateway.provisioningState}): Azure did not remove it, or somebody added it again. The activity log of the gateway says why.`,
      gatewayId,
    );
  };

export const removePointToSite = taking(pointToSite);
export const readWithoutPointToSite = taken(pointToSite);

/** Whether users can sign in without it: this is asked of exactly the gateway that is then written over. */
export const removeRadius = taking(radius, ({ id, name, pointToSite }) => {
  if (authenticationTypes(pointToSite).some((type) => sameId(type, 'AAD'))) return;
  throw failed(
    'EntraSignInMissing',
    `${name} has lost its Entra sign-in after the removal was planned. Nobody could connect without RADIUS, so nothing was changed on it.`,
    id,
  );
});
export const readWithoutRadius = taken(radius);
