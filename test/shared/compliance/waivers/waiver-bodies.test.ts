import { expect, it } from 'vitest';
import { waiverProblems } from '../../../../shared/compliance/waivers/waiver-bodies.ts';

const today = '2030-01-15';

it.each<[string, unknown, boolean, string[]]>([
  ['a day that is over', { until: '2030-01-14' }, false, ['until']],
  ['the same day', { until: today }, false, []],
  ['no day at all: the schema says so', { until: 'tomorrow' }, false, []],
  ['an owner by a display name', { owner: 'Maria Keller' }, true, ['owner']],
  ['an owner by a display name, with a function key', { owner: 'Maria Keller' }, false, []],
  ['an owner whom Entra knows', { owner: 'maria@contoso.com' }, true, []],
  ['no owner: the schema says so', { owner: ' ' }, true, []],
  ['both wrong', { until: '2029-12-31', owner: 'Maria Keller' }, true, ['until', 'owner']],
  ['no body', null, true, []],
])('%s', (_, body, isSignedIn, targets) => {
  const problems = waiverProblems(body, today, isSignedIn);
  expect(problems.map(({ target }) => target)).toEqual(targets);
  expect(problems.every(({ code }) => code === 'FieldInvalid')).toBe(true);
});
