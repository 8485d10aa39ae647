import { describe, expect, it } from 'vitest';
import { type Caller, isCaller, isIdentity } from '../../functions/http/callers.ts';

const id = '6f1e2d3c-0000-4000-8000-00000000abcd';
const erika: Caller = {
  id,
  name: 'erika@contoso.com',
  names: ['erika@contoso.com', 'Erika von der Straße'],
  roles: [],
};

describe('the caller is recognised', () => {
  it.each([
    [id.toUpperCase()],
    ['Erika@Contoso.com'],
    [' erika@contoso.com\u00a0'],
    ['ERIKA VON DER STRASSE'],
    ['Erika\u00a0von  der Stra\u00dfe'],
    ['\uff25\uff52\uff49\uff4b\uff41 von der Strasse'],
  ])('as %j', (other) => expect(isCaller(erika, other)).toBe(true));

  it.each([['erika'], ['von der Stra\u00dfe, Erika'], ['erika@fabrikam.com'], [undefined]])(
    'not as %j',
    (other) => expect(isCaller(erika, other)).toBe(false),
  );
});

it.each([
  ['erika@contoso.com', true],
  [id, true],
  ['Erika von der Stra\u00dfe', false],
  ['von der Stra\u00dfe, Erika', false],
  // A sys_id of ServiceNow, an account id of Jira.
  ['6816f79cc0a8016401c5a33be04be441', false],
  ['557058:4c1d8f3a-1111-4222-8333-abcdefabcdef', false],
])('%j stands for one person in Entra: %s', (name, is) => expect(isIdentity(name)).toBe(is));
