import type { TicketPeople } from '../ports.ts';
import type { TicketSystemCall } from './ticket-system.ts';

type Systems = Partial<Record<'servicenow' | 'jira', TicketSystemCall>>;

/**
 * Looks up the Entra identity of a person whom a ticket system knows by its own id. It is needed to see whether an
 * approver is the requester. When it is not available, it is left out, and an approval then says what is missing.
 */
export function ticketPeople(
  systems: Systems,
  log: (line: string) => void = (line) => console.warn(line),
): TicketPeople {
  return {
    async identities(system, ids) {
      const call = systems[system];
      const found = await Promise.all(
        ids.map(async (id) => (call ? lookedUp(call, pathOf[system](id), id) : [])),
      );
      return [...new Set([...ids, ...found.flat()])];
    },
  };

  async function lookedUp(call: TicketSystemCall, path: string | undefined, id: string) {
    if (!path) return [];
    try {
      const answer = (await call(id, 'GET', path)) as { readonly result?: Person } & Person;
      const { email, emailAddress, user_name } = answer?.result ?? answer ?? {};
      return [email, emailAddress, user_name].filter(
        (name) => typeof name === 'string' && name !== '',
      ) as string[];
    } catch (error) {
      const code = (error as { readonly code?: unknown }).code ?? 'unknown';
      log(
        `The app could not look up who asked for the ticket (${code}). An approval may need another mapping.`,
      );
      return [];
    }
  }
}

interface Person {
  readonly email?: unknown;
  readonly user_name?: unknown;
  readonly emailAddress?: unknown;
}

/** A `sys_id` has 32 hexadecimal digits. An account id of Atlassian holds a colon, or has 24 of them. */
const pathOf = {
  servicenow: (id: string) =>
    /^[0-9a-f]{32}$/i.test(id) ? `/api/now/table/sys_user/${id}?sysparm_fields=email,user_name` : undefined,
  jira: (id: string) =>
    /^[0-9a-f]{24}$|^[0-9]+:[0-9a-f-]{36}$/i.test(id)
      ? `/rest/api/3/user?accountId=${encodeURIComponent(id)}`
      : undefined,
};
