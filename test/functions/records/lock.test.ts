import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  heldLocks,
  inTurn,
  type Lock,
  lockKey,
  lockPage,
  readLock,
  releaseLock,
  takeLock,
  unfinishedRotations,
} from '../../../functions/records/lock.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { Ending, Order } from '../../../shared/deployment/contract.ts';
import type { Rows } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { gatewayId, hubId, request } from '../../shared/hub.ts';

const at = '2030-01-01T00:00:00.000Z';
const spoke = hubId.replace(/hub$/, 'spoke');
const newFolder = () => join(temporaryFolder('vpn-radius-locks-').folder, 'rows');
const lockOf = (id: string, virtualNetworkId = hubId, more: Partial<Lock> = {}): Lock => ({
  ...{ id, at, furtherTickets: [] },
  order: { request: request({ virtualNetworkId }), fingerprint: 'f' } satisfies Order,
  ...more,
});
const ending = (status: Ending['status']): Ending => ({ status });
const ended = { at: '2030-01-01T01:00:00.000Z', ending: ending('Succeeded') };
const ticket = (id: string) => ({ system: 'webhook' as const, id });
const its = (id: string) => ({ id, virtualNetworkId: hubId });

describe('one deployment at a time for a VNet', () => {
  it('is let in: of two that saw it free the first, and of two that saw it ended the first', async () => {
    const rows = rowsInFolder(newFolder());
    expect(await readLock(rows, hubId)).toBeUndefined();
    expect(await takeLock(rows, undefined, lockOf('one'))).toBe(true);
    expect(await takeLock(rows, undefined, lockOf('two'))).toBe(false);
    expect((await readLock(rows, hubId.toUpperCase()))?.value).toEqual(lockOf('one'));

    await releaseLock(rows, its('one'), ended);
    const before = await readLock(rows, hubId);
    expect(await takeLock(rows, before, lockOf('two'))).toBe(true);
    expect(await takeLock(rows, before, lockOf('three'))).toBe(false);
    expect((await readLock(rows, hubId))?.value).toEqual(lockOf('two'));
  });

  it('does not keep another VNet from having one', async () => {
    const rows = rowsInFolder(newFolder());
    await takeLock(rows, undefined, lockOf('one'));
    expect(await takeLock(rows, undefined, lockOf('two', spoke))).toBe(true);
    const page = await lockPage(rows, undefined, 10);
    expect(page.map(({ key }) => key).toSorted()).toEqual([lockKey(hubId), lockKey(spoke)].toSorted());
    expect(await lockPage(rows, page[0]!.key, 10)).toEqual(page.slice(1));
    expect(await lockPage(rows, undefined, 1)).toEqual(page.slice(0, 1));
  });
});

describe('the end of a deployment', () => {
  it('frees its VNet and gives the tickets that joined; told again it changes nothing', async () => {
    const rows = rowsInFolder(newFolder());
    const furtherTickets = [ticket('REQ2'), ticket('REQ3')];
    await takeLock(rows, undefined, lockOf('one', hubId, { furtherTickets }));
    const result = { gatewayId };
    expect(await releaseLock(rows, its('one'), { ...ended, result })).toEqual(furtherTickets);
    const later = { at: '2031-01-01T00:00:00.000Z', ending: ending('Failed') };
    expect(await releaseLock(rows, its('one'), later)).toEqual(furtherTickets);
    expect((await readLock(rows, hubId))?.value).toMatchObject({ id: 'one', ended: { ...ended, result } });
  });

  it('does not free it for another that began meanwhile', async () => {
    const rows = rowsInFolder(newFolder());
    expect(await releaseLock(rows, its('one'), ended)).toEqual([]);
    await takeLock(rows, undefined, lockOf('two', hubId, { furtherTickets: [ticket('REQ2')] }));
    expect(await releaseLock(rows, its('one'), ended)).toEqual([]);
    expect((await readLock(rows, hubId))?.value).not.toHaveProperty('ended');
  });

  it('also gives the ticket that joins at the same moment', async () => {
    const rows = rowsInFolder(newFolder());
    await takeLock(rows, undefined, lockOf('one'));
    let joins = 1;
    const joined: Rows = {
      ...rows,
      replace: async (partition, row, value) => {
        if (joins-- > 0) {
          const held = (await readLock(rows, hubId))!;
          await rows.replace(partition, held, { ...held.value, furtherTickets: [ticket('REQ9')] });
        }
        return rows.replace(partition, row, value);
      },
    };
    expect(await releaseLock(joined, its('one'), ended)).toEqual([ticket('REQ9')]);
    expect((await readLock(rows, hubId))?.value).toMatchObject({ ended, furtherTickets: [ticket('REQ9')] });
  });
});

it('the locks that are held are those of deployments that have not ended; one that cannot be read counts as held', async () => {
  const folder = newFolder();
  await takeLock(rowsInFolder(folder), undefined, lockOf('one'));
  await takeLock(rowsInFolder(folder), undefined, lockOf('two', spoke, { ended }));
  appendFileSync(join(folder, 'lock.jsonl'), '{"key":"spoilt","json":"{"}\n');
  const held: unknown[] = [];
  for await (const row of heldLocks(rowsInFolder(folder))) held.push('value' in row ? row.value.id : row.key);
  expect(held.toSorted()).toEqual(['one', 'spoilt']);
});

it('a rotation is unfinished when it ended and did not succeed: the gateway may hold another secret than NPS', async () => {
  const folder = newFolder();
  const rows = rowsInFolder(folder);
  const rotates = { gatewayId, gateway: gatewayId };
  const lock = async (
    name: string,
    status: Ending['status'] | undefined,
    more: object = {},
    result?: object,
  ) => {
    const made = lockOf(name, hubId.replace(/hub$/, name));
    await takeLock(rows, undefined, {
      ...made,
      order: { ...made.order, ...more } as Order,
      ...(status && { ended: { at, ending: ending(status), ...(result && { result }) } }),
    } as Lock);
  };
  await lock('failed', 'Failed', { rotates }, { secrets: [{ name: 'radius-hub', version: '2' }] });
  await lock('canceled', 'Canceled', { rotates: { ...rotates, gatewayId: `${gatewayId}-2` } });
  await lock('succeeded', 'Succeeded', { rotates });
  await lock('running', undefined, { rotates });
  await lock('deployment', 'Failed');
  appendFileSync(join(folder, 'lock.jsonl'), '{"key":"spoilt","json":"{"}\n');
  const found = await unfinishedRotations(rowsInFolder(folder));
  expect(found.toSorted((one, other) => one.gatewayId.length - other.gatewayId.length)).toEqual([
    { gatewayId, secrets: ['radius-hub'], at },
    { gatewayId: `${gatewayId}-2`, secrets: [], at },
  ]);
});

describe('work in turn', () => {
  it('runs one after the other for a key, also after a failure, and beside that of other keys', async () => {
    const told: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        told.push(`${name} begins`);
        await new Promise(setImmediate);
        told.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const outcomes = await Promise.allSettled([
      inTurn('hub', work('one')),
      inTurn('hub', work('two', true)),
      inTurn('hub', work('three')),
      inTurn('spoke', work('other')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ value: 'three' });
    expect(told.filter((line) => !line.startsWith('other'))).toEqual(
      ['one', 'two', 'three'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    expect(told.indexOf('other begins')).toBeLessThan(told.indexOf('two begins'));
  });

  it('waits for work that was already waiting when other work ended', async () => {
    const told: string[] = [];
    let end = () => {};
    const one = inTurn('late', async () => void told.push('one'));
    const two = inTurn('late', async () => {
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      told.push('two');
    });
    await one;
    const three = inTurn('late', async () => void told.push('three'));
    await new Promise(setImmediate);
    end();
    await Promise.all([two, three]);
    expect(told).toEqual(['one', 'two', 'three']);
  });
});
