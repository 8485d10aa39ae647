import type { TokenCredential } from '@azure/core-auth';
import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { objectIdOf } from '../../../../shared/azure/wire/access.ts';
import { patientCredential, signInRemedy } from '../../../../shared/azure/wire/credential.ts';
import { isLoopback } from '../../../../shared/azure/wire/loopback.ts';
import { failureOf } from '../recorded-azure.ts';

type Answer = { readonly status: number; readonly headers?: Record<string, string> } | Error;

const entra = 'https://login.microsoftonline.com/tenant/token';
const machine = 'http://169.254.169.254/metadata/identity/oauth2/token';
const unavailable = new Error('CredentialUnavailableError: no token');

/** A credential that asks these places, one after the other, and never finds a token in the answers. */
function credentialAsking(...answers: readonly (readonly [string, Answer])[]) {
  const timeouts: number[] = [];
  const made = patientCredential(
    (client) => ({
      async getToken() {
        for (const [url] of answers)
          await client.sendRequest(createPipelineRequest({ url })).catch(() => undefined);
        throw unavailable;
      },
    }),
    {
      async sendRequest(request) {
        timeouts.push(request.timeout);
        const [, answer] = answers.find(([url]) => url === request.url)!;
        if (answer instanceof Error) throw answer;
        return { request, status: answer.status, headers: createHttpHeaders(answer.headers ?? {}) };
      },
    },
  );
  return { getToken: async () => made.getToken('scope'), timeouts };
}

const broken = new RestError('x', { code: 'ECONNREFUSED' });

describe('a token that cannot be had', () => {
  it.each<[string, Answer, string]>([
    ['no answer', broken, 'did not answer'],
    ['404 while it is updated', { status: 404 }, 'answered 404'],
    ['410 while it is updated', { status: 410 }, 'answered 410'],
    ['408', { status: 408 }, 'answered 408'],
    ['429', { status: 429 }, 'answered 429'],
    ['500', { status: 500 }, 'answered 500'],
    ['299 without a token', { status: 299 }, 'answered 299, but no token'],
  ])('is worth another try after %s', async (_, answer, why) => {
    const told = await failureOf(credentialAsking([entra, answer]).getToken());
    expect(told.failure).toEqual({
      code: 'TokenUnavailable',
      message: `The app could not get a token for Azure: login.microsoftonline.com ${why}.`,
      transient: true,
    });
  });

  it('is asked for again after the time that the endpoint asks for', async () => {
    const answer = { status: 429, headers: { 'Retry-After': '7' } };
    const told = await failureOf(credentialAsking([entra, answer]).getToken());
    expect(told.failure.retryAfterSeconds).toBe(7);
  });

  it.each<[string, Answer]>([
    ['300', { status: 300 }],
    ['400', { status: 400 }],
    ['403', { status: 403 }],
    ['499', { status: 499 }],
  ])('is not worth another try after %s', async (_, answer) => {
    await expect(credentialAsking([entra, answer]).getToken()).rejects.toBe(unavailable);
  });

  // Outside Azure, another cloud may answer at this address, which has no tokens.
  it.each<[string, Answer, boolean]>([
    ['does not answer', broken, false],
    ['knows nothing', { status: 404 }, false],
    ['is gone', { status: 410 }, false],
    ['has too much to do', { status: 429 }, true],
  ])('at the address of a machine that %s is worth another try or not', async (_, answer, passes) => {
    const { getToken } = credentialAsking([machine, answer]);
    if (passes) expect((await failureOf(getToken())).failure.transient).toBe(true);
    else await expect(getToken()).rejects.toBe(unavailable);
  });

  it('is judged by the last answer', async () => {
    const passes = credentialAsking([entra, { status: 500 }], [machine, broken]);
    expect((await failureOf(passes.getToken())).message).toContain('login.microsoftonline.com answered 500');
    const refused = credentialAsking([entra, { status: 500 }], [`${entra}/2`, { status: 401 }]);
    await expect(refused.getToken()).rejects.toBe(unavailable);
  });

  it('is waited for half a minute, or as long as the client says', async () => {
    const { getToken, timeouts } = credentialAsking([entra, { status: 400 }]);
    await getToken().catch(() => undefined);
    expect(timeouts).toEqual([30_000]);
    const asked: number[] = [];
    const credential = patientCredential(
      (client) => ({
        async getToken() {
          await client.sendRequest(createPipelineRequest({ url: entra, timeout: 5 }));
          return { token: 'a', expiresOnTimestamp: 0 };
        },
      }),
      {
        async sendRequest(request) {
          asked.push(request.timeout);
          return { request, status: 200, headers: createHttpHeaders() };
        },
      },
    );
    expect(await credential.getToken('scope')).toMatchObject({ token: 'a' });
    expect(asked).toEqual([5]);
  });
});

describe('who signs in', () => {
  const credential = (token: string | undefined): TokenCredential => ({
    getToken: async () => (token === undefined ? null : { token, expiresOnTimestamp: 0 }),
  });
  const claims = (content: unknown) =>
    `head.${Buffer.from(JSON.stringify(content)).toString('base64url')}.sign`;

  it.each([
    [claims({ oid: '0b9c8d7e' }), '0b9c8d7e'],
    [claims({ oid: 7 }), undefined],
    [claims({}), undefined],
    [claims(null), undefined],
    ['opaque', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is in the token %j: %s', async (token, oid) => {
    expect(await objectIdOf(credential(token), 'scope')).toBe(oid);
  });

  it('is not known without a token', async () => {
    expect(await objectIdOf({ getToken: () => Promise.reject(unavailable) }, 'scope')).toBeUndefined();
  });
});

it.each([
  [{}, 'On a workstation, sign in with az login. In Azure, the function app needs its managed identity.'],
  [
    { WEBSITE_SITE_NAME: 'func-vpn', WEBSITE_RESOURCE_GROUP: 'rg-vpn' },
    'Give the function app its managed identity: az functionapp identity assign --name func-vpn --resource-group rg-vpn',
  ],
  [
    { WEBSITE_SITE_NAME: 'func-vpn' },
    'Give the function app its managed identity: az functionapp identity assign --name func-vpn --resource-group <resource group>',
  ],
  [
    { WEBSITE_SITE_NAME: 'func-vpn', WEBSITE_RESOURCE_GROUP: 'rg-vpn', AZURE_CLIENT_ID: 'c-1' },
    `Give the function app its managed identity: az functionapp identity assign --name func-vpn --resource-group rg-vpn --identities "$(az identity list --query "[?clientId=='c-1'].id" --output tsv)"`,
  ],
])('with the settings %j says: %s', (environment, told) => {
  expect(signInRemedy(environment)).toBe(told);
});

it.each([
  ['https://localhost:8443', true],
  ['https://127.0.0.1/x', true],
  ['https://127.12.0.255', true],
  ['https://[::1]:1', true],
  ['https://login.microsoftonline.com', false],
  ['https://localhost.example', false],
  ['https://127.0.0.1.example', false],
  ['https://x127.0.0.1.nip.example', false],
  ['https://128.0.0.1', false],
  ['https://[::2]', false],
])('%s is this machine: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
