import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { afterEach, expect, it, vi } from 'vitest';
import { virtualNetworks } from '../../../shared/azure/network/virtual-networks.ts';
import { secrets } from '../../../shared/azure/vault/secrets.ts';
import { connectAzure } from '../../../shared/azure/wire/connection.ts';
import { readSettings } from '../../../shared/config.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { npsDesiredState } from '../../../shared/nps/desired-state.ts';
import { defaults, facts, request } from '../hub.ts';

const tenantId = '22222222-2222-4333-8444-555555555555';
const group = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub';

afterEach(() => vi.unstubAllEnvs());

interface Sent {
  readonly host: string;
  readonly path: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** Entra, Resource Manager and Key Vault of one cloud. A token says what it is for. */
function cloudAnswering(vaultDomain: string) {
  const sent: Sent[] = [];
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const { host, origin, pathname } = new URL(request.url);
      const authorization = request.headers.get('authorization');
      const body = String(request.body ?? '');
      sent.push({ host, path: pathname, body, authorization });
      const answer = (status: number, content: object, headers = {}) => ({
        request,
        status,
        headers: createHttpHeaders({ 'content-type': 'application/json', ...headers }),
        bodyAsText: JSON.stringify(content),
      });
      if (pathname.endsWith('/.well-known/openid-configuration'))
        return answer(200, {
          issuer: `${origin}/${tenantId}/v2.0`,
          authorization_endpoint: `${origin}/${tenantId}/oauth2/v2.0/authorize`,
          token_endpoint: `${origin}/${tenantId}/oauth2/v2.0/token`,
          jwks_uri: `${origin}/${tenantId}/keys`,
        });
      if (pathname.endsWith('/token')) {
        const scope = new URLSearchParams(body).get('scope');
        return answer(200, { token_type: 'Bearer', expires_in: 3600, access_token: `for ${scope}` });
      }
      if (pathname.startsWith('/secrets/')) {
        if (!authorization)
          return answer(
            401,
            {},
            {
              'www-authenticate': `Bearer authorization="${origin}/${tenantId}", resource="https://${vaultDomain}"`,
            },
          );
        return answer(200, { id: `${origin}/secrets/a/1`, value: 'held', attributes: { enabled: true } });
      }
      return answer(404, { error: { code: 'ResourceNotFound', message: 'None.' } });
    },
  };
  return { sent, httpClient };
}

it.each([
  [
    'Azure Government',
    {
      AZURE_RESOURCE_MANAGER_ENDPOINT: 'https://management.usgovcloudapi.net',
      AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us',
      KEY_VAULT_URL: 'https://kv-hub.vault.usgovcloudapi.net',
      MFA_ENDPOINTS:
        'login.microsoftonline.us,strongauthenticationservice.auth.microsoft.us,adnotifications.windowsazure.us',
    },
    'vault.usgovcloudapi.net',
    'login.microsoftonline.us',
  ],
  [
    'Azure operated by 21Vianet',
    {
      // As Bicep's environment() gives them: with a slash at the end.
      AZURE_RESOURCE_MANAGER_ENDPOINT: 'https://management.chinacloudapi.cn/',
      AZURE_AUTHORITY_HOST: 'https://login.chinacloudapi.cn/',
      KEY_VAULT_URL: 'https://kv-hub.vault.azure.cn/',
      MFA_ENDPOINTS:
        'login.chinacloudapi.cn,strongauthenticationservice.auth.microsoft.cn,adnotifications.windowsazure.cn',
    },
    'vault.azure.cn',
    // MSAL uses the newer of the two names of this authority.
    'login.partner.microsoftonline.cn',
  ],
  [
    'the public cloud',
    { KEY_VAULT_URL: 'https://kv-hub.vault.azure.net', MFA_ENDPOINTS: '' },
    'vault.azure.net',
    'login.microsoftonline.com',
  ],
])('%s is reached by the settings, and nothing else is', async (_, environment, vaultDomain, authority) => {
  vi.stubEnv('AZURE_TENANT_ID', tenantId);
  vi.stubEnv('AZURE_CLIENT_ID', '33333333-2222-4333-8444-555555555555');
  vi.stubEnv('AZURE_CLIENT_SECRET', 'not a secret');
  const settings = readSettings(environment);
  const { sent, httpClient } = cloudAnswering(vaultDomain);
  const azure = connectAzure({
    resourceManagerEndpoint: settings.AZURE_RESOURCE_MANAGER_ENDPOINT,
    authorityHost: settings.AZURE_AUTHORITY_HOST,
    keyVaultUrl: settings.KEY_VAULT_URL,
    version: '1.0.0',
    httpClient,
  });
  expect(
    await virtualNetworks(azure).read(`${group}/providers/Microsoft.Network/virtualNetworks/hub`),
  ).toBeUndefined();
  await azure
    .arm({ method: 'GET', url: `${group}?api-version=2021-04-01` })
    .catch(() => 'there is no such group');
  expect(await secrets(azure).read('a')).toMatchObject({ value: 'held' });

  const hostOf = (url: string) => new URL(url).host;
  const arm = hostOf(settings.AZURE_RESOURCE_MANAGER_ENDPOINT);
  const vault = hostOf(settings.KEY_VAULT_URL);
  expect(new Set(sent.map(({ host }) => host))).toEqual(new Set([arm, authority, vault]));
  const scopes = sent
    .filter(({ path }) => path.endsWith('/token'))
    .map(({ body }) => new URLSearchParams(body).get('scope'));
  expect(new Set(scopes)).toEqual(new Set([`https://${arm}/.default`, `https://${vaultDomain}/.default`]));
  const tokensAt = (at: string) =>
    new Set(sent.filter(({ host }) => host === at).flatMap(({ authorization }) => authorization ?? []));
  expect(tokensAt(arm)).toEqual(new Set([`Bearer for https://${arm}/.default`]));
  expect(tokensAt(vault)).toEqual(new Set([`Bearer for https://${vaultDomain}/.default`]));

  // NPS servers are asked whether they reach the MFA service of their own cloud.
  const { plan } = makePlan(request(), facts(), {
    ...defaults,
    ...(settings.MFA_ENDPOINTS.length > 0 && { npsExtras: { mfaEndpoints: settings.MFA_ENDPOINTS } }),
  });
  expect(npsDesiredState(plan!, plan!.npsExtras).mfaEndpoints).toEqual(
    settings.MFA_ENDPOINTS.length > 0 ? settings.MFA_ENDPOINTS : undefined,
  );
});

it('asks once for a token: who wants it tries again later', async () => {
  vi.stubEnv('AZURE_TENANT_ID', tenantId);
  vi.stubEnv('AZURE_CLIENT_ID', '33333333-2222-4333-8444-555555555555');
  vi.stubEnv('AZURE_CLIENT_SECRET', 'not a secret');
  vi.stubEnv('PATH', '/nowhere');
  const { sent, httpClient } = cloudAnswering('vault.azure.net');
  const azure = connectAzure({
    resourceManagerEndpoint: 'https://management.token-in-trouble.example',
    authorityHost: 'https://login.microsoftonline.com',
    keyVaultUrl: 'https://kv-hub.vault.azure.net',
    version: '1.0.0',
    httpClient: {
      async sendRequest(request) {
        const answer = await httpClient.sendRequest(request);
        return request.url.includes('/token')
          ? { ...answer, status: 500, bodyAsText: '{"error":"x"}' }
          : answer;
      },
    },
  });
  const asked = azure.arm({ method: 'GET', url: `${group}?api-version=2021-04-01` });
  await expect(asked).rejects.toMatchObject({ failure: { code: 'TokenUnavailable', transient: true } });
  expect(sent.filter(({ path }) => path.endsWith('/token'))).toHaveLength(1);
});
