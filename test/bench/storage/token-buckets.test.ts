import { expect, it } from 'vitest';
import { buckets, busiestMinute, useOf } from '../../../bench/storage/token-buckets.ts';

const reads = buckets.find(({ name }) => name === 'ARM reads')!;
const read = (second: number) => ({
  at: new Date(second * 1000).toISOString(),
  method: 'GET',
  url: '/subscriptions/1',
});
const many = (count: number, second: number) => Array.from({ length: count }, () => read(second));

it.each([
  ['as many at once as the bucket holds', many(250, 0), { lowest: 0, refused: 0 }],
  ['one too many', many(251, 0), { lowest: 0, refused: 1 }],
  [
    'again after four seconds, which bring a hundred',
    [...many(250, 0), ...many(101, 4)],
    { lowest: 0, refused: 1 },
  ],
  [
    'what is saved is no more than the bucket holds',
    [...many(250, 0), ...many(251, 3600)],
    { lowest: 0, refused: 1 },
  ],
  ['another kind of request', [{ ...read(0), method: 'DELETE' }], { lowest: 250, refused: 0 }],
])('a bucket of 250 reads with 25 more a second: %s', (_, requests, use) => {
  expect(useOf(reads, requests)).toEqual(use);
});

it('the busiest minute may begin at any second', () => {
  expect(busiestMinute([...many(3, 0), ...many(4, 59), ...many(2, 61), ...many(1, 200)])).toBe(7);
});
