import { describe, expect, it } from 'vitest';
import { takeTurns } from '../../../../../functions/deployment/steps/admission/turns.ts';
import { vault } from '../vault.ts';

const now = '2030-01-01T00:00:00.000Z';
const seconds = (milliseconds: number) => milliseconds / 1000;
const [one, other] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'];

describe('many deployments at once', () => {
  it('get turns of their own, also when they ask in the same moment', async () => {
    const { rows } = vault();
    const begun = await Promise.all(Array.from({ length: 13 }, () => takeTurns(rows, [one], now)));
    expect(begun.map(seconds).sort((a, b) => a - b)).toEqual([...Array(10).fill(0), 2, 4, 6]);
  });

  it('wait for the busier of their subscriptions, whatever the case of its id', async () => {
    const { rows } = vault();
    for (let count = 0; count < 12; count++) await takeTurns(rows, [one], now);
    expect(seconds(await takeTurns(rows, [other], now))).toBe(0);
    expect(seconds(await takeTurns(rows, [other, one.toUpperCase(), one], now))).toBe(6);
  });

  it('begin at once when the turns cannot be read or kept', async () => {
    const { rows } = vault();
    const broken = { ...rows, read: () => Promise.reject(new Error('damaged')) };
    expect(await takeTurns(broken, [one], now)).toBe(0);
    expect(await takeTurns({ ...rows, insert: async () => false }, [one], now)).toBe(0);
  });
});
