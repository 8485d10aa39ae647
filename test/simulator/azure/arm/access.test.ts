import { describe, expect, it } from 'vitest';
import {
  azureAt,
  gatewayBody,
  gatewayPath,
  hub,
  network,
  read,
  readyHub,
  send,
  standardAddress,
  subnetId,
} from '../client.ts';

const roleActions = [
  'Microsoft.Network/virtualNetworks/read',
  'Microsoft.Network/virtualNetworks/subnets/*',
  'Microsoft.Network/publicIPAddresses/*',
  'Microsoft.Network/virtualNetworkGateways/*',
  'Microsoft.Network/locations/operations/read',
];

describe('who may what at Resource Manager', () => {
  it('asks for a token, for one of its own making, and for one that is meant for it', async () => {
    const { azure } = azureAt();
    const url = `https://management.azure.com${network('virtualNetworks/hub')}`;
    const ask = async (headers: Record<string, string>) =>
      read(await azure.handle({ method: 'GET', url, headers }));
    const without = await ask({});
    expect([without.status, without.body.error.code]).toEqual([401, 'AuthenticationFailed']);
    expect(without.headers['www-authenticate']).toMatch(/^Bearer authorization_uri=/);
    const { token } = azure.token('https://management.azure.com/');
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await ask({ authorization: `Bearer ${token.slice(0, -4)}AAAA` })).body.error.code).toBe(
      'InvalidAuthenticationToken',
    );
    const other = azure.token('https://vault.azure.net').token;
    expect((await ask({ authorization: `Bearer ${other}` })).body.error.code).toBe(
      'InvalidAuthenticationTokenAudience',
    );
  });

  it('refuses what the role lacks, in the words of ARM', async () => {
    const { get, put, azure } = azureAt(undefined, { scenario: { rbac: { roleActions } } });
    expect((await get(network('virtualNetworks/hub'))).status).toBe(200);
    const refused = await put(network('virtualNetworks/hub'), {});
    expect(refused.status).toBe(403);
    expect(refused.body.error.code).toBe('AuthorizationFailed');
    const { objectId, clientId } = azure.world.principal;
    expect(refused.body.error.message).toBe(
      `The client '${clientId}' with object id '${objectId}' does not have authorization to perform action 'Microsoft.Network/virtualNetworks/write' over scope '${hub}/Microsoft.Network/virtualNetworks/hub' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
    expect((await get(`${hub}/Microsoft.Compute/virtualMachines/nps-01?api-version=2024-03-01`)).status).toBe(
      403,
    );
  });

  it('lets a gateway use a subnet only where the role may join it', async () => {
    const noJoin = { roleActions, notActions: ['Microsoft.Network/virtualNetworks/subnets/join/action'] };
    const { put } = await readyHub(undefined, { scenario: { rbac: noJoin } });
    const refused = await put(gatewayPath(), gatewayBody());
    expect([refused.status, refused.body.error.code]).toEqual([403, 'LinkedAuthorizationFailed']);
    expect(refused.body.error.message).toContain(
      `does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '${subnetId}'`,
    );
  });

  it('lets a principal follow an operation only where it may read operations', async () => {
    const blind = roleActions.filter((action) => !action.includes('/locations/'));
    const { put, get } = azureAt(undefined, { scenario: { rbac: { roleActions: blind } } });
    const accepted = await put(network('publicIPAddresses/pip'), standardAddress);
    const refused = await get(accepted.headers['azure-asyncoperation']!);
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      expect.stringContaining("'Microsoft.Network/locations/operations/read'"),
    ]);
  });

  it('keeps the vault apart: 403 with the data action that is missing', async () => {
    const rbac = { roleActions: ['*'], dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'] };
    const { azure } = azureAt(undefined, { scenario: { rbac } });
    const refused = read(
      await send(azure, 'PUT', 'https://kv-hub.vault.azure.net/secrets/a?api-version=7.5', { value: 'b' }),
    );
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({ code: 'Forbidden', innererror: { code: 'ForbiddenByRbac' } });
    expect(refused.body.error.message).toContain(
      "Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'",
    );
  });
});

describe('routes', () => {
  it.each([
    ['no api-version', 400, 'MissingApiVersionParameter', `${hub}/Microsoft.Network/virtualNetworks/hub`],
    [
      'an odd api-version',
      400,
      'InvalidApiVersionParameter',
      `${hub}/Microsoft.Network/virtualNetworks/hub?api-version=1`,
    ],
    [
      'an unknown subscription',
      404,
      'SubscriptionNotFound',
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups?api-version=2021-04-01',
    ],
    [
      'an unknown group',
      404,
      'ResourceGroupNotFound',
      network('virtualNetworks/hub').replace('rg-hub', 'rg-none'),
    ],
    ['an unknown resource', 404, 'ResourceNotFound', network('virtualNetworks/none')],
    ['an unknown subnet', 404, 'NotFound', network('virtualNetworks/hub/subnets/none')],
    ['an unknown type', 404, 'InvalidResourceType', network('azureFirewalls/none')],
    ['an unknown action', 404, 'InvalidResourceType', network('virtualNetworks/hub/explode')],
  ])('%s: %i %s', async (_, status, code, path) => {
    const { get } = azureAt();
    const answer = await get(path);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('an unknown one names itself', async () => {
    const { get } = azureAt();
    const path = network('azureFirewalls/none');
    expect((await get(path)).body.error.message).toContain(
      `The simulator does not imitate GET ${path.split('?')[0]} (see simulator/README.md)`,
    );
  });

  it('what tools ask first: tenants, subscriptions, regions, providers, groups; and any known type', async () => {
    const { get, put, azure } = azureAt();
    const subscription = `/subscriptions/${azure.world.subscriptions[0]!.subscriptionId}`;
    const version = '?api-version=2022-12-01';
    expect((await get(`/tenants${version}`)).body.value[0].tenantId).toBe(azure.world.tenantId);
    expect((await get(`/subscriptions${version}`)).body.value).toHaveLength(1);
    expect((await get(`${subscription}${version}`)).body.state).toBe('Enabled');
    expect((await get(`${subscription}/locations${version}`)).body.value.length).toBeGreaterThan(5);
    const { body: provider } = await get(`${subscription}/providers/Microsoft.Network${version}`);
    expect(provider.resourceTypes.map((type: { resourceType: string }) => type.resourceType)).toContain(
      'virtualNetworkGateways',
    );
    expect((await get(`${subscription}/resourcegroups/RG-HUB${version}`)).body.name).toBe('rg-hub');
    const storage = `${hub}/Microsoft.Storage/storageAccounts/profiles?api-version=2023-05-01`;
    expect(
      (await put(storage, { location: 'West Europe', sku: { name: 'Standard_LRS' }, properties: {} })).status,
    ).toBe(201);
    expect((await get(storage)).body).toMatchObject({
      location: 'westeurope',
      properties: { provisioningState: 'Succeeded' },
    });
  });

  it('deletes a group with all that is in it, and takes no writes into it meanwhile', async () => {
    const { remove, get, put, done, azure } = azureAt();
    const group = `${hub.replace('/providers', '')}?api-version=2021-04-01`;
    const accepted = await remove(group);
    expect([accepted.status, accepted.headers['retry-after']]).toEqual([202, '15']);
    expect((await get(accepted.headers.location!)).status).toBe(202);
    expect((await put(network('publicIPAddresses/a'), {})).body.error.code).toBe('ResourceGroupBeingDeleted');
    await done(Promise.resolve(accepted));
    expect((await get(accepted.headers.location!)).status).toBe(200);
    expect([(await get(group)).status, azure.world.resources.size]).toEqual([404, 0]);
  });
});
