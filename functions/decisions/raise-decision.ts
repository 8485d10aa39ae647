import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { decisionProof } from '../../shared/deployment/decisions/decision-proof.ts';
import type { Rows } from '../../shared/ports.ts';
import { approvalEvent, type Decision } from '../deployment/approval.ts';
import { decisionKey } from './decision-key.ts';

type Keys = Pick<Rows, 'read' | 'insert'>;

/** Tells a waiting deployment what was decided, with the proof that the decision came through here. */
export async function raiseDecision(
  rows: Keys,
  context: InvocationContext,
  deploymentId: string,
  made: Omit<Decision, 'proof'>,
): Promise<void> {
  const proof = decisionProof(await decisionKey(rows), deploymentId, made);
  await getClient(context).raiseEvent(deploymentId, approvalEvent, { ...made, proof });
}

/** Cancels a deployment and the branches that it waits for, with the proof that the cancel came through here. */
export async function raiseCancel(
  rows: Keys,
  context: InvocationContext,
  deploymentId: string,
  branches: readonly string[],
  wish: { readonly by?: string | undefined; readonly comment?: string | undefined },
): Promise<void> {
  const value = { ...wish, proof: decisionProof(await decisionKey(rows), deploymentId, 'cancel') };
  const client = getClient(context);
  await client.raiseEvent(deploymentId, 'cancel', value);
  await Promise.allSettled(branches.map((id) => client.raiseEvent(id, 'cancel', value)));
}
