import * as z from 'zod';

/** Who decides, in the body of every decision. `missing` is the message when nobody is named. */
export const decider = (missing: string) =>
  z.string().min(1, missing).max(256, 'must not be longer than 256 characters').meta({
    description:
      'Who decides. Required when the caller has only a function key. Otherwise it is always the signed-in user.',
  });
export const comment = z.string().max(1000, 'must not be longer than 1,000 characters').optional();

const name = decider('must say who decided');
const by = name.optional();
const planDigest = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'must be the digest that GET /deployments/{id}/plan shows')
  .meta({ description: 'The digest of the plan that is decided on.' });

/** What a caller who is signed in says about a plan that waits. */
export const decision = z.strictObject({ approved: z.boolean(), by, planDigest, comment });
/** The same, with only a function key: the body must name somebody. */
export const keyDecision = decision.extend({ by: name });

export const cancellation = z.strictObject({ by, comment }).default({});
