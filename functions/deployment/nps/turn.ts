import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { shortHash } from '../../../shared/core/resource-id.ts';
import type { Rows } from '../../../shared/ports.ts';
import { isRunning, readInstance } from '../../durable-instances.ts';

/** By which the one who waits learns that its turn has come. */
export const turnEvent = 'npsServerFree';

/** For which deployment an NPS server is configured. */
export interface Cause {
  readonly deploymentId: string;
  readonly gatewayId: string;
}

/** Whoever configures an NPS server. */
export interface Holder extends Cause {
  /** Instance id of the branch of the deployment. */
  readonly branch: string;
}

interface Turn {
  /** None: nobody configures the server. */
  readonly holder?: Holder | undefined;
  /** Branches that wait, the longest first. */
  readonly waiting: readonly string[];
}

const partition = 'nps-turn';
const keyOf = (host: string) => shortHash(host);

/**
 * Takes the turn at an NPS server, at which one deployment at a time runs `Set`; returns who has it where it is taken. A
 * branch takes one turn only, so that no two wait for each other. One that ended without giving its turn back, as when it
 * was stopped from outside, has lost it.
 */
export async function takeTurn(
  rows: Rows,
  context: InvocationContext,
  host: string,
  holder: Holder,
): Promise<Holder | undefined> {
  for (;;) {
    const row = await rows.read<Turn>(partition, keyOf(host));
    const { holder: before, waiting = [] } = row?.value ?? {};
    const isTaken = before && before.branch !== holder.branch && (await runs(context, before.branch));
    const others = waiting.filter((branch) => branch !== holder.branch);
    const turn: Turn = isTaken
      ? { holder: before, waiting: waiting.includes(holder.branch) ? waiting : [...waiting, holder.branch] }
      : { holder, waiting: others };
    const kept = row
      ? await rows.replace(partition, row, turn)
      : await rows.insert(partition, keyOf(host), turn);
    if (kept) return isTaken ? before : undefined;
  }
}

/** Gives the turn back, and wakes whoever has waited longest. Repeating it changes nothing. */
export async function giveTurn(
  rows: Rows,
  context: InvocationContext,
  host: string,
  branch: string,
): Promise<void> {
  for (;;) {
    const row = await rows.read<Turn>(partition, keyOf(host));
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
