import { failed, refused } from '../../shared/core/errors.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import {
  type AskedMigration,
  isRotation,
  migrationOrder,
} from '../../shared/deployment/migration/request.ts';
import { isVpn } from '../../shared/gateway/gateway.ts';
import { virtualNetworkIdOf } from '../../shared/gateway/gateway-subnet.ts';
import type { VpnGateways } from '../../shared/ports.ts';
import { type RotationNeeds, rotationOrder } from '../deployment/secret/rotation-order.ts';
import { askedOf } from '../records/deployed.ts';

export interface MigrationOrderNeeds {
  readonly gateways: Pick<VpnGateways, 'read'>;
  readonly rotations: RotationNeeds;
}

/** The order for a migration of the gateway as it is now. Throws with every problem at once. */
export async function migrationOrderOf(
  { gateways, rotations }: MigrationOrderNeeds,
  asked: AskedMigration,
): Promise<Order> {
  const { virtualNetworkGatewayId: id, path } = asked;
  const gateway = await gateways.read(id);
  if (!gateway || !isVpn(gateway))
    throw failed(
      'NotFound',
      `There is no VPN gateway ${id}, or the app's identity may not read it.`,
      'virtualNetworkGatewayId',
    );
  const before = await askedOf(rotations.rows)(gateway.id);
  const known = [...(before?.radius.servers ?? []), ...rotations.defaults];
  const { order, problems } = migrationOrder(asked, gateway, virtualNetworkIdOf(gateway.subnetId), known);
  if (!isRotation(path)) return withoutProblems(order, problems);
  const rotation = await rotationOrder(gateway, { id: asked.ticket.id }, rotations);
  const { ticket, approval } = order.request;
  return withoutProblems(
    {
      ...rotation.order,
      ...{ migrates: order.migrates!, fingerprint: order.fingerprint },
      request: { ...rotation.order.request, ticket, approval },
    },
    rotation.problems,
  );
}

function withoutProblems(order: Order, problems: ReturnType<typeof migrationOrder>['problems']): Order {
  if (problems.length === 0) return order;
  const sentences = problems.map(({ message, target }) => `${target} ${message}`).join(' ');
  throw refused('InvalidRequest', `The request is not valid: ${sentences}`, problems);
}
