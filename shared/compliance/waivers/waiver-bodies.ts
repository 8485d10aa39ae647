import * as z from 'zod';
import type { Problem } from '../../core/errors.ts';
import { comment, decider } from '../../deployment/decisions/decision.ts';
import { isIdentity } from '../../deployment/decisions/requester.ts';
import { waiverRequest } from './recorded-waiver.ts';

const name = decider('must say who decides');

/** The bodies of a caller who is signed in; `key…`: with only a function key, the body must name somebody. */
export const waiverBody = waiverRequest.extend({ by: name.optional() });
export const keyWaiver = waiverBody.extend({ by: name });
export const withdrawal = z.strictObject({ by: name.optional(), comment });
export const keyWithdrawal = withdrawal.extend({ by: name });

/** What depends on the day (`YYYY-MM-DD`, UTC) and on whether somebody is signed in; the schema checks the rest. */
export function waiverProblems(body: unknown, today: string, isSignedIn: boolean): readonly Problem[] {
  const { until, owner } = (body ?? {}) as { readonly until?: unknown; readonly owner?: unknown };
  const isOver = typeof until === 'string' && /^\d{4}-\d\d-\d\d$/.test(until) && until < today;
  const isNobody = isSignedIn && typeof owner === 'string' && owner.trim() !== '' && !isIdentity(owner);
  const wrong = (target: string, message: string) => ({ code: 'FieldInvalid', message, target });
  return [
    ...(isOver ? [wrong('until', `must not be in the past: today is ${today} (UTC)`)] : []),
    ...(isNobody
      ? [
          wrong(
            'owner',
            'must be a user principal name, a mail address or an object id. The app needs it because nobody may decide on their own waiver',
          ),
        ]
      : []),
  ];
}
