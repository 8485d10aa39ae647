import { randomBytes } from 'node:crypto';
import { failed } from '../../shared/core/errors.ts';
import { decisionProof, lockOf } from '../../shared/deployment/decisions/decision-proof.ts';
import type { Rows } from '../../shared/ports.ts';

const [partition, key] = ['keys', 'decisions'];

/**
 * The key of the proofs that decisions carry. It is made when it is first needed. It is kept in the app's own storage:
 * somebody who can write there can rewrite the histories as well, and nobody else needs the key.
 */
export async function decisionKey(rows: Pick<Rows, 'read' | 'insert'>): Promise<string> {
  const kept = await rows.read<string>(partition, key);
  if (kept) return kept.value;
  await rows.insert(partition, key, randomBytes(32).toString('base64'));
  // When two make it at once, one of the two is kept.
  const made = await rows.read<string>(partition, key);
  if (!made)
    throw failed('DecisionKeyMissing', 'The storage of the app does not keep what the app writes to it.');
  return made.value;
}

/** The lock that a cancel of the deployment of that id must open. The deployment gets it when it starts. */
export async function cancelLock(rows: Pick<Rows, 'read' | 'insert'>, deploymentId: string): Promise<string> {
  return lockOf(decisionProof(await decisionKey(rows), deploymentId, 'cancel'));
}
