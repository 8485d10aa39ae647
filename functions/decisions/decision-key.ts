import { randomBytes } from 'node:crypto';
import { failed } from '../../shared/core/errors.ts';
import { decisionProof, lockOf } from '../../shared/deployment/decision-proof.ts';
import type { Rows } from '../../shared/ports.ts';

const [partition, key] = ['keys', 'decisions'];

/**
 * The key of the proofs that decisions carry, made when it is first needed. It lies in the app's own storage: whoever can
 * write there can rewrite the histories as well, and nobody else has to know it.
 */
export async function decisionKey(rows: Pick<Rows, 'read' | 'insert'>): Promise<string> {
  const kept = await rows.read<string>(partition, key);
  if (kept) return kept.value;
  await rows.insert(partition, key, randomBytes(32).toString('base64'));
  // Of two that make it at once, one is kept.
  const made = await rows.read<string>(partition, key);
  if (!made)
    throw failed('DecisionKeyMissing', 'The storage of the app does not keep what was written to it.');
  return made.value;
}

/** What a cancel of the deployment of that id must open: given to it when it is started. */
export async function cancelLock(rows: Pick<Rows, 'read' | 'insert'>, deploymentId: string): Promise<string> {
  return lockOf(decisionProof(await decisionKey(rows), deploymentId, 'cancel'));
}
