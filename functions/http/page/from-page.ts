import { refused } from '../../../shared/core/errors.ts';

/** The path of the routes for callers who are signed in and have no function key. */
export const signedInPrefix = 'signed-in';

/** What the operations page sends with every call. */
export const pageHeader = 'x-vpn-radius-page';

/**
 * A browser sends the sign-in cookie with every request, also with a request that another page makes. A custom header
 * is sent to another origin only when that origin allows it (CORS), which this app never does. So a call with the
 * header comes from our page.
 */
export function mustBeFromPage(headers: Pick<Headers, 'get'>): void {
  if (headers.get(pageHeader) !== null) return;
  throw refused(
    'Forbidden',
    `Only the operations page may use routes below ${signedInPrefix}/, with the header ${pageHeader}. Call the route without ${signedInPrefix}/, with a function key.`,
    [],
  );
}
