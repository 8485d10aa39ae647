import { describe, expect, it } from 'vitest';
import { provisioningTimes } from '../../../bench/worlds/provisioning-times.ts';
import { creationLooks } from '../../../shared/gateway/creation-looks.ts';
import { looksAtUpdate, looksWithEvents, notBefore } from '../../../shared/gateway/pace.ts';

const inSeconds = (looks: readonly number[]) => looks.map((time) => time / 1000);
const mean = (of: number[]) => of.reduce((sum, one) => sum + one, 0) / of.length;
const looksUntil = (pace: readonly number[], time: number) => pace.filter((look) => look < time).length + 1;
const delay = (pace: readonly number[], time: number) => pace.find((look) => look >= time)! - time;
const meanDelay = (pace: readonly number[], times: number[]) => mean(times.map((time) => delay(pace, time)));

/** Where every timer fires a second early. */
const early = (pace: readonly number[]) => pace.map((look) => look - 1);

const unlearned = inSeconds(creationLooks([]));

/** Creation times around that many seconds, up to a tenth more or less. */
const around = (seconds: number, count: number) =>
  Array.from({ length: count }, (_, index) => Math.round(seconds * (0.9 + (0.2 * index) / (count - 1))));

describe('a new gateway of which no event tells', () => {
  it('is noticed 30 seconds late on average over the recorded times, whatever the seed, at thirteen looks', () => {
    for (const seed of [1, 2, 3]) {
      const times = provisioningTimes(10_000, seed);
      expect(meanDelay(unlearned, times)).toBeLessThanOrEqual(30);
      expect(mean(times.map((time) => looksUntil(unlearned, time)))).toBeLessThanOrEqual(13.5);
    }
  });

  it.each([
    ['nothing was learned', []],
    ['all took 16 minutes', around(960, 12)],
    ['all took 25 minutes', around(1500, 12)],
    ['all took 40 minutes', around(2400, 30)],
    ['strange ones were kept', [3, 1e9, Number.NaN, -4, 320, 5400, 0]],
  ])('is noticed within 90 seconds, whenever it is ready from 15 to 48 minutes: %s', (_, learned) => {
    const pace = inSeconds(creationLooks(learned));
    for (let time = 15 * 60; time <= 48 * 60; time++)
      expect(delay(early(pace), time), `${time} s`).toBeLessThanOrEqual(90);
    // The rest of a deployment takes 30 requests of the 60 that it may take.
    expect(looksUntil(pace, 48 * 60)).toBeLessThanOrEqual(30);
    expect(pace).toEqual(pace.toSorted((one, other) => one - other));
    expect(pace.at(-1)).toBe(90 * 60);
  });

  it.each([960, 1500, 2400])(
    'is noticed in about half the time once twelve of its kind took %i seconds or so',
    (seconds) => {
      const next = around(seconds, 101);
      const learned = inSeconds(creationLooks(around(seconds, 12)));
      const aboutHalf = meanDelay(unlearned, next) * 0.55;
      expect(meanDelay(learned, next)).toBeLessThanOrEqual(Math.max(aboutHalf, 15));
      expect(meanDelay(learned, next)).toBeLessThan(meanDelay(unlearned, next));
    },
  );

  it('in eleven minutes is looked at before the fifteenth only where others took so long', () => {
    expect(delay(unlearned, 660)).toBeGreaterThan(200);
    expect(delay(inSeconds(creationLooks(around(660, 8))), 660)).toBeLessThanOrEqual(60);
  });

  it('is looked at as if nothing had been learned where none of the kept times can be a creation', () => {
    expect(creationLooks([3, 1e9, Number.NaN, -4, 0])).toEqual(creationLooks([]));
  });

  it('one strange time among ten changes little', () => {
    const usual = around(1500, 10);
    const next = around(1500, 101);
    const [without, withOne] = [usual, [...usual, 4400]].map((learned) =>
      meanDelay(inSeconds(creationLooks(learned)), next),
    );
    expect(withOne! - without!).toBeLessThanOrEqual(5);
  });

  it('only the newest thirty count', () => {
    expect(creationLooks([...around(2400, 50), ...around(1000, 30)])).toEqual(
      creationLooks(around(1000, 30)),
    );
  });
});

it('where events come, a gateway of forty minutes is looked at five times before', () => {
  expect(looksWithEvents.filter((time) => time < 40 * 60_000)).toHaveLength(5);
});

it('no look comes before Azure wants it, though its timer fires a second early', () => {
  for (const looks of [creationLooks([]), looksWithEvents, looksAtUpdate])
    expect(notBefore(60, looks)[0]).toBeGreaterThanOrEqual(61_000);
});
