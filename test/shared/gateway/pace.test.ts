import { describe, expect, it } from 'vitest';
import { provisioningTimes } from '../../../bench/provisioning-times.ts';
import { gatewayPace } from '../../../shared/gateway/pace.ts';

const pace = gatewayPace('creation', 10).map((time) => time / 1000);
const mean = (of: number[]) => of.reduce((sum, one) => sum + one, 0) / of.length;
const looksUntil = (time: number) => pace.filter((look) => look < time).length + 1;
const delay = (time: number) => pace.find((look) => look >= time)! - time;

describe('a new gateway of which no event tells', () => {
  it('is noticed 30 seconds late on average over the recorded times, whatever the seed, at sixteen looks', () => {
    for (const seed of [1, 2, 3]) {
      const times = provisioningTimes(10_000, seed);
      expect(mean(times.map(delay))).toBeLessThanOrEqual(30.5);
      expect(mean(times.map(looksUntil))).toBeLessThanOrEqual(16);
    }
  });

  it('is noticed within 90 seconds, whenever it is ready from 15 to 48 minutes', () => {
    for (let time = 15 * 60; time <= 48 * 60; time++)
      expect(delay(time), `${time} s`).toBeLessThanOrEqual(90);
    expect(looksUntil(48 * 60)).toBeLessThanOrEqual(32);
  });
});

it('where events come, a gateway of forty minutes is looked at six times before', () => {
  expect(gatewayPace('creationWithEvents', 10).filter((time) => time < 40 * 60_000)).toHaveLength(6);
});

it('no look comes before Azure wants it, though its timer fires a second early', () => {
  for (const write of ['creation', 'creationWithEvents', 'update'] as const)
    expect(gatewayPace(write, 60)[0]).toBeGreaterThanOrEqual(61_000);
});
