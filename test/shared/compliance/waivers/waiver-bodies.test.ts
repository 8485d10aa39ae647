import { expect, it } from 'vitest';
import { waiverProblems } from '../../../../shared/compliance/waivers/waiver-bodies.ts';

const today = '2030-01-15';

it.each<[string, unknown, boolean, string[]]>([
  ['a day that is over', { until: '2030-01-14' }, false, ['until']],
  ['the same day', { until: today }, false, []],
  ['no day at all: the schema says so', { until: 'tomorrow' }, false, []],
  ['a day with something behind it: the schema says so', { until: '2029-12-31T00:00' }, false, []],
  ['a day with something before it: the schema says so', { until: ' 2029-12-31' }, false, []],
  ['a day in a list: the schema says so', { until: ['2029-12-31'] }, false, []],
  ['a day in words: the schema says so', { until: '1 January' }, false, []],
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

it('says which day it is, and what an owner must be', () => {
  const told = waiverProblems({ until: '2029-12-31', owner: 'Maria Keller' }, today, true);
  expect(told.map(({ message }) => message)).toEqual([
    'must not be in the past: today is 2030-01-15 (UTC)',
    'must be a user principal name, a mail address or an object id. The app needs it because nobody may decide on their own waiver',
  ]);
});
