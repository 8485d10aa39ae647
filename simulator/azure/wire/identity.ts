import type { Caller, Core } from '../core.ts';
import { isVaultAudience } from '../vault/key-vault.ts';
import { cloudMetadata } from './cloud-metadata.ts';
import { json, type WireRequest, type WireResponse } from './messages.ts';
import { issueToken } from './tokens.ts';

/** Token endpoints: a managed identity (App Service and IMDS) and Entra's v2 endpoint with its discovery documents. */
export const isIdentityPath = (path: string): boolean =>
  /^\/(msi\/token\/?|metadata\/endpoints|metadata\/identity\/oauth2\/token|common\/discovery\/instance|[^/]+\/oauth2\/(v2\.0\/)?token|[^/]+\/(v2\.0\/)?\.well-known\/openid-configuration|[^/]+\/discovery\/v2\.0\/keys)$/i.test(
    path,
  );

export function identity(core: Core, request: WireRequest, url: URL): WireResponse {
  const path = url.pathname.toLowerCase();
  // The Azure CLI 2.45 adds a slash to the endpoint, and App Service answers it.
  if (path === '/msi/token' || path === '/msi/token/') return appService(core, request, url);
  if (path === '/metadata/endpoints') return cloudMetadata(core, url);
  if (path === '/metadata/identity/oauth2/token') return instanceMetadata(core, request, url);
  if (path === '/common/discovery/instance') return instanceDiscovery(url);
  if (path.endsWith('/.well-known/openid-configuration')) return openIdConfiguration(core, url);
  if (path.endsWith('/keys')) return json(200, { keys: [] });
  return clientCredentials(core, request, url);
}

const managed = (core: Core): Caller => core.world.principal;

/** Refuses audiences that Entra does not know. */
const knownAudience = (resource: string): boolean =>
  /^https:\/\//.test(resource) || isVaultAudience(resource);

function managedToken(core: Core, resource: string): WireResponse {
  if (!knownAudience(resource)) {
    return json(400, {
      error: 'invalid_resource',
      error_description: `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`,
    });
  }
  const { token, expiresOn } = issueToken(core, resource, managed(core));
  return json(200, {
    access_token: token,
    client_id: core.world.principal.clientId,
    expires_on: String(expiresOn),
    not_before: String(expiresOn - 86_400),
    resource,
    token_type: 'Bearer',
  });
}

/**
 * `GET $IDENTITY_ENDPOINT?resource=…&api-version=2019-08-01` with `X-IDENTITY-HEADER`, or, from older clients, `GET
 * $MSI_ENDPOINT?resource=…&api-version=2017-09-01` with `Secret` (app-service/overview-managed-identity).
 */
function appService(core: Core, request: WireRequest, url: URL): WireResponse {
  const version = url.searchParams.get('api-version');
  const header = version === '2017-09-01' ? 'secret' : 'x-identity-header';
  if (request.headers[header] !== core.world.identityHeader) {
    const name = header === 'secret' ? 'Secret' : 'X-IDENTITY-HEADER';
    return json(401, { statusCode: 401, message: `The header ${name} is missing or wrong.` });
  }
  const resource = url.searchParams.get('resource');
  if (!resource || (version !== '2019-08-01' && version !== '2017-09-01')) {
    return json(400, {
      statusCode: 400,
      message: 'resource and api-version (2019-08-01 or 2017-09-01) are required.',
    });
  }
  return version === '2017-09-01' ? olderToken(core, resource) : managedToken(core, resource);
}

/** The answer at 2017-09-01 gives the end as a date, not in seconds, and has no client id. */
function olderToken(core: Core, resource: string): WireResponse {
  const answer = managedToken(core, resource);
  if (answer.status !== 200) return answer;
  const { access_token, expires_on, token_type } = JSON.parse(answer.body) as Record<string, string>;
  return json(200, { access_token, expires_on: monthFirst(Number(expires_on)), resource, token_type });
}

/** `11/05/2021 15:18:31 +00:00`, as the Azure CLI reads it of App Service (azure-cli, core/auth/adal_authentication.py). */
function monthFirst(seconds: number): string {
  const time = new Date(seconds * 1000).toISOString();
  return `${time.slice(5, 7)}/${time.slice(8, 10)}/${time.slice(0, 4)} ${time.slice(11, 19)} +00:00`;
}

function instanceMetadata(core: Core, request: WireRequest, url: URL): WireResponse {
  if (request.headers.metadata?.toLowerCase() !== 'true') {
    return json(400, {
      error: 'invalid_request',
      error_description: 'Required metadata header not specified',
    });
  }
  const resource = url.searchParams.get('resource');
  if (!resource)
    return json(400, {
      error: 'invalid_request',
      error_description: 'Required query variable "resource" is missing',
    });
  return managedToken(core, resource);
}

function instanceDiscovery(url: URL): WireResponse {
  const tenant =
    /^https:\/\/[^/]+\/([^/]+)/.exec(url.searchParams.get('authorization_endpoint') ?? '')?.[1] ?? 'common';
  return json(200, {
    tenant_discovery_endpoint: `${url.origin}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: url.host, preferred_cache: url.host, aliases: [url.host] }],
  });
}

function openIdConfiguration(core: Core, url: URL): WireResponse {
  const tenant = url.pathname.split('/')[1]!;
  return json(200, {
    token_endpoint: `${url.origin}/${tenant}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${url.origin}/${tenant}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token', 'token'],
    issuer: `${url.origin}/${core.world.tenantId}/v2.0`,
    authorization_endpoint: `${url.origin}/${tenant}/oauth2/v2.0/authorize`,
    tenant_region_scope: 'EU',
    cloud_instance_name: url.host,
  });
}

/** Client credentials. Codes and sentences are Entra's (reference-error-codes). */
function clientCredentials(core: Core, request: WireRequest, url: URL): WireResponse {
  const form = new URLSearchParams(request.body ?? '');
  const { application, tenantId } = core.world;
  const tenant = url.pathname.split('/')[1]!;
  const refuse = (status: number, error: string, code: number, message: string) =>
    json(status, { error, error_description: `AADSTS${code}: ${message}`, error_codes: [code] });
  if (tenant !== tenantId && tenant !== 'common' && tenant !== 'organizations') {
    return refuse(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return refuse(400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
  }
  if (form.get('client_id') !== application.clientId) {
    return refuse(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${form.get('client_id')}' was not found in the directory.`,
    );
  }
  if (form.get('client_secret') !== application.clientSecret) {
    return refuse(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }
  const resource = (form.get('scope') ?? form.get('resource') ?? '')
    .split(' ')[0]!
    .replace(/\/\.default$/, '');
  if (!knownAudience(resource)) {
    return refuse(
      400,
      'invalid_scope',
      70011,
      `The provided value for the input parameter 'scope' is not valid: ${resource}.`,
    );
  }
  const { token } = issueToken(core, resource, application);
  return json(200, { token_type: 'Bearer', expires_in: 86_399, ext_expires_in: 86_399, access_token: token });
}
