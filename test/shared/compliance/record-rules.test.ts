import { expect, it } from 'vitest';
import { rulesOfRecords } from '../../../shared/compliance/record-rules.ts';

const wrong = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    code: 'RecordMissing',
    message: `Record ${index} is missing.`,
  }));
const [rule] = rulesOfRecords;
const sentences = (count: number) => wrong(count).map(({ message }) => `RecordMissing: ${message}`);

it.each<[string, Parameters<NonNullable<typeof rule>['check']>[0], object]>([
  ['nothing wrong', { problems: [] }, { is: 'compliant' }],
  [
    'nothing wrong in what could be read',
    { problems: [], unread: 'Storage failed.' },
    { is: 'unknown', reason: 'Storage failed.' },
  ],
  [
    'something wrong, and something unread',
    { problems: wrong(1), unread: 'Storage failed.' },
    { is: 'violated', evidence: sentences(1) },
  ],
  ['ten', { problems: wrong(10) }, { is: 'violated', evidence: sentences(10) }],
  [
    'twelve',
    { problems: wrong(12) },
    {
      is: 'violated',
      evidence: [...sentences(10), 'There are 2 more. npm run verify-records names them.'],
    },
  ],
])('the records of a VNet: %s', (_, facts, expected) => {
  expect(rule!.check(facts)).toEqual(expected);
});
