import { refused } from '../../../shared/core/errors.ts';

/** Where the routes stand for whoever is signed in and has no function key. */
export const signedInPrefix = 'signed-in';

/** What the operations page sends with every call. */
export const pageHeader = 'x-vpn-radius-page';

/**
 * A browser sends the cookie of the sign-in along with whatever any page makes it send. A header of one's own is sent to
 * another origin only when that allows it (CORS), which this app never does: so the call is our page's.
 */
export function mustBeFromPage(headers: Pick<Headers, 'get'>): void {
  if (headers.get(pageHeader) !== null) return;
  throw refused(
    'Forbidden',
    `Routes below ${signedInPrefix}/ are for the operations page, which sends the header ${pageHeader}; call the route without ${signedInPrefix}/, with a function key.`,
    [],
  );
}
