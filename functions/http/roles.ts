/** App roles of the app's registration in Entra, by their value (`AUTH_MODE=entra`). */
export const roles = ['Reader', 'Requester', 'Approver', 'Operator', 'TicketSystem'] as const;
export type Role = (typeof roles)[number];

/**
 * A ticket system says who asks and who approves, and the app trusts it in that. It gets answers, and reads nothing.
 */
const readers = ['Reader', 'Requester', 'Approver', 'Operator'] as const satisfies readonly Role[];

/**
 * Who may call a route that changes something; every person with a role may read. `docs/roles.md` has the same as a
 * table.
 */
const callersOf: Readonly<Record<string, readonly Role[]>> = {
  'POST tickets': ['Requester', 'Operator', 'TicketSystem'],
  'POST deployments/plan': ['Requester', 'Operator'],
  'POST deployments/{id}/client-profile': ['Requester', 'Operator'],
  'POST deployments/{id}/approval': ['Approver'],
  'POST deployments/{id}/cancel': ['Operator'],
  'POST rotations': ['Operator'],
  'POST rotations/{id}/cancel': ['Operator'],
  'POST removals': ['Operator'],
  'POST migrations': ['Operator'],
  'POST compliance/runs': ['Operator'],
  'POST compliance/waivers': ['Approver'],
  'POST compliance/waivers/{id}/withdrawal': ['Approver', 'Operator'],
};

/**
 * The roles that may call a route. Undefined when the route proves its callers itself: ticket systems sign what they
 * send, or sign in.
 */
export function rolesFor(method: string, path: string): readonly Role[] | undefined {
  if (path === 'tickets/{system}') return undefined;
  if (method === 'GET') return readers;
  const allowed = callersOf[`${method} ${path}`];
  if (!allowed) throw new Error(`functions/http/roles.ts does not say who may call ${method} ${path}.`);
  return allowed;
}
