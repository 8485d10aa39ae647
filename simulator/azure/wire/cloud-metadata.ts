import type { Core } from '../core.ts';
import { json, type WireResponse } from './messages.ts';

/**
 * `GET /metadata/endpoints`, without a token: where a cloud's services are. At 2015-01-01 it is one object, as Azure
 * Stack answers and `az cloud register --endpoint-resource-manager` reads it. From 2019-05-01 on it is a list of clouds
 * (`ARM_CLOUD_METADATA_URL`, `Add-AzEnvironment -AutoDiscover`).
 */
export function cloudMetadata(core: Core, url: URL): WireResponse {
  const version = url.searchParams.get('api-version');
  if (!version) {
    return json(400, {
      error: {
        code: 'MissingApiVersionParameter',
        message: 'The api-version query parameter (?api-version=) is required for all requests.',
      },
    });
  }
  const { origin } = url;
  const audiences = [`${origin}/`];
  if (version < '2019-05-01') {
    return json(200, {
      galleryEndpoint: `${origin}/`,
      graphEndpoint: `${origin}/`,
      portalEndpoint: `${origin}/`,
      authentication: { loginEndpoint: `${origin}/`, audiences },
    });
  }
  return json(200, [
    {
      portal: origin,
      authentication: {
        loginEndpoint: origin,
        audiences,
        tenant: core.world.tenantId,
        identityProvider: 'AAD',
      },
      media: origin,
      graphAudience: `${origin}/`,
      graph: `${origin}/`,
      name: 'SimulatedCloud',
      suffixes: {
        keyVaultDns: url.host,
        storage: url.host,
        sqlServerHostname: url.host,
        acrLoginServer: url.host,
      },
      batch: `${origin}/`,
      resourceManager: `${origin}/`,
      vmImageAliasDoc: `${origin}/`,
      activeDirectoryDataLake: `${origin}/`,
      sqlManagement: `${origin}/`,
      gallery: `${origin}/`,
    },
  ]);
}
