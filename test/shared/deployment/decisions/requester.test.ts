import { describe, expect, it } from 'vitest';
import { isIdentity, unknownRequester } from '../../../../shared/deployment/decisions/requester.ts';
import { request } from '../../hub.ts';

it.each([
  ['erika@contoso.com', true],
  ['6f1e2d3c-0000-4000-8000-00000000abcd', true],
  [' erika@contoso.com\u00a0', true],
  ['Erika erika@contoso.com', false],
  ['erika@contoso.com (Erika)', false],
  ['6f1e2d3c-0000-4000-8000-00000000abcd-2', false],
  ['Erika von der Stra\u00dfe', false],
  ['von der Stra\u00dfe, Erika', false],
  // A sys_id of ServiceNow, an account id of Jira.
  ['6816f79cc0a8016401c5a33be04be441', false],
  ['557058:4c1d8f3a-1111-4222-8333-abcdefabcdef', false],
])('%j stands for one person in Entra: %s', (name, is) => expect(isIdentity(name)).toBe(is));

describe('who asked, and nobody can tell whether that is the caller', () => {
  const ada = { id: '6f1e2d3c-0000-4000-8000-00000000abcd', name: 'ada@contoso.com' };
  const asksAs = (requestedBy: string | undefined, more: object = {}) =>
    unknownRequester({
      request: request({ ticket: { system: 'webhook', id: 'T', requestedBy } }),
      fingerprint: 'f',
      ...more,
    });

  it.each<[string, string | undefined, object, string | undefined]>([
    ['a display name', 'Maria Keller', {}, 'Maria Keller'],
    ['a display name that somebody signed in has sent', 'Maria Keller', { requestedBy: ada }, 'Maria Keller'],
    ['a mail address', 'maria@contoso.com', {}, undefined],
    [
      'a display name beside an account that Entra knows',
      'Maria',
      { requesterIds: ['maria@contoso.com'] },
      undefined,
    ],
    ['nobody', undefined, {}, undefined],
    ['whoever is signed in, by the name that the app wrote', ada.name, { requestedBy: ada }, undefined],
    ['nobody, by somebody signed in', undefined, { requestedBy: ada }, undefined],
    [
      'a program that is signed in, by the name that the app wrote',
      'vpn-automation',
      { requestedBy: { ...ada, name: 'vpn-automation' } },
      undefined,
    ],
    ['Key Vault, for a secret that expires', 'Key Vault', { rotates: { gatewayId: 'g' } }, undefined],
    ['a ticket that calls itself Key Vault', 'Key Vault', {}, 'Key Vault'],
    [
      'somebody signed in who calls themselves Key Vault',
      'Key Vault',
      { requestedBy: ada, rotates: { gatewayId: 'g' } },
      'Key Vault',
    ],
    ['the compliance check, for its repair', 'compliance check', { repairs: request() }, undefined],
  ])('%s', (_, requestedBy, more, unknown) => {
    expect(asksAs(requestedBy, more)).toBe(unknown);
  });
});
