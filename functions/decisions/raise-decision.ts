import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { decisionProof } from '../../shared/deployment/decision-proof.ts';
import type { Rows } from '../../shared/ports.ts';
import { approvalEvent, type Decision } from '../deployment/approval.ts';
import { decisionKey } from './decision-key.ts';

/** Tells a deployment that waits what was decided, with the proof that it came through here. */
export async function raiseDecision(
  rows: Pick<Rows, 'read' | 'insert'>,
  context: InvocationContext,
  deploymentId: string,
  made: Omit<Decision, 'proof'>,
): Promise<void> {
  const proof = decisionProof(await decisionKey(rows), deploymentId, made);
  await getClient(context).raiseEvent(deploymentId, approvalEvent, { ...made, proof });
}
