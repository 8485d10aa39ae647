import type { Caller, Core } from '../core.ts';
import { actionMatches } from '../faults.ts';
import { AzureError, type WireRequest } from '../wire/messages.ts';
import { readToken } from '../wire/tokens.ts';

const armAudiences = ['https://management.azure.com', 'https://management.core.windows.net'];

/**
 * The caller of a request to ARM. Without a token, or with a token for another audience, it answers 401 as ARM does.
 */
export function armCaller(core: Core, request: WireRequest, origin: string): Caller {
  const authorization = request.headers.authorization;
  if (!authorization) {
    throw new AzureError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      {
        headers: {
          'WWW-Authenticate': `Bearer authorization_uri="${origin}/${core.world.tenantId}", error="invalid_token", error_description="The access token is missing or invalid."`,
        },
      },
    );
  }
  const claims = readToken(core.world, authorization);
  if (!claims) {
    throw new AzureError(401, 'InvalidAuthenticationToken', 'The access token is invalid.', {
      headers: {
        'WWW-Authenticate': `Bearer authorization_uri="${origin}/${core.world.tenantId}", error="invalid_token"`,
      },
    });
  }
  const audience = claims.aud.replace(/\/+$/, '');
  if (audience !== origin && !armAudiences.includes(audience) && !loopback(audience)) {
    throw new AzureError(
      401,
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for wrong audience or resource '${claims.aud}'. It should exactly match with one of the allowed audiences '${armAudiences.map((allowed) => `${allowed}/`).join("','")}'.`,
    );
  }
  return { objectId: claims.oid, clientId: claims.appid };
}

const loopback = (audience: string): boolean => /^https:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(audience);

export function allowed(core: Core, action: string): boolean {
  const { rbac } = core.settings;
  if (!rbac) return true;
  return (
    rbac.roleActions.some((granted) => actionMatches(granted, action)) &&
    !rbac.notActions.some((denied) => actionMatches(denied, action))
  );
}

export function dataAllowed(core: Core, action: string): boolean {
  const { rbac } = core.settings;
  return !rbac || rbac.dataActions.some((granted) => actionMatches(granted, action));
}

/** ARM's own sentence (quoted in many public issues, such as Azure/login's). */
export const authorizationFailed = (caller: Caller, action: string, scope: string): AzureError =>
  new AzureError(
    403,
    'AuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );

/** What ARM answers when the write itself is allowed, but the use of another resource is not. */
export const linkedAuthorizationFailed = (
  caller: Caller,
  action: string,
  scope: string,
  linked: { action: string; scope: string },
): AzureError =>
  new AzureError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.objectId}' has permission to perform action '${action}' on scope '${scope}'; however, it does not have permission to perform action(s) '${linked.action}' on the linked scope(s) '${linked.scope}' (respectively) or the linked scope(s) are invalid.`,
  );

export function requireAction(core: Core, caller: Caller, action: string, scope: string): void {
  if (!allowed(core, action)) throw authorizationFailed(caller, action, scope);
}
