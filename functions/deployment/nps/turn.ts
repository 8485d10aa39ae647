import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { shortHash } from '../../../shared/core/resource-id.ts';
import type { Rows } from '../../../shared/ports.ts';
import { isRunning, readInstance } from '../../durable-instances.ts';

/** The event that tells a waiting branch that its turn has come. */
export const turnEvent = 'npsServerFree';

/** The deployment for which an NPS server is configured. */
export interface Cause {
  readonly deploymentId: string;
  readonly gatewayId: string;
}

/** The branch that configures an NPS server. */
export interface Holder extends Cause {
  /** The instance id of the branch of the deployment. */
  readonly branch: string;
}

interface Turn {
  /** Undefined when nobody configures the server. */
  readonly holder?: Holder | undefined;
  /** Branches that wait; the one that waits longest is first. */
  readonly waiting: readonly string[];
}

const partition = 'nps-turn';
const hostKey = (host: string) => shortHash(host);

/**
 * Takes the turn at an NPS server: one deployment at a time runs `Set` there. When another branch has the turn, returns
 * which one. A branch takes only one turn, so that no two branches wait for each other. A branch that ended without
 * giving its turn back, for example because it was stopped from outside, has lost it.
 */
export async function takeNpsTurn(
  rows: Rows,
  context: InvocationContext,
  host: string,
  holder: Holder,
): Promise<Holder | undefined> {
  for (;;) {
    const row = await rows.read<Turn>(partition, hostKey(host));
    const { holder: before, waiting = [] } = row?.value ?? {};
    const isTaken = before && before.branch !== holder.branch && (await runs(context, before.branch));
    const others = waiting.filter((branch) => branch !== holder.branch);
    const turn: Turn = isTaken
      ? { holder: before, waiting: waiting.includes(holder.branch) ? waiting : [...waiting, holder.branch] }
      : { holder, waiting: others };
    const wasKept = row
      ? await rows.replace(partition, row, turn)
      : await rows.insert(partition, hostKey(host), turn);
    if (wasKept) return isTaken ? before : undefined;
  }
}

/** Gives the turn back, and wakes the branch that waits longest. Repeating it changes nothing. */
export async function giveTurn(
  rows: Rows,
  context: InvocationContext,
  host: string,
  branch: string,
): Promise<void> {
  for (;;) {
    const row = await rows.read<Turn>(partition, hostKey(host));
    if (row?.value.holder?.branch !== branch) return;
    const { waiting } = row.value;
    if (!(await rows.replace(partition, row, { waiting } satisfies Turn))) continue;
    for (const next of waiting) {
      if (!(await runs(context, next))) continue;
      await getClient(context).raiseEvent(next, turnEvent, null);
      return;
    }
    return;
  }
}

async function runs(context: InvocationContext, branch: string): Promise<boolean> {
  const instance = await readInstance(context, branch);
  return instance !== undefined && isRunning(instance);
}

/** Whether the branch has ended. */
export async function isBranchOver(context: InvocationContext, branch: string): Promise<boolean> {
  const instance = await readInstance(context, branch);
  return instance !== undefined && !isRunning(instance);
}
