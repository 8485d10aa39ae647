import { describe, expect, it } from 'vitest';
import { azureAt, gatewayBody, gatewayId, gatewayPath, hub, network, readyHub } from '../client.ts';

const hubId = `${hub}/Microsoft.Network/virtualNetworks/hub`;
const tags = (scope: string) => `${scope}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01`;
const change = (operation: string, wished: Record<string, string>) => ({
  operation,
  properties: { tags: wished },
});

describe('the Tags API', () => {
  it('merges, deletes, replaces and clears the tags of a resource, and leaves the rest of it', async () => {
    const { get, put, patch, remove } = azureAt();
    const before = (await get(network('virtualNetworks/hub'))).body;
    const current = async () => (await get(tags(hubId))).body.properties.tags;
    await put(tags(hubId), { properties: { tags: { owner: 'net', cost: '7' } } });
    const merged = await patch(tags(hubId), change('Merge', { cost: '8', 'vpn-radius': 'enabled' }));
    expect(merged.body).toEqual({
      id: `${hubId}/providers/Microsoft.Resources/tags/default`,
      name: 'default',
      type: 'Microsoft.Resources/tags',
      properties: { tags: { owner: 'net', cost: '8', 'vpn-radius': 'enabled' } },
    });
    await patch(tags(hubId), change('delete', { cost: '8', owner: 'another value' }));
    expect(await current()).toEqual({ owner: 'net', 'vpn-radius': 'enabled' });
    expect((await get(network('virtualNetworks/hub'))).body.tags).toEqual(await current());
    await patch(tags(hubId), change('Replace', { only: 'this' }));
    expect(await current()).toEqual({ only: 'this' });
    expect((await remove(tags(hubId))).status).toBe(200);
    expect(await current()).toEqual({});
    const plain = (body: unknown) => JSON.stringify(body).replaceAll(/W\/[^,]+,/g, '');
    expect(plain((await get(network('virtualNetworks/hub'))).body.properties)).toBe(plain(before.properties));
  });

  it('asks for an operation, and for a resource that is there', async () => {
    const { patch } = azureAt();
    expect((await patch(tags(hubId), { properties: { tags: {} } })).body.error.code).toBe(
      'InvalidRequestContent',
    );
    expect((await patch(tags(`${hubId}-none`), change('Merge', {}))).body.error.code).toBe(
      'ResourceNotFound',
    );
  });

  it('tells of it by an event of its own, not of the resource', async () => {
    const { azure, patch } = azureAt();
    const told: unknown[] = [];
    azure.onEvent(({ eventType, subject, eventGrid }) => {
      const { operationName, resourceUri } = eventGrid.data as Record<string, string>;
      told.push({ eventType, subject, operationName, resourceUri });
    });
    await patch(tags(hubId), change('Merge', { 'vpn-radius': 'enabled' }));
    const subject = `${hubId.replace('resourceGroups', 'resourcegroups')}/providers/Microsoft.Resources/tags/default`;
    expect(told).toEqual([
      {
        eventType: 'Microsoft.Resources.ResourceWriteSuccess',
        subject,
        operationName: 'Microsoft.Resources/tags/write',
        resourceUri: subject,
      },
    ]);
  });

  it('answers at once for a gateway, which is busy for a while after', async () => {
    const { put, get, patch, done } = await readyHub();
    await done(put(gatewayPath(), gatewayBody()));
    expect((await patch(tags(gatewayId), change('Merge', { owner: 'net' }))).status).toBe(200);
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Updating');
    expect((await patch(gatewayPath(), { tags: {} })).body.error.code).toBe('AnotherOperationInProgress');
  });

  it('keeps the tags of a resource group', async () => {
    const { get, patch } = azureAt();
    const group = hub.replace('/providers', '');
    await patch(tags(group), change('Merge', { team: 'network' }));
    expect((await get(`${group}?api-version=2021-04-01`)).body.tags).toEqual({ team: 'network' });
  });
});

describe('lists with a $filter', () => {
  const list = (filter: string) => {
    const { get } = azureAt();
    const subscription = hub.split('/resourceGroups')[0];
    return get(`${subscription}/resources?api-version=2021-04-01&$filter=${encodeURIComponent(filter)}`);
  };
  const names = async (filter: string) =>
    (await list(filter)).body.value.map((one: { name: string }) => one.name);

  it('are cut by what Resource Manager knows', async () => {
    expect(await names("resourceType eq 'Microsoft.Compute/virtualMachines' and name eq 'nps-02'")).toEqual([
      'nps-02',
    ]);
    expect(await names("tagName eq 'vpn-radius-nps' and tagValue eq 'enabled'")).toEqual([
      'nps-01',
      'nps-02',
      'nps-onprem',
    ]);
  });

  it.each(["properties/state eq 'Running'", "name ne 'a'", "name eq 'a' or name eq 'b'"])(
    'refuse what it does not: %s',
    async (filter) => {
      const answer = await list(filter);
      expect([answer.status, answer.body.error.code]).toEqual([400, 'InvalidFilterInQueryString']);
    },
  );

  it('of one resource type take none', async () => {
    const { get } = azureAt();
    const answer = await get(`${network('virtualNetworks')}&$filter=name%20eq%20'hub'`);
    expect(answer.body.error.code).toBe('InvalidFilterInQueryString');
  });
});

describe('a resource group that another service keeps', () => {
  it('names its keeper: as told, and by its name for the nodes of a Kubernetes cluster', async () => {
    const nodes = hub.replace('rg-hub', 'MC_rg-shop_shop-prod_westeurope');
    const { get } = azureAt(undefined, {
      scenario: {
        resources: [
          {
            id: `${nodes}/Microsoft.Network/virtualNetworks/aks`,
            properties: { addressSpace: { addressPrefixes: ['10.9.0.0/16'] } },
          },
          {
            id: hub.replace('rg-hub/providers', 'rg-bricks'),
            location: 'westeurope',
            managedBy: '/subscriptions/x/workspaces/w',
          },
        ],
      },
    });
    const group = async (id: string) => (await get(`${id}?api-version=2021-04-01`)).body.managedBy;
    expect(await group(nodes.replace('/providers', ''))).toMatch(
      /rg-shop\/providers\/Microsoft.ContainerService\/managedClusters\/shop-prod$/,
    );
    expect(await group(hub.replace('rg-hub/providers', 'rg-bricks'))).toBe('/subscriptions/x/workspaces/w');
    expect(await group(hub.replace('/providers', ''))).toBeUndefined();
  });
});
