import { expect, it } from 'vitest';
import { grouped } from '../../../shared/core/grouped.ts';

it('groups keep the order of the keys and of the entries', () => {
  expect([...grouped(['b1', 'a1', 'b2', 'a2', 'c1'], (item) => item[0]!)]).toEqual([
    ['b', ['b1', 'b2']],
    ['a', ['a1', 'a2']],
    ['c', ['c1']],
  ]);
  expect(grouped([], String).size).toBe(0);
});
