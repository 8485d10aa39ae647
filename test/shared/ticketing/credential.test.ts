import { describe, expect, it } from 'vitest';
import { authorization } from '../../../shared/ticketing/credential.ts';
import { Unreachable } from '../../../shared/ticketing/https.ts';
import { secretsOf } from './loopback.ts';
import { scriptedClient } from './scripted-client.ts';

const party = { prefix: 'TicketSystem', label: 'ServiceNow', target: 'SERVICENOW_INSTANCE' } as const;
const oauth = { clientId: 'vpn-app', clientSecret: 'client s3cret&more' };
const granted = (token: string, more: object = { expires_in: 1800 }) => ({
  body: JSON.stringify({ access_token: token, ...more }),
});

/** The authorization by a secret of that value, on a clock that the test moves. */
function authorizedBy(value: string, script = scriptedClient(granted('token-1'), granted('token-2'))) {
  let seconds = 0;
  const its = authorization({
    party,
    setting: 'SERVICENOW_CREDENTIAL_SECRET',
    secretName: 'snow',
    defaultTokenUrl: 'https://snow.example/oauth_token.do',
    secrets: secretsOf({ snow: value }),
    client: script.client,
    now: () => new Date(1_800_000_000_000 + seconds * 1000),
  });
  return {
    ...its,
    sent: script.sent,
    after: (more: number) => {
      seconds += more;
      return its.header();
    },
  };
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => expect.fail(`it gave ${value}`),
    (error) => error.failure,
  );
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('what a credential secret may hold', () => {
  it.each([
    ['vpn.integration:S3cret', basic('vpn.integration:S3cret')],
    ['vpn@example.com:t0ken:with:colons', basic('vpn@example.com:t0ken:with:colons')],
    // As `az keyvault secret set --file` stores it.
    ['  vpn.integration:S3cret\n', basic('vpn.integration:S3cret')],
    ['vpn.integration:two words\nand a line', basic('vpn.integration:two words\nand a line')],
    ['Jürgen:Zürich', basic('Jürgen:Zürich')],
    ['Bearer pat-t0ken', 'Bearer pat-t0ken'],
    ['bearer   pat-t0ken\n', 'Bearer pat-t0ken'],
  ])('%j', async (value, header) => {
    const its = authorizedBy(value);
    expect(await its.header()).toBe(header);
    expect(its.sent).toEqual([]);
    expect(its.forget()).toBe(false);
  });

  it.each([
    ['justoneword'],
    [':password'],
    ['user:'],
    ['two words:password'],
    ['bearer'],
    ['bearer two words'],
    ['my bearer pat-t0ken'],
    ['{"clientId": "vpn-app"'],
    [JSON.stringify({ clientId: 'vpn-app' })],
    [JSON.stringify({ ...oauth, clientSecret: '' })],
    [JSON.stringify({ ...oauth, clientId: '' })],
    [JSON.stringify({ ...oauth, tokenUrl: 'http://login.example/token' })],
    [JSON.stringify({ ...oauth, scopes: 'a typing error' })],
  ])('nothing like %j: the failure names the secret, and nobody is asked', async (value) => {
    const its = authorizedBy(value);
    expect(await failureOf(its.header())).toEqual({
      code: 'TicketSystemCredentialInvalid',
      message:
        'The secret snow is neither user:password, nor "bearer <token>", nor the JSON of OAuth client credentials.',
      target: 'SERVICENOW_CREDENTIAL_SECRET',
    });
    expect(its.sent).toEqual([]);
  });

  it('has to be there', async () => {
    const secrets = secretsOf({});
    const { client } = scriptedClient();
    const its = authorization({
      ...{ party, secrets, client, now: () => new Date(0), setting: 'JIRA_CREDENTIAL_SECRET' },
      ...{ secretName: 'jira', defaultTokenUrl: 'https://auth.example' },
    });
    expect(await failureOf(its.header())).toEqual({
      code: 'TicketSystemCredentialMissing',
      message: 'Key Vault has no secret jira, which JIRA_CREDENTIAL_SECRET names.',
      target: 'JIRA_CREDENTIAL_SECRET',
    });
  });
});

describe('an OAuth client', () => {
  it('asks for its token as RFC 6749 says, with what its secret names and nothing else', async () => {
    const its = authorizedBy(JSON.stringify(oauth));
    expect(await its.header()).toBe('Bearer token-1');
    expect(its.sent).toMatchObject([
      {
        method: 'POST',
        url: 'https://snow.example/oauth_token.do',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      },
    ]);
    expect(Object.fromEntries(new URLSearchParams(its.sent[0]!.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'vpn-app',
      client_secret: 'client s3cret&more',
    });
  });

  it('may name its token endpoint, its scope and its audience', async () => {
    const tokenUrl = 'https://login.example/token';
    const its = authorizedBy(JSON.stringify({ ...oauth, tokenUrl, scope: 'write', audience: 'snow' }));
    await its.header();
    expect(its.sent[0]!.url).toBe(tokenUrl);
    expect(Object.fromEntries(new URLSearchParams(its.sent[0]!.body))).toMatchObject({
      scope: 'write',
      audience: 'snow',
    });
  });

  it('keeps its token until a minute before it expires', async () => {
    const its = authorizedBy(JSON.stringify(oauth));
    expect(await its.header()).toBe('Bearer token-1');
    expect(await its.after(1739)).toBe('Bearer token-1');
    expect(its.sent).toHaveLength(1);
    expect(await its.after(1)).toBe('Bearer token-2');
    expect(its.sent).toHaveLength(2);
  });

  it.each([
    ['as text', { expires_in: '600' }, 600],
    ['not at all', {}, 300],
  ])('is told the lifetime %s', async (_, more, lifetime) => {
    const its = authorizedBy(JSON.stringify(oauth), scriptedClient(granted('one', more), granted('two')));
    await its.header();
    expect(await its.after(lifetime - 61)).toBe('Bearer one');
    expect(await its.after(1)).toBe('Bearer two');
  });

  it('asks for another token when the one that it has is forgotten, and says whether it had one', async () => {
    const its = authorizedBy(JSON.stringify(oauth));
    expect(its.forget()).toBe(false);
    await its.header();
    expect(its.forget()).toBe(true);
    expect(its.forget()).toBe(false);
    expect(await its.header()).toBe('Bearer token-2');
  });

  it.each([
    ['it is unknown', { status: 401, body: '{"error":"access_denied"}' }, 401],
    ['its request is wrong, whatever else is answered', { status: 400, ...granted('of-somebody') }, 400],
    ['a page for people is answered', { status: 200, body: '<html>Sign in</html>' }, 200],
    ['no token is answered', { status: 200, body: '{}' }, 200],
    ['an empty token is answered', granted(''), 200],
  ])('is not let in where %s', async (_, answer, status) => {
    const its = authorizedBy(JSON.stringify(oauth), scriptedClient(answer));
    const failure = await failureOf(its.header());
    expect(failure).toEqual({
      code: 'TicketSystemUnauthorized',
      message: `The token endpoint of ServiceNow gave no access token for the client credentials in snow (${status}).`,
      target: 'SERVICENOW_CREDENTIAL_SECRET',
    });
  });

  it.each([
    ['does not answer', new Unreachable('the connection failed'), 'TicketSystemUnreachable', true],
    ['is busy', { status: 503, retryAfterSeconds: 7 }, 'TicketSystemUnavailable', true],
    ['is elsewhere', { status: 302 }, 'TicketSystemRedirected', undefined],
  ])('waits where its token endpoint %s', async (_, answer, code, transient) => {
    const its = authorizedBy(JSON.stringify(oauth), scriptedClient(answer));
    const failure = await failureOf(its.header());
    expect(failure).toMatchObject({ code, target: 'SERVICENOW_INSTANCE' });
    expect(failure.transient).toBe(transient);
  });

  it('is not told as another error where the fault is our own', async () => {
    const fault = new RangeError('a fault of this app');
    const its = authorizedBy(JSON.stringify(oauth), scriptedClient(fault));
    await expect(its.header()).rejects.toBe(fault);
  });
});
