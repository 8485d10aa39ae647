import { describe, expect, it } from 'vitest';
import { azureAt, network, read } from '../client.ts';

const origin = 'https://127.0.0.1:8443';

function identity() {
  const { azure } = azureAt();
  const get = async (path: string, headers: Record<string, string> = {}) =>
    read(await azure.handle({ method: 'GET', url: `${origin}${path}`, headers }));
  const token = async (form: Record<string, string>, tenant = azure.world.tenantId) =>
    read(
      await azure.handle({
        method: 'POST',
        url: `${origin}/${tenant}/oauth2/v2.0/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      }),
    );
  return { azure, get, token };
}

const appService = `/msi/token?api-version=2019-08-01&resource=${encodeURIComponent('https://management.azure.com/')}`;

describe('the managed identity', () => {
  it('gives App Service a token that opens Resource Manager, with the claims of an app', async () => {
    const { azure, get } = identity();
    const { status, body } = await get(appService, { 'x-identity-header': azure.world.identityHeader });
    expect(status).toBe(200);
    expect(JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())).toMatchObject({
      aud: 'https://management.azure.com/',
      tid: azure.world.tenantId,
      oid: azure.world.principal.objectId,
      appid: azure.world.principal.clientId,
      exp: Number(body.expires_on),
    });
    const opened = await get(network('virtualNetworks/hub'), {
      authorization: `Bearer ${body.access_token}`,
    });
    expect(opened.status).toBe(200);
  });

  it('asks for its header, at App Service and at the metadata service', async () => {
    const { get } = identity();
    expect((await get(appService)).status).toBe(401);
    const imds = '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net';
    expect((await get(imds)).status).toBe(400);
    expect((await get(imds, { metadata: 'true' })).body.token_type).toBe('Bearer');
  });
});

describe('the token endpoint of the tenant', () => {
  const form = {
    grant_type: 'client_credentials',
    client_id: 'a1b2c3d4-e5f6-4718-9293-a4b5c6d7e8f9',
    client_secret: 'simulated-client-secret',
    scope: 'https://management.azure.com/.default',
  };

  it('is found by discovery and takes client credentials', async () => {
    const { azure, get, token } = identity();
    const discovered = await get(
      `/common/discovery/instance?api-version=1.1&authorization_endpoint=${origin}/${azure.world.tenantId}/oauth2/v2.0/authorize`,
    );
    const { pathname } = new URL(discovered.body.tenant_discovery_endpoint);
    expect((await get(pathname)).body.token_endpoint).toBe(
      `${origin}/${azure.world.tenantId}/oauth2/v2.0/token`,
    );
    expect((await token(form)).body).toMatchObject({ token_type: 'Bearer', expires_in: 86_399 });
  });

  it.each([
    ['invalid_client', { ...form, client_secret: 'wrong' }],
    ['unauthorized_client', { ...form, client_id: 'somebody' }],
    ['unsupported_grant_type', { ...form, grant_type: 'password' }],
    ['invalid_scope', { ...form, scope: 'nonsense' }],
  ])('%s', async (error, wrong) => {
    const { token } = identity();
    const answer = await token(wrong);
    expect([answer.status >= 400, answer.body.error]).toEqual([true, error]);
  });

  it('does not know another tenant', async () => {
    const { token } = identity();
    expect((await token(form, '00000000-0000-0000-0000-000000000000')).body.error_codes).toEqual([90002]);
  });
});

describe('the older managed identity of App Service', () => {
  const path = '/msi/token?api-version=2017-09-01&resource=https://vault.azure.net';

  it('asks for the header Secret and gives the end of the token as a date', async () => {
    const { azure, get } = identity();
    expect((await get(path)).status).toBe(401);
    expect((await get(path, { 'x-identity-header': azure.world.identityHeader })).status).toBe(401);
    const { status, body } = await get(path, { secret: azure.world.identityHeader });
    expect([status, body.resource, body.client_id]).toEqual([200, 'https://vault.azure.net', undefined]);
    const end = azure.clock.now().getTime() + 86_400_000;
    expect(body.expires_on).toMatch(/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d \+00:00$/);
    expect(Date.parse(body.expires_on)).toBe(Math.floor(end / 1000) * 1000);
    const opened = await get(network('virtualNetworks/hub'), {
      authorization: `Bearer ${body.access_token}`,
    });
    expect(opened.body.error.code).toBe('InvalidAuthenticationTokenAudience');
  });
});

it('the managed identity answers with a slash after its endpoint too, as the Azure CLI asks', async () => {
  const { azure, get } = identity();
  const query = 'api-version=2017-09-01&resource=https://vault.azure.net';
  const { status } = await get(`/msi/token/?${query}`, { secret: azure.world.identityHeader });
  expect(status).toBe(200);
});

describe('the metadata of the cloud', () => {
  it('can be read without a token and points back to where it was asked', async () => {
    const { get } = identity();
    const stack = await get('/metadata/endpoints?api-version=2015-01-01');
    expect([stack.status, stack.body.authentication]).toEqual([
      200,
      { loginEndpoint: `${origin}/`, audiences: [`${origin}/`] },
    ]);
    const [cloud] = (await get('/metadata/endpoints?api-version=2019-05-01')).body;
    expect(cloud).toMatchObject({
      resourceManager: `${origin}/`,
      authentication: { identityProvider: 'AAD' },
    });
    expect((await get('/metadata/endpoints')).status).toBe(400);
  });
});
