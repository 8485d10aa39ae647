import { expect, it } from 'vitest';
import { gapBetween, gapInWords } from '../../../shared/secret/sign-in-gap.ts';

const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1) + seconds * 1000).toISOString();

it('is counted from the end of the run on NPS, and at most from its beginning', () => {
  expect(gapBetween(at(30), at(0), at(100))).toEqual({
    from: at(30),
    to: at(100),
    seconds: 70,
    atMostSeconds: 100,
  });
});

it('is never negative: the sides may be looked at before the run has told its end', () => {
  expect(gapBetween(at(30), at(0), at(20))).toMatchObject({ seconds: 0, atMostSeconds: 20 });
});

it.each([
  [119, '119 seconds'],
  [120, '2 minutes'],
  [200, '3.3 minutes'],
])('of %i seconds is said as %s', (seconds, words) => {
  const told = gapInWords(gapBetween(at(0), at(-300), at(seconds)));
  expect(told).toContain(`Nobody could sign in for ${words}, from ${at(0)} to ${at(seconds)} `);
  expect(told).toContain(`(at most ${Math.round((seconds + 300) / 6) / 10} minutes, counted from`);
});
