import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyRow, newestFirst } from '../../../functions/records/every-row.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { Rows } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

/** Rows with the keys 1000-id, 1001-id and so on. */
async function rowsOf(count: number): Promise<Rows> {
  const rows = rowsInFolder(join(temporaryFolder('vpn-radius-rows-').folder, 'rows'));
  for (let number = 0; number < count; number++) await rows.put('list', keyOf(number), number);
  return rows;
}
const keyOf = (number: number) => `${10_000 + number}-id`;

describe('every row of a list', () => {
  it.each([
    [0, 2],
    [1, 2],
    [4, 2],
    [5, 2],
    [2500, undefined],
  ])('comes once, of %i rows in pages of %s', async (count, limit) => {
    const rows = await rowsOf(count);
    const found: unknown[] = [];
    for await (const row of everyRow(rows, 'list', { limit })) found.push('value' in row && row.value);
    expect(found).toEqual(Array.from({ length: count }, (_, number) => number));
  });

  it('behind a key comes without that one', async () => {
    const found: string[] = [];
    for await (const { key } of everyRow(await rowsOf(5), 'list', { after: keyOf(2), limit: 1 }))
      found.push(key);
    expect(found).toEqual([keyOf(3), keyOf(4)]);
  });
});

describe('a page of a list', () => {
  const page = (rows: Rows, after: number | undefined, isShown = (_: number) => true, before?: number) =>
    newestFirst<number, number>(rows, 'list', {
      after: after === undefined ? undefined : keyOf(after),
      before: before === undefined ? undefined : keyOf(before),
      shown: (number) => (isShown(number) ? number : undefined),
      idIn: (key) => key.slice(0, 5),
    });
  const idOf = (number: number) => String(10_000 + number);

  it.each([
    [0, 0, undefined],
    [50, 50, undefined],
    [51, 50, idOf(49)],
    [102, 50, idOf(49)],
  ])('of %i rows shows %i, and says where to go on: %s', async (count, shown, continuation) => {
    const found = await page(await rowsOf(count), undefined);
    expect(found.found).toHaveLength(shown);
    expect(found.continuation).toBe(continuation);
    expect(found).not.toHaveProperty('problems');
  });

  it('and those that follow show each row once', async () => {
    const rows = await rowsOf(151);
    const found: number[] = [];
    for (let after: number | undefined; ; ) {
      const one = await page(rows, after, (number) => number % 3 === 0);
      found.push(...one.found);
      if (!one.continuation) break;
      after = Number(one.continuation) - 10_000;
    }
    expect(found).toEqual(Array.from({ length: 51 }, (_, number) => number * 3));
  });

  it('looks at a thousand rows and a few more when none fits, and names where the next page goes on', async () => {
    const rows = await rowsOf(1100);
    const first = await page(rows, undefined, (number) => number > 1050);
    expect(first).toEqual({ found: [], continuation: idOf(1019) });
    const second = await page(rows, 1019, (number) => number > 1050);
    expect(second).toEqual({ found: Array.from({ length: 49 }, (_, number) => 1051 + number) });
  });

  it('ends before the key that bounds it', async () => {
    expect((await page(await rowsOf(9), 2, undefined, 5)).found).toEqual([3, 4]);
  });

  it('goes on behind a row whose key is spoilt, from the last id that can be told', async () => {
    const rows = await rowsOf(60);
    const found = await newestFirst<number, number>(rows, 'list', {
      after: undefined,
      shown: (number) => number,
      idIn: (key) => (key === keyOf(49) ? undefined : key.slice(0, 5)),
    });
    expect(found.continuation).toBe(idOf(48));
  });
});
