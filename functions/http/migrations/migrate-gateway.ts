import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failed, refused } from '../../../shared/core/errors.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import {
  type AskedMigration,
  isRotation,
  migrationOrder,
  migrationRequest,
  migrationTicket,
} from '../../../shared/deployment/migration/request.ts';
import { isVpn } from '../../../shared/gateway/gateway.ts';
import { virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type { Archive, VpnGateways } from '../../../shared/ports.ts';
import { type RotationNeeds, rotationOrder } from '../../deployment/secret/rotation-order.ts';
import { askedOf } from '../../records/deployed.ts';
import { jsonOf, parsedBy, textOf } from '../answers.ts';
import type { Caller } from '../callers.ts';
import { startOrder } from '../start-order.ts';
import { allowed, foreignSystem } from '../ticket-systems/ticket-checks.ts';

export interface MigrationNeeds {
  readonly archive: Archive;
  readonly gateways: Pick<VpnGateways, 'read'>;
  readonly rotations: RotationNeeds;
  readonly settings: Settings;
}

/** `POST /migrations`: the gateway takes one of the paths of docs/migrations.md. */
export const migrateGateway =
  (needs: MigrationNeeds) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const body = jsonOf(await textOf(http));
    const asked = parsedBy(body, migrationRequest, foreignSystem(body, caller));
    const ticket = asked.ticket ?? {
      system: 'webhook' as const,
      id: `migration-${context.invocationId}`.slice(0, 128),
    };
    return startMigration(needs, http, context, { ...asked, ticket }, caller);
  };

/** `POST /tickets` with a ticket of the kind `migrate`. */
export async function receiveMigration(
  needs: MigrationNeeds,
  http: HttpRequest,
  context: InvocationContext,
  body: unknown,
  caller: Caller | undefined,
): Promise<HttpResponseInit> {
  return startMigration(
    needs,
    http,
    context,
    parsedBy(body, migrationTicket, foreignSystem(body, caller)),
    caller,
  );
}

async function startMigration(
  needs: MigrationNeeds,
  http: HttpRequest,
  context: InvocationContext,
  asked: AskedMigration,
  caller: Caller | undefined,
): Promise<HttpResponseInit> {
  const { ticket } = allowed(asked, needs.settings);
  const known = caller ? { requestedBy: caller.name, ...ticket } : ticket;
  return startOrder(
    needs.archive,
    http,
    context,
    await migrationOrderOf(needs, { ...asked, ticket: known }),
    caller,
  );
}

export async function migrationOrderOf(
  { gateways, rotations }: MigrationNeeds,
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
