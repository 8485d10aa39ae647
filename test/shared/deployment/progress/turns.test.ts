import { expect, it } from 'vitest';
import { nextTurn, type Turns } from '../../../../shared/deployment/progress/turns.ts';

const start = Date.parse('2030-01-01T00:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** When each of so many begins that ask in the same moment, in seconds. */
function begun(count: number): number[] {
  let turns: Turns | undefined;
  return Array.from({ length: count }, () => {
    const next = nextTurn(turns, at(0));
    turns = next.turns;
    return next.wait / 1000;
  });
}

it('ten deployments begin at once, the others one every two and a half seconds', () => {
  expect(begun(14)).toEqual([...Array(10).fill(0), 2.5, 5, 7.5, 10]);
});

it.each([
  ['reads of Resource Manager', 14, 250, 25],
  ['writes of Resource Manager', 5, 200, 10],
  ['writes of Microsoft.Network', 3, 1000, 1000 / 300],
  ['reads of Microsoft.Network', 10, 10_000, 10_000 / 300],
])('five thousand at once never empty the bucket of %s', (_, each, bucket, perSecond) => {
  let [tokens, last] = [bucket, 0];
  for (const time of begun(5000)) {
    tokens = Math.min(bucket, tokens + (time - last) * perSecond) - each;
    last = time;
    expect(tokens).toBeGreaterThanOrEqual(0);
  }
  expect(last / 3600).toBeLessThan(3.5);
});

it('time that nobody used is given to ten, not saved for more', () => {
  const { turns } = nextTurn(undefined, at(0));
  expect(nextTurn(turns, at(3600)).turns.until).toBe(at(3602.5));
});

it('a row that somebody has spoilt counts as none', () => {
  for (const until of ['', 'soon']) expect(nextTurn({ until }, at(0))).toEqual(nextTurn(undefined, at(0)));
});
