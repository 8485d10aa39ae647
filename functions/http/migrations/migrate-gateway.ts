import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import {
  type AskedMigration,
  migrationRequest,
  migrationTicket,
} from '../../../shared/deployment/migration/request.ts';
import type { Archive } from '../../../shared/ports.ts';
import { type MigrationOrderNeeds, migrationOrderOf } from '../../migration/migration-order.ts';
import { jsonOf, parsedBy, textOf } from '../answers.ts';
import type { Caller, Handler } from '../callers.ts';
import { startOrder } from '../start-order.ts';
import { allowed, foreignSystem } from '../ticket-systems/ticket-checks.ts';

export interface MigrationNeeds extends MigrationOrderNeeds {
  readonly archive: Archive;
  readonly settings: Settings;
}

/** `POST /migrations`: the gateway takes one of the paths of docs/migrations.md. */
export const migrateGateway =
  (needs: MigrationNeeds): Handler =>
  async (http, context, caller) => {
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
  const asked = parsedBy(body, migrationTicket, foreignSystem(body, caller));
  return startMigration(needs, http, context, asked, caller);
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
  const order = await migrationOrderOf(needs, { ...asked, ticket: known });
  return startOrder(needs.archive, http, context, order, caller);
}
