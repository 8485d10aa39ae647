import { expect, it } from 'vitest';
import { busy, nextWait, quiet } from '../../../portal/app/pace.ts';

it('waits longer while nothing changes, as long as it ends, and is quick again after a change', () => {
  const waits: number[] = [];
  for (let count = 0; count < 8; count++) waits.push(nextWait(busy, waits.at(-1), 'same'));
  expect(waits).toEqual(waits.toSorted((one, other) => one - other));
  expect(waits[0]).toBe(3_000);
  expect(waits.at(-1)).toBe(15_000);
  expect(nextWait(busy, waits.at(-1), 'changed')).toBe(3_000);
});

it('doubles the wait when nobody answers, and never comes sooner than the app asks for', () => {
  expect(nextWait(quiet, 10_000, 'failed')).toBe(20_000);
  expect(nextWait(quiet, 60_000, 'failed')).toBe(60_000);
  expect(nextWait(busy, 3_000, 'failed', 90)).toBe(90_000);
});
