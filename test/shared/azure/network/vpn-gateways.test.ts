import { describe, expect, it } from 'vitest';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import type { GatewayWish } from '../../../../shared/gateway/model.ts';
import { sharedFolder } from '../../../shared-folder.ts';
import { openApiValidator } from '../openapi.ts';
import {
  endpoint,
  failureOf,
  group,
  notFound,
  recordedAzure,
  refusal,
  subscriptionId,
} from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const operationUrl = `${endpoint}/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/westeurope/operations/0f?api-version=2024-07-01&t=638&c=MII&s=c2ln&h=aGFzaA`;
const secret = 'k9-Very_secret.0123456789';

const wish: GatewayWish = {
  location: 'westeurope',
  sku: 'VpnGw1AZ',
  activeActive: false,
  subnetId: `${group}/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet`,
  publicIpIds: [`${group}/Microsoft.Network/publicIPAddresses/pip-1`],
  pointToSite: {
    addressPool: ['172.16.201.0/24'],
    protocols: ['IkeV2'],
    authenticationTypes: ['Radius'],
    radiusServers: [{ address: '10.0.1.4', score: 30 }],
  },
  tags: { 'vpn-radius': 'managed' },
};

const accepted = {
  status: 201,
  headers: { 'Azure-AsyncOperation': operationUrl, 'Retry-After': '10' },
  body: { id, properties: { provisioningState: 'Updating' } },
};

const written = async (azure: Parameters<typeof vpnGateways>[0], its: typeof wish, value: string) =>
  (await vpnGateways(azure).open(id)).write(its, value);

describe('a gateway that is written', () => {
  it('costs a read, another one just before the PUT, and the PUT, and is not waited for', async () => {
    const { azure, sent } = recordedAzure(({ method }) => (method === 'GET' ? notFound : accepted));
    const answer = await written(azure, wish, secret);

    expect(answer).toEqual({ retryAfterSeconds: 10, operationUrl });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      `GET ${id}`,
      `GET ${id}`,
      `PUT ${id}`,
    ]);
    const put = sent[2];
    expect(put?.url.origin).toBe(endpoint);
    expect(String(put?.url.searchParams.get('api-version')) >= '2024-10-01').toBe(true);
    expect(put?.headers).toMatchObject({
      authorization: 'Bearer a-token',
      'user-agent': expect.stringMatching(/^vpn-radius\/1\.2\.3 /),
      'x-ms-client-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(put?.timeout).toBe(60_000);
    expect(put?.href).not.toContain(secret);
    expect(put?.body).toMatchObject({
      location: 'westeurope',
      properties: {
        activeActive: false,
        vpnClientConfiguration: {
          radiusServers: [
            { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: secret },
          ],
        },
      },
    });
  });

  const read = (etag: string, more: object = {}) => ({
    status: 200,
    body: { id, etag, properties: { provisioningState: 'Succeeded', ...more } },
  });

  it.each([
    ['somebody adds a route', read('2', { customRoutes: { addressPrefixes: ['10.9.0.0/16'] } })],
    ['it is not there any more', notFound],
  ])('is not written when between reading and writing %s', async (_, second) => {
    const { azure, sent } = recordedAzure(({ method }, index) =>
      method === 'PUT' ? accepted : index === 0 ? read('1') : second,
    );
    const error = await failureOf(written(azure, wish, secret));
    expect(error.failure).toEqual({
      code: 'GatewayChanged',
      message: 'Somebody else wrote the gateway while the app compared it. The app compares it again.',
      target: id,
      transient: true,
    });
    expect(sent.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('is written when only its etag and its connections have moved', async () => {
    const connected = read('2', {
      vpnClientConfiguration: {},
      vpnClientConnectionHealth: { totalIngress: 1 },
    });
    const { azure, sent } = recordedAzure(({ method }, index) =>
      method === 'PUT' ? accepted : index === 0 ? read('1', { vpnClientConfiguration: {} }) : connected,
    );
    await written(azure, wish, secret);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
  });

  it('goes with the etag of the body that was read last', async () => {
    const { azure, sent } = recordedAzure(({ method }, index) =>
      method === 'PUT' ? accepted : read(index === 0 ? 'W/"1"' : 'W/"2"'),
    );
    await written(azure, wish, secret);
    expect(sent.at(-1)?.headers['if-match']).toBe('W/"2"');
    const created = recordedAzure(({ method }) => (method === 'GET' ? notFound : accepted));
    await written(created.azure, wish, secret);
    expect(created.sent.at(-1)?.headers).not.toHaveProperty('if-match');
  });

  const preconditionFailed = refusal(412, 'PreconditionFailed', 'Precondition failed.');

  it('is compared again when the service refuses the etag, because somebody was quicker', async () => {
    const { azure, sent } = recordedAzure(({ method }, index) =>
      method === 'PUT' ? preconditionFailed : read(index < 2 ? 'W/"1"' : 'W/"2"'),
    );
    const error = await failureOf(written(azure, wish, secret));
    expect(error.failure).toMatchObject({ code: 'GatewayChanged', transient: true, target: id });
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT', 'GET']);
  });

  it('is written without it when the service refuses an etag that is still that of the gateway', async () => {
    const { azure, sent } = recordedAzure(({ method, headers }) => {
      if (method === 'GET') return read('W/"1"');
      return headers['if-match'] ? preconditionFailed : accepted;
    });
    expect((await written(azure, wish, secret)).operationUrl).toBe(operationUrl);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT', 'GET', 'PUT']);
  });

  it('is the same body without the etag: what only others know goes along again', async () => {
    const { azure, sent } = recordedAzure(({ method, headers }) => {
      if (method === 'GET') return read('W/"1"', { futureFeature: 'On' });
      return headers['if-match'] ? preconditionFailed : accepted;
    });
    await written(azure, wish, secret);
    const [first, second] = sent.filter(({ method }) => method === 'PUT');
    expect(second?.headers).not.toHaveProperty('if-match');
    expect(second?.body).toEqual(first?.body);
    expect(second?.body).toMatchObject({ properties: { futureFeature: 'On' } });
  });

  it('is compared again when it is gone after the service has refused its etag', async () => {
    const { azure } = recordedAzure(({ method }, index) => {
      if (method === 'PUT') return preconditionFailed;
      return index < 2 ? read('W/"1"') : notFound;
    });
    expect((await failureOf(written(azure, wish, secret))).code).toBe('GatewayChanged');
  });

  it('that is new is not sent a second time, whatever the service refuses', async () => {
    const { azure, sent } = recordedAzure(({ method }) => (method === 'GET' ? notFound : preconditionFailed));
    expect((await failureOf(written(azure, wish, secret))).code).toBe('PreconditionFailed');
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
  });

  it('keeps what our version of the API does not know, at every level', async () => {
    const current = {
      id,
      etag: 'W/"1"',
      futureEnvelope: { kept: 1 },
      properties: {
        provisioningState: 'Succeeded',
        futureFeature: { mode: 'On', list: [1, 2] },
        natRules: [{ id: `${id}/natRules/n`, name: 'n', properties: { type: 'Static', futureRule: 'x' } }],
        ipConfigurations: [
          {
            name: 'default',
            properties: { futureAddress: true, publicIPAddress: { id: wish.publicIpIds[0]!.toUpperCase() } },
          },
        ],
        vpnClientConfiguration: {
          futureClient: 'as it was',
          vpnClientAddressPool: { addressPrefixes: ['172.16.1.0/24'], futurePool: 0 },
          radiusServers: [
            { radiusServerAddress: '10.0.1.9', radiusServerScore: 1, futureServer: 'goes with its server' },
            { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, futureServer: false },
          ],
        },
      },
    };
    const { azure, sent } = recordedAzure(({ method }) =>
      method === 'GET' ? { status: 200, body: current } : accepted,
    );
    await written(azure, wish, secret);
    const { body } = sent.at(-1)!;
    expect(body).toMatchObject({
      futureEnvelope: { kept: 1 },
      properties: {
        futureFeature: { mode: 'On', list: [1, 2] },
        natRules: [{ name: 'n', properties: { type: 'Static', futureRule: 'x' } }],
        ipConfigurations: [{ name: 'default', properties: { futureAddress: true } }],
        vpnClientConfiguration: {
          futureClient: 'as it was',
          vpnClientAddressPool: { addressPrefixes: wish.pointToSite.addressPool, futurePool: 0 },
          radiusServers: [
            { radiusServerAddress: '10.0.1.4', radiusServerSecret: secret, futureServer: false },
          ],
        },
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/goes with its server|provisioningState|etag/);
  });

  it('leaves nothing behind that asks on', async () => {
    const { azure, sent } = recordedAzure(({ method }) => (method === 'GET' ? notFound : accepted));
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    await written(azure, wish, secret);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toHaveLength(3);
    expect(timers()).toBe(before);
  });

  it('drops what Azure only tells: etags, states, ids of its own', async () => {
    const current = {
      id,
      etag: 'W/"1"',
      properties: {
        provisioningState: 'Succeeded',
        resourceGuid: 'guid',
        natRules: [
          {
            id: `${id}/natRules/n`,
            name: 'n',
            etag: 'W/"1"',
            properties: { provisioningState: 'Succeeded', type: 'Static', mode: 'EgressSnat' },
          },
        ],
        vpnClientConfiguration: { radiusServerAddress: '10.0.1.9' },
      },
    };
    const { azure, sent } = recordedAzure(({ method }) =>
      method === 'GET' ? { status: 200, body: current } : accepted,
    );
    await written(azure, wish, secret);
    const body = JSON.stringify(sent[2]?.body);
    expect(body).not.toMatch(/provisioningState|resourceGuid|etag|radiusServerAddress":"10.0.1.9/);
    expect(sent[2]?.body).toMatchObject({
      properties: { natRules: [{ name: 'n', properties: { type: 'Static', mode: 'EgressSnat' } }] },
    });
  });

  it('takes 10 seconds where Azure does not say how long to wait', async () => {
    const headers = { 'Azure-AsyncOperation': operationUrl };
    const { azure } = recordedAzure(({ method }) => (method === 'GET' ? notFound : { ...accepted, headers }));
    expect((await written(azure, wish, secret)).retryAfterSeconds).toBe(10);
  });

  it('has no error to tell when it ended with its first answer', async () => {
    const done = { status: 200, body: { id, properties: { provisioningState: 'Succeeded' } } };
    const { azure, sent } = recordedAzure((_, index) => (index < 2 ? notFound : done));
    const gateways = vpnGateways(azure);
    const { operationUrl } = await (await gateways.open(id)).write(wish, secret);
    expect(await gateways.operationError(operationUrl)).toBeUndefined();
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      `GET ${id}`,
      `GET ${id}`,
      `PUT ${id}`,
      `GET ${id}`,
    ]);
  });

  it.each([
    [
      refusal(429, 'TooManyRequests', 'Slow down.', { 'Retry-After': '33' }),
      { code: 'TooManyRequests', transient: true, retryAfterSeconds: 33 },
    ],
    [
      refusal(409, 'AnotherOperationInProgress', 'Another operation.'),
      { code: 'AnotherOperationInProgress', transient: true },
    ],
    [
      refusal(500, 'InternalServerError', `An error about ${secret}.`),
      { code: 'InternalServerError', transient: true, message: 'An error about [secret].' },
    ],
    [
      refusal(
        400,
        'VpnClientConfigurationRadiusServerSecretIsInvalid',
        `Secret ${secret} of ${operationUrl}`,
      ),
      { code: 'VpnClientConfigurationRadiusServerSecretIsInvalid' },
    ],
    ['ECONNRESET', { code: 'AzureUnreachable', transient: true }],
  ])('is tried once, and tells %j', async (answer, failure) => {
    const { azure, sent } = recordedAzure(({ method }) => (method === 'GET' ? notFound : answer));
    const error = await failureOf(written(azure, wish, secret));
    expect(error.failure).toMatchObject({ ...failure, target: id });
    expect(sent.filter(({ method }) => method === 'PUT')).toHaveLength(1);
    for (const text of [JSON.stringify(error.failure), String(error.stack), JSON.stringify(error)])
      expect(text).not.toMatch(/k9-Very|s=c2ln/);
    const existing = recordedAzure(({ method }) => (method === 'GET' ? read('W/"1"') : answer));
    const secrets = { '10.0.1.4': secret };
    const opened = await vpnGateways(existing.azure).open(id);
    expect((await failureOf(opened.write(wish, secrets))).failure).toEqual(error.failure);
    expect(existing.sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
  });
});

describe('the migration of an address', () => {
  it.each([
    ['Prepare', 'prepareMigration', { migrationType: 'UpgradeDeploymentToStandardIP' }],
    ['Execute', 'executeMigration', {}],
    ['Commit', 'commitMigration', {}],
    ['Abort', 'abortMigration', {}],
  ] as const)('goes on by %s, which is not waited for', async (phase, action, body) => {
    const { azure, sent } = recordedAzure(() => ({
      status: 202,
      headers: { Location: operationUrl, 'Retry-After': '7' },
    }));
    expect(await vpnGateways(azure).migrateAddresses(id, phase)).toEqual({ retryAfterSeconds: 7 });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([`POST ${id}/${action}`]);
    expect(sent[0]?.body).toEqual(body);
  });
});

const specs = sharedFolder && `${sharedFolder}/azure/specs`;
describe.skipIf(!specs)(
  'the body of the PUT (skipped where the OpenAPI documents are not beside the checkout)',
  () => {
    it.each([
      ['new', wish],
      [
        'active-active with OpenVPN',
        { ...wish, activeActive: true, publicIpIds: [1, 2, 3].map((n) => `${wish.publicIpIds[0]}${n}`) },
      ],
    ])('keeps to the OpenAPI document: %s', async (_, wished) => {
      const { azure, sent } = recordedAzure(({ method }) => (method === 'GET' ? notFound : accepted));
      await written(azure, wished, secret);
      const problems = openApiValidator(
        `${specs}`,
        'network/resource-manager/Microsoft.Network/stable/2024-01-01/virtualNetworkGateway.json',
        'VirtualNetworkGateway',
      );
      expect(problems(sent[2]?.body)).toEqual([]);
      const { properties, ...rest } = sent[2]!.body as { properties: object };
      expect(
        problems({ ...rest, properties: { ...properties, radiusServerSecret: 1, sku: { name: 'VpnGw99' } } }),
      ).not.toEqual([]);
    });
  },
);

describe('a failed operation', () => {
  it.each([
    [{ status: 'InProgress' }, undefined],
    [{ status: 'Succeeded' }, undefined],
    [
      { status: 'Failed', error: { code: 'InvalidGateway', message: `see ${operationUrl}` } },
      { code: 'InvalidGateway', message: `see ${operationUrl.split('?')[0]}?[redacted]` },
    ],
    [{ status: 'Canceled' }, { code: 'OperationCanceled', message: expect.stringContaining('Canceled') }],
    [
      { status: 'Failed' },
      { code: 'OperationFailed', message: 'The operation has ended as Failed. Azure gave no reason.' },
    ],
    [
      { status: 'Failed', error: { message: 'The region has no room.' } },
      { code: 'OperationFailed', message: 'The region has no room.' },
    ],
    [
      {
        status: 'Failed',
        error: {
          code: 'VmssVpnGatewayFailed',
          message: 'One or more errors.',
          details: [{ message: `Secret ${secret} at ${operationUrl}`, target: secret }, { code: 'No' }],
        },
      },
      {
        code: 'VmssVpnGatewayFailed',
        message: 'One or more errors.',
        details: [
          {
            code: 'VmssVpnGatewayFailed',
            message: `Secret [secret] at ${operationUrl.split('?')[0]}?[redacted]`,
            target: '[secret]',
          },
          { code: 'No', message: '' },
        ],
      },
    ],
  ])('that answers %j tells %j', async (body, expected) => {
    const { azure, sent } = recordedAzure(() => ({ status: 200, body }));
    expect(await vpnGateways(azure).operationError(operationUrl, secret)).toEqual(expected);
    expect(sent.map(({ href }) => href)).toEqual([operationUrl]);
  });

  it('is asked for nowhere but at Resource Manager, for the request carries a token', async () => {
    const { azure, sent } = recordedAzure(() => ({ status: 200, body: {} }));
    const error = await failureOf(vpnGateways(azure).operationError('https://elsewhere.example/op?s=c2ln'));
    expect(error.failure.code).toBe('ForeignUrl');
    expect(error.message).not.toContain('c2ln');
    expect(sent).toEqual([]);
  });

  it('is not hidden by a refusal, nor is its signature told', async () => {
    const { azure } = recordedAzure(() =>
      refusal(403, 'AuthorizationFailed', `No access to ${operationUrl}`),
    );
    const error = await failureOf(vpnGateways(azure).operationError(operationUrl));
    expect(error.failure).toMatchObject({
      code: 'AuthorizationFailed',
      target: operationUrl.split('?')[0],
    });
    expect(JSON.stringify(error.failure)).not.toContain('c2ln');
  });
});

describe('reading', () => {
  it('says undefined for a gateway that is not there, and throws for a mistake', async () => {
    expect(await vpnGateways(recordedAzure(() => notFound).azure).read(id)).toBeUndefined();
    const wrong = recordedAzure(() => refusal(404, 'SubscriptionNotFound', 'No such subscription.'));
    expect((await failureOf(vpnGateways(wrong.azure).read(id))).code).toBe('SubscriptionNotFound');
  });

  it.each(['ECONNRESET', 'EPIPE', 'PARSE_ERROR'])(
    'is sent once more when the connection was stale (%s)',
    async (code) => {
      const stale = recordedAzure((_, index) =>
        index === 0 ? code : { status: 200, body: { id, name: 'vpngw-hub', properties: {}, value: [] } },
      );
      expect((await vpnGateways(stale.azure).read(id))?.name).toBe('vpngw-hub');
      expect(stale.sent).toHaveLength(2);
      const secrets = recordedAzure((_, index) =>
        index === 0 ? code : { status: 200, body: { value: [] } },
      );
      expect(await vpnGateways(secrets.azure).radiusSecrets(id)).toEqual([]);
      expect(secrets.sent.map(({ method }) => method)).toEqual(['POST', 'POST']);
      const dead = recordedAzure(() => code);
      expect((await failureOf(vpnGateways(dead.azure).read(id))).failure).toMatchObject({
        code: 'AzureUnreachable',
        transient: true,
      });
      expect(dead.sent).toHaveLength(2);
    },
  );

  it('is sent once where Azure has answered', async () => {
    const throttled = recordedAzure(() => refusal(503, 'ServiceUnavailable', 'Later.'));
    expect((await failureOf(vpnGateways(throttled.azure).read(id))).failure.transient).toBe(true);
    expect(throttled.sent).toHaveLength(1);
  });

  it('refuses what is not the id of a resource before it asks', async () => {
    const { azure, sent } = recordedAzure(() => notFound);
    expect((await failureOf(vpnGateways(azure).read('/not/an/id'))).code).toBe('InvalidResourceId');
    expect(sent).toEqual([]);
  });

  it('gets the secrets that the gateway holds by the action that is made for it', async () => {
    const { azure, sent } = recordedAzure(() => ({
      status: 200,
      body: {
        value: [
          { radiusServerAddress: '10.0.1.4', radiusServerSecret: secret },
          { radiusServerAddress: '10.0.1.5' },
          { radiusServerSecret: 'of nobody' },
        ],
      },
    }));
    expect(await vpnGateways(azure).radiusSecrets(id)).toEqual([{ address: '10.0.1.4', secret }]);
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      `POST ${id}/listRadiusSecrets`,
    ]);
  });
});
