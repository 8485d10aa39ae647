import type { HttpResponseInit } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { version } from '../../../shared/core/version.ts';
import { signedInCaller } from '../callers.ts';
import { protection } from './protection.ts';

/** How the page has to sign in, and who is signed in already. */
export function showSession(
  authMode: Settings['AUTH_MODE'],
  headers: Pick<Headers, 'get'>,
): HttpResponseInit {
  const caller = authMode === 'entra' ? signedInCaller(headers) : undefined;
  return {
    status: 200,
    headers: { ...protection, 'Cache-Control': 'no-store' },
    jsonBody: {
      authMode,
      version,
      signedIn: caller ? { name: caller.name, roles: caller.roles } : null,
    },
  };
}
