import { describe, expect, it } from 'vitest';
import { type Caller, callerWith, isCaller, signedInCaller } from '../../../functions/http/callers.ts';

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
  ['no base64', 'Operator'],
  ['no JSON', Buffer.from('{"auth_typ":"aad"').toString('base64')],
  ['another provider', Buffer.from('{"auth_typ":"github","claims":[]}').toString('base64')],
])('a sign-in that is %s is one of nobody', (_, header) => {
  const headers = new Headers({ 'x-ms-client-principal': header });
  expect(() => callerWith(['Operator'], headers)).toThrow(/The sign-in cannot be read/);
  expect(signedInCaller(headers)).toBeUndefined();
});

describe('the name of the caller', () => {
  const signedIn = (name: string, ...claims: { typ: string; val: string }[]) => {
    const principal = {
      auth_typ: 'aad',
      claims: [{ typ: 'oid', val: id }, { typ: 'roles', val: 'Operator' }, ...claims],
    };
    return callerWith(
      ['Operator'],
      new Headers({
        'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
        'x-ms-client-principal-name': name,
      }),
    );
  };
  const claim = { typ: 'preferred_username', val: 'erika@contoso.com' };

  it.each([[''], ['  ']])('is the next one where App Service tells %j', (blank) => {
    expect(signedIn(blank, claim)).toMatchObject({ name: 'erika@contoso.com', names: ['erika@contoso.com'] });
  });

  it('is the object id where there is none, and nobody without a name is them', () => {
    const caller = signedIn('', { typ: 'preferred_username', val: '' });
    expect(caller.name).toBe(id);
    expect(isCaller(caller, '')).toBe(false);
  });

  it('is no longer than a request takes it', () => {
    expect(signedIn('a'.repeat(300)).name).toHaveLength(256);
  });
});
