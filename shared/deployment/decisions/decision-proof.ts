import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../core/sha256.ts';

/** The subject of a decision: a plan, by its digest, or the cancellation of the deployment. */
export type Decided = { readonly planDigest: string; readonly approved: boolean } | 'cancel';

/**
 * The proof that a decision came through the routes of this app. A person with the key of the durable management API
 * can raise any event at any instance, but cannot make this proof.
 */
export function decisionProof(key: string, deploymentId: string, decided: Decided): string {
  const what =
    decided === 'cancel' ? [decided] : [decided.approved ? 'approve' : 'reject', decided.planDigest];
  return createHmac('sha256', key)
    .update(JSON.stringify([deploymentId, ...what]))
    .digest('hex');
}

/**
 * The digest of a proof that will come later, which a history may hold: it recognises the right proof, and does not
 * help to make one. So an orchestration can check a decision without any further call.
 */
export function lockOf(proof: string): string {
  return sha256(proof);
}

export function opens(proof: unknown, lock: string): boolean {
  if (typeof proof !== 'string') return false;
  const [its, wanted] = [Buffer.from(lockOf(proof)), Buffer.from(lock)];
  return its.length === wanted.length && timingSafeEqual(its, wanted);
}
