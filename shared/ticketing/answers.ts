import { VpnRadiusError } from '../core/errors.ts';
import type { HttpsAnswer, Unreachable } from './https.ts';

/**
 * The other side of a request, as errors tell of it. `codes` begin with `prefix`: Callback or TicketSystem. `label` names the
 * host or the system, never a URL: its query may hold a secret.
 */
export interface Party {
  readonly prefix: 'Callback' | 'TicketSystem';
  readonly label: string;
  readonly target: string;
}

/** Seconds: the other side may not put an answer off for longer than this with `Retry-After`. */
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
 * The error that is the same whoever answers: a redirect (final), or an answer that asks to come again (408, 429 and 5xx).
 * Undefined for success and for refusals, of which each party has its own.
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
