import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { refused } from '../../shared/core/errors.ts';
import { type Role, roles } from './roles.ts';

/** The caller who is signed in, as App Service authentication tells it (`AUTH_MODE=entra`). */
export interface Caller {
  /** The object id in Entra, of a person or of an application. */
  readonly id: string;
  /** The name that people know: a user principal name where there is one. */
  readonly name: string;
  /** The names that a ticket system may use for the caller: user principal name, mail address, display name. */
  readonly names: readonly string[];
  readonly roles: readonly Role[];
}

/** `caller` is the one who is signed in; undefined when only a function key is asked for. */
export type Handler = (
  http: HttpRequest,
  context: InvocationContext,
  caller: Caller | undefined,
) => Promise<HttpResponseInit>;

/** `X-MS-CLIENT-PRINCIPAL`: base64 of JSON (Microsoft, "Work with user identities in Azure App Service authentication"). */
const principal = z.object({
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  name_typ: z.string().optional(),
  role_typ: z.string().optional(),
});

const claimTypes = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const objectId = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];

/** As long as requests and records take one; Entra's are no longer. */
const longestName = 256;

/**
 * The caller, when it has one of the roles. Throws `Unauthorized` (401) when nobody is signed in with Entra, and
 * `Forbidden` (403) when the caller has none of the roles. The headers can be trusted only because the start of the app
 * has made sure that App Service authentication is on: it alone sets them, and it removes them from requests that come
 * from outside.
 */
export function callerWith(needed: readonly Role[], headers: Pick<Headers, 'get'>): Caller {
  const caller = callerOf(headers);
  if (!caller.roles.some((role) => needed.includes(role))) {
    const has = caller.roles.length > 0 ? caller.roles.join(' and ') : 'no role of this app';
    throw refused(
      'Forbidden',
      `This needs the role ${needed.join(' or ')}, but ${caller.name} has ${has}. Roles are assigned in Entra, at the enterprise application of this app.`,
      [],
    );
  }
  return caller;
}

/** Whether somebody with that role is signed in. When nobody is signed in, the answer is no. */
export function isSignedInAs(role: Role, headers: Pick<Headers, 'get'>): boolean {
  return headers.get('x-ms-client-principal') !== null && callerOf(headers).roles.includes(role);
}

/**
 * The caller who is signed in, with or without a role; undefined when nobody is, or when the sign-in cannot be read.
 */
export function signedInCaller(headers: Pick<Headers, 'get'>): Caller | undefined {
  try {
    return callerOf(headers);
  } catch {
    return undefined;
  }
}

function callerOf(headers: Pick<Headers, 'get'>): Caller {
  const header = headers.get('x-ms-client-principal');
  if (!header) throw notSignedIn('Nobody is signed in. Sign in with Entra and send the token.');
  const { claims, name_typ, role_typ } = principalIn(header);
  const valuesOf = (types: readonly (string | undefined)[]) =>
    types.flatMap((type) => claims.filter(({ typ }) => typ === type).map(({ val }) => val));
  const id = valuesOf(objectId)[0] ?? headers.get('x-ms-client-principal-id');
  if (!id) throw notSignedIn('The sign-in contains no object id. Check that it is a sign-in with Entra.');
  // The claim is called `roles` in the token. It may have been renamed to `role_typ` on the way.
  const its = valuesOf(['roles', role_typ]);
  const names = [
    ...[headers.get('x-ms-client-principal-name') ?? []].flat(),
    ...valuesOf(['preferred_username', `${claimTypes}/upn`, 'email', `${claimTypes}/emailaddress`]),
    ...valuesOf(['name', name_typ]),
  ].filter((name) => name.trim() !== '');
  return {
    id,
    name: (names[0] ?? id).slice(0, longestName),
    names,
    roles: roles.filter((role) => its.includes(role)),
  };
}

function principalIn(header: string): z.infer<typeof principal> {
  try {
    return principal.parse(JSON.parse(Buffer.from(header, 'base64').toString('utf8')));
  } catch {
    throw notSignedIn(
      'The sign-in cannot be read: X-MS-CLIENT-PRINCIPAL does not come from a sign-in with Entra.',
    );
  }
}

const notSignedIn = (message: string) => refused('Unauthorized', message, []);

/**
 * Whether one of those ids or names is the caller's. Upper and lower case, and the kind of space, make no difference.
 */
export function isCaller({ id, names }: Caller, ...others: readonly (string | undefined)[]): boolean {
  const own = [id, ...names].map(comparable);
  return others.some((other) => other !== undefined && own.includes(comparable(other)));
}

/** Compared in capitals, because only then "Straße" and "STRASSE" are the same. */
const comparable = (text: string) => text.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase();

/**
 * The person who says this: the signed-in caller; without one, the person that the body names. Throws when the body
 * names somebody else.
 */
export function saidBy(caller: Caller | undefined, by: string | undefined): string | undefined {
  if (!caller) return by;
  if (by !== undefined && !isCaller(caller, by)) {
    const message = `must be left out or be the signed-in user, ${caller.name}`;
    throw refused('InvalidRequest', `The request is not valid: by: ${message}.`, [
      { code: 'FieldInvalid', message, target: 'by' },
    ]);
  }
  return caller.name;
}
