import { expect, it } from 'vitest';
import { identitiesOf } from '../../../../shared/deployment/tickets/person-ids.ts';

const maria = '712020:0f6f1b0a-52e5-4d5b-9a77-1c3a7d0e5f11';

it.each([
  [{ accountId: maria, displayName: 'Maria Keller' }, [maria]],
  [{ accountId: maria, emailAddress: 'maria@contoso.com' }, [maria, 'maria@contoso.com']],
  [{ name: 'mkeller', key: 'JIRAUSER10100' }, ['mkeller', 'JIRAUSER10100']],
  [
    { value: '46d44a23a9fe19810012d100cca80666', display_value: 'Maria' },
    ['46d44a23a9fe19810012d100cca80666'],
  ],
  ['46d44a23a9fe19810012d100cca80666', ['46d44a23a9fe19810012d100cca80666']],
  [{ accountId: '712020:00000000-0000-0000-0000-000000000000' }, []],
  [' 46d44a23a9fe19810012d100cca80666 ', ['46d44a23a9fe19810012d100cca80666']],
  ['x46d44a23a9fe19810012d100cca80666', []],
  ['46d44a23a9fe19810012d100cca806660', []],
  ['00000000000000000000000000000000', []],
  [{ accountId: '' }, []],
  ['Maria Keller', []],
  [null, []],
])('%j is known by %j', (person, ids) => {
  expect(identitiesOf(person)).toEqual(ids);
});
