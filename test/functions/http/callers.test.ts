import { describe, expect, it } from 'vitest';
import {
  type Caller,
  callerWith,
  isCaller,
  isSignedInAs,
  saidBy,
  signedInCaller,
} from '../../../functions/http/callers.ts';
import type { Role } from '../../../functions/http/roles.ts';

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

  it.each([
    ['erika'],
    ['Erikavon der Straße'],
    ['von der Stra\u00dfe, Erika'],
    ['erika@fabrikam.com'],
    [undefined],
  ])('not as %j', (other) => expect(isCaller(erika, other)).toBe(false));
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
    const blanks = [
      { typ: 'preferred_username', val: '' },
      { typ: 'name', val: ' ' },
    ];
    const caller = signedIn('', ...blanks);
    expect(caller.name).toBe(id);
    expect(isCaller(caller, '')).toBe(false);
  });

  it('is no longer than a request takes it', () => {
    expect(signedIn('a'.repeat(300)).name).toHaveLength(256);
  });
});

type Claim = readonly [typ: string, val: string];
const signInOf = (claims: readonly Claim[], more: object = {}, headers: Record<string, string> = {}) => {
  const principal = { auth_typ: 'aad', claims: claims.map(([typ, val]) => ({ typ, val })), ...more };
  const header = Buffer.from(JSON.stringify(principal)).toString('base64');
  return new Headers({ 'x-ms-client-principal': header, ...headers });
};
const withRoles = (...its: string[]) => signInOf([['oid', id], ...its.map((role): Claim => ['roles', role])]);
const failureOf = (call: () => unknown) => {
  try {
    return expect.fail(`it is ${JSON.stringify(call())}`);
  } catch (error) {
    return (error as { failure: object }).failure;
  }
};

describe('a route', () => {
  it.each<[string[], Role[]]>([
    [['Operator'], ['Operator']],
    [['Reader', 'Operator'], ['Operator']],
    [['Approver'], ['Operator', 'Approver']],
    [
      ['Admin', 'Approver', 'Reader'],
      ['Operator', 'Approver'],
    ],
  ])('lets in who has %j where it needs one of %j', (its, needed) => {
    expect(callerWith(needed, withRoles(...its)).id).toBe(id);
  });

  it.each<[string[], string]>([
    [[], 'no role of this app'],
    [['Admin', 'operator'], 'no role of this app'],
    [['Reader', 'Requester'], 'Reader and Requester'],
  ])('keeps out who has %j, and says what they have', (its, has) => {
    expect(failureOf(() => callerWith(['Operator', 'Approver'], withRoles(...its)))).toEqual({
      code: 'Forbidden',
      message: `This needs the role Operator or Approver, but ${id} has ${has}. Roles are assigned in Entra, at the enterprise application of this app.`,
      details: [],
    });
  });

  it.each([
    ['nobody is signed in', new Headers(), 'Nobody is signed in. Sign in with Entra and send the token.'],
    [
      'the sign-in is of no object',
      signInOf([['roles', 'Operator']]),
      'The sign-in contains no object id. Check that it is a sign-in with Entra.',
    ],
    [
      'the sign-in cannot be read',
      new Headers({ 'x-ms-client-principal': 'Operator' }),
      'The sign-in cannot be read: X-MS-CLIENT-PRINCIPAL does not come from a sign-in with Entra.',
    ],
  ])('keeps everybody out where %s', (_, headers, message) => {
    expect(failureOf(() => callerWith(['Operator'], headers))).toEqual({
      code: 'Unauthorized',
      message,
      details: [],
    });
    expect(signedInCaller(headers)).toBeUndefined();
  });
});

describe('whoever is signed in', () => {
  it('has the roles of this app, also from a claim that was renamed on the way, and no others', () => {
    const its = signInOf(
      [
        ['oid', id],
        ['roles', 'Reader'],
        ['role', 'Approver'],
        ['groups', 'Operator'],
        ['roles', 'Admin'],
      ],
      { role_typ: 'role' },
    );
    expect(signedInCaller(its)?.roles).toEqual(['Reader', 'Approver']);
    expect(isSignedInAs('Approver', its)).toBe(true);
    expect(isSignedInAs('Operator', its)).toBe(false);
    expect(isSignedInAs('Operator', new Headers())).toBe(false);
  });

  it.each<[string, Claim, Record<string, string>]>([
    ['its claim in the token', ['oid', id], { 'x-ms-client-principal-id': 'another' }],
    ['its claim of the platform', ['http://schemas.microsoft.com/identity/claims/objectidentifier', id], {}],
    ['the header of the platform', ['sub', 'x'], { 'x-ms-client-principal-id': id }],
  ])('is known by the object id: %s', (_, claim, headers) => {
    expect(signedInCaller(signInOf([claim], {}, headers))?.id).toBe(id);
  });

  it('is known under every name that a ticket system may use, the user principal name first', () => {
    const schema = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
    const claims: Claim[] = [
      ['oid', id],
      ['name', 'Erika'],
      ['display', 'E. von der Straße'],
      ['email', 'erika@mail.example'],
      [`${schema}/emailaddress`, 'e@mail.example'],
      [`${schema}/upn`, 'erika@upn.example'],
      ['preferred_username', 'erika@contoso.com'],
      ['family_name', 'Straße'],
    ];
    const headers = { 'x-ms-client-principal-name': 'erika@platform.example' };
    expect(signedInCaller(signInOf(claims, { name_typ: 'display' }, headers))).toMatchObject({
      name: 'erika@platform.example',
      names: [
        'erika@platform.example',
        'erika@contoso.com',
        'erika@upn.example',
        'erika@mail.example',
        'e@mail.example',
        'Erika',
        'E. von der Straße',
      ],
    });
    expect(signedInCaller(signInOf(claims))?.name).toBe('erika@contoso.com');
  });

  it('is meant where one of several names is theirs', () => {
    expect(isCaller(erika, 'somebody', undefined, id)).toBe(true);
    expect(isCaller(erika, 'somebody', undefined)).toBe(false);
    expect(isCaller(erika)).toBe(false);
  });

  it('is who says it; nobody speaks for another, but where only a key is known', () => {
    expect(saidBy(erika, undefined)).toBe('erika@contoso.com');
    expect(saidBy(erika, 'Erika von der Strasse')).toBe('erika@contoso.com');
    expect(saidBy(undefined, 'Jonas')).toBe('Jonas');
    expect(saidBy(undefined, undefined)).toBeUndefined();
    const message = 'must be left out or be the signed-in user, erika@contoso.com';
    for (const other of ['Jonas', ''])
      expect(failureOf(() => saidBy(erika, other))).toEqual({
        code: 'InvalidRequest',
        message: `The request is not valid: by: ${message}.`,
        details: [{ code: 'FieldInvalid', message, target: 'by' }],
      });
  });
});
