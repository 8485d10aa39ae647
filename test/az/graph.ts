import { randomUUID } from 'node:crypto';
import {
  json,
  object,
  text,
  type WireRequest,
  type WireResponse,
} from '../../simulator/azure/wire/messages.ts';

interface Entity {
  readonly id: string;
  readonly [property: string]: unknown;
}

const empty = {
  applications: { appRoles: [], identifierUris: [], web: { redirectUris: [], implicitGrantSettings: {} } },
  servicePrincipals: { appRoleAssignmentRequired: false },
};

/**
 * Registrations, enterprise applications and role assignments, as far as Microsoft Graph v1.0 answers what the Azure CLI
 * asks here (Microsoft Learn, "Create application", "Update application", "Create serviceprincipal", "Grant an
 * appRoleAssignment").
 */
export function createGraph() {
  const held: Record<string, Entity[]> = { applications: [], servicePrincipals: [] };
  const assignments: Entity[] = [];
  const writes: string[] = [];
  return {
    held,
    assignments,
    writes,
    answer({ method, url, body }: WireRequest): WireResponse {
      const { pathname, searchParams } = new URL(url);
      const [, , collection, id, navigation] = pathname.split('/') as [
        string,
        string,
        string,
        string?,
        string?,
      ];
      const given = object(body ? JSON.parse(String(body)) : {});
      if (method !== 'GET') writes.push(`${method} ${pathname.replace(/[0-9a-f-]{36}/g, 'ID')}`);
      if (navigation === 'appRoleAssignedTo') {
        if (method === 'GET') return json(200, { value: assignments.filter((one) => one.resourceId === id) });
        assignments.push({ id: randomUUID(), ...given });
        return json(201, assignments.at(-1));
      }
      const all = held[collection];
      if (!all) return notFound(pathname);
      if (method === 'POST') {
        const made = {
          ...empty[collection as keyof typeof empty],
          appId: randomUUID(),
          ...given,
          id: randomUUID(),
        };
        all.push(made);
        return json(201, made);
      }
      if (!id) return json(200, { value: filtered(all, searchParams.get('$filter')) });
      const index = all.findIndex((one) => one.id === id);
      if (index < 0) return notFound(id);
      if (method === 'PATCH') {
        all[index] = { ...all[index]!, ...given };
        return { status: 204, headers: {}, body: '' };
      }
      return json(200, all[index]);
    },
  };
}

/** `startswith(name,'text')`, `name eq 'text'` and `list/any(x:x eq 'text')`, joined by `or`. */
function filtered(all: readonly Entity[], filter: string | null): readonly Entity[] {
  if (!filter) return all;
  const terms = filter.split(' or ').map((term) => {
    const [, start, value] = /^startswith\((\w+),\s*'(.*)'\)$/.exec(term) ?? [];
    if (start) return (one: Entity) => text(one[start])?.startsWith(value!) ?? false;
    const [, list, member] = /^(\w+)\/any\(\w+:\s*\w+ eq '(.*)'\)$/.exec(term) ?? [];
    if (list) return (one: Entity) => (one[list] as unknown[] | undefined)?.includes(member) ?? false;
    const [, name, equal] = /^(\w+) eq '(.*)'$/.exec(term) ?? [];
    if (name) return (one: Entity) => one[name] === equal;
    throw new Error(`This filter of Graph is not imitated: ${term}`);
  });
  return all.filter((one) => terms.some((holds) => holds(one)));
}

const notFound = (what: string) =>
  json(404, { error: { code: 'Request_ResourceNotFound', message: `Resource '${what}' does not exist.` } });
