import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { type Azure, connectAzure } from '../../../../shared/azure/wire/connection.ts';
import { bodyIn } from '../../../../shared/azure/wire/resource-manager.ts';
import { resourcePath } from '../../../../shared/azure/wire/resource-path.ts';
import { failureOf, group, recordedAzure, subscriptionId } from '../recorded-azure.ts';

const settings = {
  authorityHost: 'https://login.example',
  keyVaultUrl: 'https://kv-hub.vault.azure.net',
  version: '1.2.3',
  credential: { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }) },
};

describe('one request to Resource Manager', () => {
  it('carries a body as JSON of the same bytes, and says so', async () => {
    const { azure, sent } = recordedAzure(() => ({ status: 200, body: { id: 'x' } }));
    await azure.arm({ method: 'PUT', url: '/x?api-version=1', body: { name: 'Zürich' } });
    await azure.arm({ method: 'GET', url: '/x?api-version=1' });
    expect(sent[0]).toMatchObject({
      href: 'https://management.example/x?api-version=1',
      body: { name: 'Zürich' },
      headers: { accept: 'application/json', 'content-type': 'application/json; charset=utf-8' },
    });
    expect(sent[1]?.headers).not.toHaveProperty('content-type');
  });

  it.each([399, 400])('with the answer %i is an error from 400 on', async (status) => {
    const { azure } = recordedAzure(() => ({ status }));
    const outcome = await azure.arm({ method: 'GET', url: '/x' }).catch((error: unknown) => error);
    expect(outcome).toMatchObject(
      status < 400
        ? { status }
        : { name: 'RestError', message: 'Azure answered with status 400.', statusCode: 400 },
    );
  });

  it('goes to the address of an operation as it came, signature and all', async () => {
    const { azure, sent } = recordedAzure(() => ({ status: 202 }));
    const url = 'https://management.example/operations/1?s=%2Bx';
    await azure.arm({ method: 'GET', url });
    // A path is never a host.
    await azure.arm({ method: 'GET', url: '//elsewhere.example/operations/1' });
    expect(sent.map(({ href }) => href)).toEqual([
      url,
      'https://management.example//elsewhere.example/operations/1',
    ]);
  });

  it.each([
    ['https://management.example:444/operations/1', 'management.example:444'],
    ['http://management.example/operations/1', 'management.example'],
    ['https://elsewhere.example/operations/1', 'elsewhere.example'],
  ])('does not go to %s, because it carries a token', async (url, host) => {
    const { azure, sent } = recordedAzure(() => ({ status: 202 }));
    expect((await failureOf(azure.arm({ method: 'GET', url }))).failure).toEqual({
      code: 'ForeignUrl',
      message: `${host} is not the Resource Manager of this app, so the app sends it no token.`,
    });
    expect(sent).toEqual([]);
  });

  it('that was answered with nothing has an empty content', () => {
    expect(bodyIn({ bodyAsText: '' })).toEqual({});
    expect(bodyIn({ bodyAsText: '{"id":"text"}' })).toEqual({ id: 'text' });
    const parsed = { bodyAsText: '{"id":"text"}', parsedBody: { id: 'parsed' } };
    expect(bodyIn(parsed)).toEqual({ id: 'parsed' });
  });
});

describe('the connection with Azure', () => {
  it('goes to the endpoint of the settings, however many slashes end it', async () => {
    const urls: string[] = [];
    const azure = connectAzure({
      ...settings,
      resourceManagerEndpoint: 'https://management.example/arm//',
      httpClient: {
        async sendRequest(request) {
          urls.push(request.url);
          return { request, status: 200, headers: createHttpHeaders(), bodyAsText: '{"id":"x"}' };
        },
      },
    });
    await azure.arm({ method: 'GET', url: '/x' });
    const network = await azure.network(subscriptionId);
    await network.virtualNetworks.get('rg', 'hub');
    expect(urls[0]).toBe('https://management.example/arm/x');
    expect(urls[1]).toMatch(/^https:\/\/management\.example\/arm\/subscriptions\//);
  });

  it('has one client for a subscription, whatever the case of its id', async () => {
    const { azure } = recordedAzure(() => ({ status: 200 }));
    const id = 'aaaaaaaa-0000-4000-8000-000000000001';
    const clientOf = (one: Azure, subscription: string) => one.network(subscription);
    expect(await clientOf(azure, id)).toBe(await clientOf(azure, id.toUpperCase()));
    expect(await clientOf(azure, id)).not.toBe(await clientOf(azure, subscriptionId));
  });

  it('waits by the clock where nothing else is given', async () => {
    const azure = connectAzure({ ...settings, resourceManagerEndpoint: 'https://management.example' });
    const before = performance.now();
    await azure.pause(0.02);
    const waited = performance.now() - before;
    expect(waited).toBeGreaterThan(15);
    expect(waited).toBeLessThan(5000);
  });
});

describe('a resource id', () => {
  const network = `${group}/Microsoft.Network`;
  it.each([
    [`${network}/virtualNetworks/hub`, { name: 'hub', child: '' }],
    [`${network}/virtualNetworks/hub/subnets/GatewaySubnet`, { name: 'hub', child: 'GatewaySubnet' }],
  ])('%s is taken apart for the clients of the SDKs', (id, names) => {
    expect(resourcePath(id)).toEqual({ subscriptionId, resourceGroup: 'rg-hub', ...names });
  });

  it('that is none is refused with the text', () => {
    expect(() => resourcePath('hub')).toThrow(
      expect.objectContaining({
        failure: {
          code: 'InvalidResourceId',
          message: 'This is not the id of an Azure resource.',
          target: 'hub',
        },
      }),
    );
  });
});
