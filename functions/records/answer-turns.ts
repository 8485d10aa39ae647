import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { VpnRadiusError } from '../../shared/core/errors.ts';
import { shortHash } from '../../shared/core/resource-id.ts';
import type { Rows, Tickets } from '../../shared/ports.ts';

interface Turn {
  /** Which attempt has it. */
  readonly attempt: string;
  /** ISO 8601: after that, the attempt has died. No attempt takes so long. */
  readonly until: string;
}

const partition = 'answer-turn';
const minutes = 5;
/** Seconds between looks at a turn that is taken. */
const looks = [0.2, 0.4, 1, 2, 4];

/**
 * One attempt at a time tells an answer. The API of a ticket system cannot refuse a note that is there already, and an
 * activity that runs twice at once would not see the note of the other. The second attempt waits, and then finds it.
 */
export function ticketsInTurns(
  tickets: Tickets,
  rows: Rows,
  pause: (seconds: number) => Promise<void> = (seconds) => setTimeout(seconds * 1000),
): Tickets {
  return {
    async answer(ticket, answer, now = new Date(answer.at)) {
      const key = shortHash(`${ticket.system}/${ticket.id}/${answer.id}`);
      const attempt = randomUUID();
      for (const seconds of looks) {
        if (await isTaken(key, attempt, now)) {
          await pause(seconds);
          continue;
        }
        try {
          return await tickets.answer(ticket, answer, now);
        } finally {
          // A turn that stays is taken over, and `removeLeftTurns` removes it.
          await rows.remove(partition, key).catch(() => false);
        }
      }
      throw new VpnRadiusError({
        code: 'AnswerOnItsWay',
        message: `Another attempt is telling the ticket ${ticket.id} the same answer (${answer.status}), and has not ended yet.`,
        target: 'ticket',
        transient: true,
      });
    },
  };

  /** Takes the turn, unless another attempt has it. */
  async function isTaken(key: string, attempt: string, now: Date): Promise<boolean> {
    const turn: Turn = { attempt, until: new Date(now.getTime() + minutes * 60_000).toISOString() };
    let problem: unknown;
    const isNew = await rows.insert(partition, key, turn).catch((error: unknown) => {
      problem = error;
      return false;
    });
    if (isNew) return false;
    const row = await rows.read<Turn>(partition, key);
    // The row was written, and only the storage account's answer was lost.
    if (row?.value.attempt === attempt) return false;
    if (problem) throw problem;
    if (!row) return true;
    return row.value.until > now.toISOString() || !(await rows.replace(partition, row, turn));
  }
}

/** Removes turns of attempts that died, so that they do not stay for ever; returns how many. */
export async function removeLeftTurns(rows: Rows, now: Date, limit: number): Promise<number> {
  let removed = 0;
  for (const row of await rows.page<Turn>(partition, { limit })) {
    const isLeft = !('value' in row) || row.value.until < now.toISOString();
    if (isLeft && (await rows.remove(partition, row.key, 'version' in row ? row.version : undefined)))
      removed++;
  }
  return removed;
}
