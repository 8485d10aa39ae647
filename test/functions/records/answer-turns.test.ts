import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeLeftTurns, ticketsInTurns } from '../../../functions/records/answer-turns.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { TicketAnswer, TicketReference } from '../../../shared/deployment/contract.ts';
import type { Rows } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const ticket: TicketReference = { system: 'jira', id: 'VPN-12' };
const at = '2026-03-02T09:00:00.000Z';
const answer = { id: 'vpn-hub-1-Succeeded', status: 'Succeeded', at } as TicketAnswer;
const after = (milliseconds: number) => new Date(Date.parse(at) + milliseconds);
const newRows = () => rowsInFolder(join(temporaryFolder('vpn-radius-answers-').folder, 'rows'));
const turns = async (rows: Rows) => (await rows.page('answer-turn', { limit: 10 })).length;

/** A ticket system that shows how many attempts it has at work; each ends when it is released. */
function slowSystem() {
  const running: (() => void)[] = [];
  let most = 0;
  let ended = 0;
  return {
    tickets: {
      async answer() {
        await new Promise<void>((release) => {
          most = Math.max(most, running.push(release));
        });
        ended++;
      },
    },
    release: () => running.shift()?.(),
    most: () => most,
    ended: () => ended,
  };
}

it('the second attempt waits until the first has ended, and nothing is left of their turns', async () => {
  const rows = newRows();
  const system = slowSystem();
  const pauses: number[] = [];
  const told = ticketsInTurns(system.tickets, rows, async (seconds) => {
    pauses.push(seconds);
    if (pauses.length === 3) system.release();
    await new Promise(setImmediate);
  });
  const both = [told.answer(ticket, answer), told.answer(ticket, answer)];
  await Promise.race(both);
  await new Promise(setImmediate);
  system.release();
  await Promise.all(both);
  expect(system).toSatisfy(() => system.most() === 1 && system.ended() === 2);
  expect(pauses.slice(0, 3)).toEqual([0.2, 0.4, 1]);
  expect(await turns(rows)).toBe(0);
});

it('another answer, and the same answer to another ticket, do not wait', async () => {
  const system = slowSystem();
  const told = ticketsInTurns(system.tickets, newRows());
  const all = [
    told.answer(ticket, answer),
    told.answer(ticket, { ...answer, id: 'vpn-hub-1-Running' }),
    told.answer({ ...ticket, id: 'VPN-13' }, answer),
  ];
  await expect.poll(system.most).toBe(3);
  for (const _ of all) system.release();
  await Promise.all(all);
});

it('a failure of the ticket system gives the turn back', async () => {
  const rows = newRows();
  const down = { answer: async () => Promise.reject(new Error('down')) };
  await expect(ticketsInTurns(down, rows).answer(ticket, answer)).rejects.toThrow('down');
  expect(await turns(rows)).toBe(0);
});

it('the turn of an attempt that died is taken over after five minutes; until then the failure may pass', async () => {
  const rows = newRows();
  const dead = ticketsInTurns({ answer: () => new Promise(() => {}) }, rows);
  dead.answer(ticket, answer).catch(() => {});
  await expect.poll(() => turns(rows)).toBe(1);

  let told = 0;
  const next = ticketsInTurns({ answer: async () => void told++ }, rows, async () => {});
  await expect(next.answer(ticket, answer)).rejects.toMatchObject({
    failure: { code: 'AnswerOnItsWay', transient: true, target: 'ticket' },
  });
  await expect(next.answer(ticket, answer, after(4 * 60_000))).rejects.toThrow('has not ended yet');
  await next.answer(ticket, answer, after(5 * 60_000));
  expect(told).toBe(1);
  expect(await turns(rows)).toBe(0);
});

const answersTo: readonly (readonly [string, () => Promise<boolean>])[] = [
  ['that it was there', async () => false],
  ['nothing', async () => Promise.reject(new Error('the connection broke'))],
];
it.each(answersTo)('a turn that was written is its own, also when storage said %s', async (_, said) => {
  const rows = newRows();
  const lost: Rows = {
    ...rows,
    insert: async (...row) => {
      await rows.insert(...row);
      return said();
    },
  };
  let told = 0;
  await ticketsInTurns({ answer: async () => void told++ }, lost, async () => {}).answer(ticket, answer);
  expect(told).toBe(1);
  expect(await turns(rows)).toBe(0);
});

it('a turn that could not be written is told as the storage account told it', async () => {
  const rows = newRows();
  const down: Rows = { ...rows, insert: async () => Promise.reject(new Error('down')) };
  await expect(ticketsInTurns({ answer: async () => {} }, down).answer(ticket, answer)).rejects.toThrow(
    'down',
  );
});

it('an answer that arrived counts though its turn could not be given back; housekeeping removes that turn', async () => {
  const rows = newRows();
  const keeps: Rows = { ...rows, remove: async () => Promise.reject(new Error('down')) };
  await ticketsInTurns({ answer: async () => {} }, keeps).answer(ticket, answer);
  expect(await removeLeftTurns(rows, after(5 * 60_000), 10)).toBe(0);
  expect(await removeLeftTurns(rows, after(5 * 60_000 + 1), 10)).toBe(1);
  expect(await turns(rows)).toBe(0);
});

/** Leaves the turn of an attempt that has died. */
async function leftTurn(rows: Rows) {
  const keeps: Rows = { ...rows, remove: async () => false };
  await ticketsInTurns({ answer: async () => {} }, keeps).answer(ticket, answer);
}

it('of two attempts that take over a turn at once one tells the answer, and then the other', async () => {
  const rows = newRows();
  await leftTurn(rows);
  const system = slowSystem();
  const told = ticketsInTurns(system.tickets, rows, async () => {
    system.release();
    await new Promise(setImmediate);
  });
  const late = after(6 * 60_000);
  const both = [told.answer(ticket, answer, late), told.answer(ticket, answer, late)];
  await Promise.race(both);
  await new Promise(setImmediate);
  system.release();
  await Promise.all(both);
  expect(system).toSatisfy(() => system.most() === 1 && system.ended() === 2);
});

it('a turn that is given back between two looks is free at the next one', async () => {
  const rows = newRows();
  await leftTurn(rows);
  const givenBack: Rows = {
    ...rows,
    async read(partition, key) {
      await rows.remove(partition, key);
      return rows.read(partition, key);
    },
  };
  const pauses: number[] = [];
  let told = 0;
  const pause = async (seconds: number) => void pauses.push(seconds);
  await ticketsInTurns({ answer: async () => void told++ }, givenBack, pause).answer(ticket, answer);
  expect([told, pauses]).toEqual([1, [0.2]]);
});

it('a turn that is taken over while housekeeping looks at it stays', async () => {
  const rows = newRows();
  await leftTurn(rows);
  const late = after(6 * 60_000);
  const [turn] = await rows.page<{ until: string }>('answer-turn', { limit: 10 });
  const racing: Rows = {
    ...rows,
    async remove(...row) {
      await rows.put('answer-turn', turn!.key, {
        attempt: 'another',
        until: after(9 * 60_000).toISOString(),
      });
      return rows.remove(...row);
    },
  };
  expect(await removeLeftTurns(racing, late, 10)).toBe(0);
  expect(await turns(rows)).toBe(1);
});

it('a turn that cannot be read is removed', async () => {
  const { folder } = temporaryFolder('vpn-radius-answers-');
  writeFileSync(join(folder, 'answer-turn.jsonl'), '{"key":"spoilt","json":"{"}\n');
  expect(await removeLeftTurns(rowsInFolder(folder), after(0), 10)).toBe(1);
});
