import type { Order } from '../contract.ts';

/** Whether a name stands for exactly one person in Entra: an object id, a user principal name or a mail address. */
export function isIdentity(name: string): boolean {
  const text = name.normalize('NFKC').trim();
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) || /^[^\s@]+@[^\s@]+$/.test(text);
}

/**
 * The requester, when a display name or a `sys_id` cannot show whether that is the caller: then nobody can approve it.
 * To reject it does no harm. A name that the app itself wrote there is the name of the signed-in requester. A repair,
 * and a rotation that nobody signed in for, was asked for by the app itself.
 */
export function unknownRequester({
  request,
  requestedBy: signedIn,
  requesterIds = [],
  repairs,
  rotates,
}: Order): string | undefined {
  const { requestedBy } = request.ticket;
  if (requestedBy === undefined || requestedBy === signedIn?.name) return undefined;
  if (!signedIn && (repairs || rotates)) return undefined;
  return [requestedBy, ...requesterIds].some(isIdentity) ? undefined : requestedBy;
}
