import { VpnRadiusError } from '../core/errors.ts';
import type { HttpsAnswer, Unreachable } from './https.ts';

/**
 * The other side of a request, as errors name it. `codes` begin with `prefix`: Callback or TicketSystem. `label` names
 * the host or the system. It is never a URL, because the query of a URL may hold a secret.
 */
export interface Party {
  readonly prefix: 'Callback' | 'TicketSystem';
  readonly label: string;
  readonly target: string;
}

/** Seconds: the other side cannot delay an answer with `Retry-After` for longer than this. */
const longestWait = 3600;

export function unreachableError(party: Party, error: Unreachable): VpnRadiusError {
  return new VpnRadiusError(
    {
      code: `${party.prefix}Unreachable`,
      message: `${party.label} could not be reached: ${error.message}.`,
      target: party.target,
      transient: true,
    },
    error,
  );
}

/**
 * The errors that are the same for every party: a redirect (final), or an answer that asks to try again later (408, 429
 * and 5xx). Undefined for success, and for refusals, which are different for each party.
 */
export function commonFailure(party: Party, answer: HttpsAnswer): VpnRadiusError | undefined {
  const { status, retryAfterSeconds } = answer;
  if (status === 408 || status === 429 || status >= 500) {
    return new VpnRadiusError({
      code: `${party.prefix}Unavailable`,
      message: `${party.label} answered ${status}.`,
      target: party.target,
      transient: true,
      ...(retryAfterSeconds !== undefined && {
        retryAfterSeconds: Math.min(retryAfterSeconds, longestWait),
      }),
    });
  }
  if (status < 300 || status >= 400) return undefined;
  return new VpnRadiusError({
    code: `${party.prefix}Redirected`,
    message: `${party.label} answered with a redirect (${status}). Redirects are not followed: give the final URL in ${party.target}.`,
    target: party.target,
  });
}
