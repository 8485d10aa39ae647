import type { TokenCredential } from '@azure/core-auth';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { DefaultAzureCredential } from '@azure/identity';
import { afterEach, describe, expect, it } from 'vitest';
import { patientCredential } from '../../../../shared/azure/wire/credential.ts';
import { azureError } from '../../../../shared/azure/wire/errors.ts';
import type { Failure } from '../../../../shared/core/errors.ts';

type Answer = { status: number; body?: string; headers?: Record<string, string> } | { error: string };

const names = [
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'PATH',
];
const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
afterEach(() => {
  for (const name of names) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

/**
 * MSAL remembers for the whole process for which resource it was refused a token. So every story asks for another
 * resource.
 */
let stories = 0;
const scopeOf = (story: number) => `https://management-${story}.azure.com/.default`;
const token = JSON.stringify({
  access_token: 'a.b.c',
  expires_on: '4102444800',
  resource: 'https://management.azure.com/',
  token_type: 'Bearer',
});

let answers: Answer[] = [];
let asked = 0;

/** Where tokens come from: these answers one after the other; the last one again and again. */
const tokenEndpoint: HttpClient = {
  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    const { hostname, pathname } = new URL(request.url);
    const discovery = answerOfDiscovery(request, pathname);
    if (discovery) return discovery;
    if (hostname === '169.254.169.254') throw new RestError('unreachable', { code: 'ENETUNREACH', request });
    asked++;
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if ('error' in answer) throw new RestError('x', { code: answer.error, request });
    return {
      request,
      status: answer.status,
      headers: createHttpHeaders(answer.headers ?? {}),
      bodyAsText: answer.body ?? '{"error":"x","error_description":"x"}',
    };
  },
};

type Kind = 'managed identity' | 'client secret' | 'nothing';

function environmentOf(kind: Kind): void {
  for (const name of names) delete process.env[name];
  // Nobody is signed in on this machine: no az, no azd, no PowerShell.
  process.env.PATH = '/nowhere';
  if (kind === 'managed identity') {
    process.env.IDENTITY_ENDPOINT = 'http://127.0.0.1:41741/msi/token';
    process.env.IDENTITY_HEADER = 'header';
  }
  if (kind === 'client secret') {
    process.env.AZURE_TENANT_ID = '72f988bf-86f1-41af-91ab-2d7cd011db47';
    process.env.AZURE_CLIENT_ID = '11111111-2222-4333-8444-555555555555';
    process.env.AZURE_CLIENT_SECRET = 'very-secret';
  }
}

/**
 * The real credential of the app. MSAL keeps the client of a managed identity for the whole process, so there is one of
 * each kind.
 */
const made = new Map<Kind, TokenCredential>();

function credential(kind: Kind, inTurn: Answer[]) {
  environmentOf(kind);
  answers = inTurn;
  asked = 0;
  const scope = scopeOf(stories++);
  const one =
    made.get(kind) ??
    patientCredential(
      (httpClient) => new DefaultAzureCredential({ httpClient, retryOptions: { maxRetries: 0 } }),
      tokenEndpoint,
    );
  made.set(kind, one);
  return { getToken: () => one.getToken(scope), asked: () => asked };
}

function answerOfDiscovery(request: PipelineRequest, pathname: string): PipelineResponse | undefined {
  const host = 'https://login.microsoftonline.com';
  const body = pathname.endsWith('/discovery/instance')
    ? { tenant_discovery_endpoint: `${host}/common/.well-known/openid-configuration`, metadata: [] }
    : pathname.endsWith('/openid-configuration')
      ? {
          token_endpoint: `${host}/common/oauth2/v2.0/token`,
          authorization_endpoint: `${host}/common/oauth2/v2.0/authorize`,
          issuer: `${host}/common/v2.0`,
          jwks_uri: `${host}/keys`,
        }
      : undefined;
  return body && { request, status: 200, headers: createHttpHeaders({}), bodyAsText: JSON.stringify(body) };
}

async function failureOf(one: ReturnType<typeof credential>): Promise<Failure> {
  try {
    await one.getToken();
  } catch (error) {
    return azureError(error, '/x').failure;
  }
  throw new Error('A token was given.');
}

describe.each(['managed identity', 'client secret'] as const)('signing in with a %s', (kind) => {
  it.each([
    ['429', { status: 429, headers: { 'Retry-After': '7' } }],
    ['500', { status: 500 }],
    ['404 while it is updated', { status: 404 }],
    ['410 while it is updated', { status: 410 }],
    ['503 without a body', { status: 503, body: '' }],
    ['half a body', { status: 200, body: token.slice(0, 30) }],
    ['a page of HTML', { status: 200, body: '<html>' }],
    ['no answer in time', { error: 'ETIMEDOUT' }],
    ['a connection that is refused', { error: 'ECONNREFUSED' }],
  ] as [string, Answer][])('is worth another try after %s', async (_, answer) => {
    const one = credential(kind, [answer]);
    const failure = await failureOf(one);
    expect(failure).toMatchObject({ code: 'TokenUnavailable', transient: true });
    expect(failure.retryAfterSeconds).toBe('status' in answer && answer.status === 429 ? 7 : undefined);
    // One attempt is one request: the caller tries again durably.
    expect(one.asked()).toBe(1);
    expect(JSON.stringify(failure)).not.toContain('very-secret');
  });

  it('is still worth another try while the client refuses to ask again by itself', async () => {
    const one = credential(kind, [{ status: 429, headers: { 'Retry-After': '7' } }]);
    for (let time = 0; time < 3; time++)
      expect(await failureOf(one)).toMatchObject({ code: 'TokenUnavailable', transient: true });
  });

  it.each([400, 401, 403])('fails for good after a %i', async (status) => {
    const failure = await failureOf(credential(kind, [{ status }]));
    expect(failure.code).toBe('CredentialUnavailable');
    expect(failure.transient).toBeUndefined();
  });
});

it('gives the token once the endpoint has come back', async () => {
  const one = credential('managed identity', [{ status: 500 }, { status: 200, body: token }]);
  expect((await failureOf(one)).transient).toBe(true);
  expect(await one.getToken()).toMatchObject({ token: 'a.b.c' });
});

it('where nobody is signed in fails at once', async () => {
  const failure = await failureOf(credential('nothing', [{ error: 'never asked' }]));
  expect(failure.code).toBe('CredentialUnavailable');
  expect(failure.transient).toBeUndefined();
});
