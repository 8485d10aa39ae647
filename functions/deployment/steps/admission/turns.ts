import { nextTurn, type Turns } from '../../../../shared/deployment/progress/turns.ts';
import type { Rows } from '../../../../shared/ports.ts';
import { inTurn } from '../../../records/lock.ts';

const partition = 'turns';
const mostAttempts = 20;

/** After how many milliseconds a deployment may begin that reads and writes in these subscriptions: its latest turn. */
export async function takeTurns(
  rows: Rows,
  subscriptionIds: readonly string[],
  now: string,
): Promise<number> {
  const taken = await Promise.all(
    [...new Set(subscriptionIds.map((id) => id.toLowerCase()))].map((id) =>
      // A deployment that gets no turn begins at once: Azure's 429 then makes it wait.
      inTurn(`turn ${id}`, () => takeAdmissionTurn(rows, id, now)).catch(() => 0),
    ),
  );
  return Math.max(...taken);
}

async function takeAdmissionTurn(rows: Rows, subscriptionId: string, now: string): Promise<number> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const before = await rows.read<Turns>(partition, subscriptionId);
    const { wait, turns } = nextTurn(before?.value, now);
    if (
      before
        ? await rows.replace(partition, before, turns)
        : await rows.insert(partition, subscriptionId, turns)
    )
      return wait;
  }
  return 0;
}
