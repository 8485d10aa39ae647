import { expect, it } from 'vitest';
import { runIdOf, startOf } from '../../../shared/compliance/run-id.ts';

it.each([
  ['compliance-all', '2030-06-01T05:00:07.123Z', '20300601T050007Z-all'],
  ['compliance-0a1b2c3d4e5f', '2030-12-31T23:59:59Z', '20301231T235959Z-0a1b2c3d4e5f'],
  ['xcompliance-all', '2030-06-01T05:00:07.1Z', '20300601T050007Z-xcompliance-all'],
])('the run of %s at %s is %s, which says when it began', (instanceId, startedAt, id) => {
  expect(runIdOf(instanceId, startedAt)).toBe(id);
  expect(startOf(id)).toEqual(new Date(startedAt.replace(/\.\d+/, '')));
});

it.each(['', 'all', 'x20300601T050007Z-all', '20300601T050007-all', '2030-06-01T05:00:07Z-all'])(
  '"%s" is the id of no run',
  (text) => {
    expect(startOf(text)).toBeUndefined();
  },
);
