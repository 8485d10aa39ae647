import { expect, it } from 'vitest';
import { sampleOf } from '../../../scripts/mutation/sample.mjs';
import { expect as asked, it as declared, testsOf } from '../../mutation/collected.ts';

const all = Array.from({ length: 500 }, (_, index) => index);

it('a seed draws the same sample again, and a larger one begins with it', () => {
  const sample = sampleOf(all, 50, 1);
  expect(sample).toHaveLength(50);
  expect(sampleOf(all, 50, 1)).toEqual(sample);
  expect(sampleOf(all, 80, 1).slice(0, 50)).toEqual(sample);
  expect(sampleOf(all, 50, 2)).not.toEqual(sample);
  // From all parts of the list.
  for (const begin of [0, 100, 200, 300, 400])
    expect(sample.filter((one) => one >= begin && one < begin + 100).length).toBeGreaterThan(3);
  expect(sampleOf(all, 900, 1).toSorted((one, other) => one - other)).toEqual(all);
});

it('tests that are collected without Vitest fail as they do with it', () => {
  const tests = testsOf(() => {
    declared('right', () => asked({ a: 'one', b: 2 }).toMatchObject({ a: asked.stringContaining('n') }));
    declared('wrong', () => asked(1).toBe(2));
    declared.each([
      [1, 1],
      [1, 2],
    ])('%s is %s', (one, other) => asked(one).toEqual(other));
    declared.each([3])('%s', (one) => asked([1, 2]).toContain(one));
  });
  const failing = tests.map((test) => {
    try {
      test();
      return false;
    } catch {
      return true;
    }
  });
  expect(failing).toEqual([false, true, false, true, true]);
});
