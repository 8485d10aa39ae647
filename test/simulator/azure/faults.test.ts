import { describe, expect, it } from 'vitest';
import { ConnectionDropped } from '../../../simulator/azure/wire/messages.ts';
import { azureAt, gatewayBody, gatewayPath, network, readyHub, standardAddress } from './client.ts';

const address = network('publicIPAddresses/pip');
const gatewayWrite = { action: 'Microsoft.Network/virtualNetworkGateways/write' };

describe('faults', () => {
  it('answer in the place of Azure, as often as told and after as many as told', async () => {
    const { azure, get } = azureAt();
    azure.faults.add({
      match: { method: 'GET', url: '/virtualnetworks/HUB' },
      effect: { kind: 'respond', status: 429, retryAfterSeconds: 17 },
      times: 2,
      after: 1,
    });
    const hub = network('virtualNetworks/hub');
    const answers = [await get(hub), await get(hub), await get(hub), await get(hub)];
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 429, 200]);
    expect(answers[1]).toMatchObject({
      headers: { 'retry-after': '17' },
      body: { error: { code: 'TooManyRequests' } },
    });
  });

  it.each([
    [409, 'AnotherOperationInProgress'],
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
  ])('%i says %s unless told otherwise', async (status, code) => {
    const { azure, put } = azureAt();
    azure.faults.add({ match: { method: 'PUT' }, effect: { kind: 'respond', status } });
    expect(await put(address, standardAddress)).toMatchObject({ status, body: { error: { code } } });
    expect(azure.resource(address.split('?')[0]!)).toBeUndefined();
  });

  it('drop the connection before the request is carried out, or after', async () => {
    const { azure, put } = azureAt();
    const id = address.split('?')[0]!;
    azure.faults.add({ match: { method: 'PUT' }, effect: { kind: 'drop' } });
    await expect(put(address, standardAddress)).rejects.toThrow(ConnectionDropped);
    expect(azure.resource(id)).toBeUndefined();
    azure.faults.add({ match: { method: 'PUT' }, effect: { kind: 'drop', afterEffect: true } });
    await expect(put(address, standardAddress)).rejects.toThrow(ConnectionDropped);
    expect(azure.resource(id)).toBeDefined();
  });

  it('let an operation fail in the end: 200 with an error, and the resource says Failed', async () => {
    const { azure, put, get, done } = await readyHub();
    azure.faults.add({
      match: gatewayWrite,
      effect: { kind: 'failOperation', code: 'InternalServerError', message: 'An error occurred.' },
    });
    const accepted = await done(put(gatewayPath(), gatewayBody()));
    expect(accepted.status).toBe(201);
    expect(await get(accepted.headers['azure-asyncoperation']!)).toMatchObject({
      status: 200,
      body: {
        status: 'Failed',
        error: { code: 'InternalServerError', message: 'An error occurred.', details: [] },
      },
    });
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Failed');
    await done(put(gatewayPath(), gatewayBody()));
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Succeeded');
  });

  it('make an operation slow', async () => {
    const { azure, put, get, clock } = await readyHub();
    azure.faults.add({ match: gatewayWrite, effect: { kind: 'slowOperation', factor: 2 } });
    await put(gatewayPath(), gatewayBody());
    clock.advance(79 * 60_000);
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Updating');
    clock.advance(60_000);
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Succeeded');
  });

  it('deny an action, until they are removed', async () => {
    const { azure, get } = azureAt();
    const take = azure.faults.add({
      match: { action: 'Microsoft.Network/*/read' },
      effect: { kind: 'deny' },
      times: 'always',
    });
    expect((await get(network('virtualNetworks/hub'))).body.error.code).toBe('AuthorizationFailed');
    take();
    expect((await get(network('virtualNetworks/hub'))).status).toBe(200);
  });
});

describe('the log of requests', () => {
  it('holds method, action, answer and body as sent, and counts by kind', async () => {
    const { azure, put, get, remove } = azureAt();
    await get(network('virtualNetworks/hub'));
    await put(address, standardAddress);
    await remove(network('virtualNetworks/none'));
    expect(
      azure.requests.map(({ method, action, status, service }) => [service, method, action, status]),
    ).toEqual([
      ['arm', 'GET', 'Microsoft.Network/virtualNetworks/read', 200],
      ['arm', 'PUT', 'Microsoft.Network/publicIPAddresses/write', 201],
      ['arm', 'DELETE', 'Microsoft.Network/virtualNetworks/delete', 204],
    ]);
    expect(JSON.parse(azure.requests[1]!.body!)).toEqual(JSON.parse(JSON.stringify(standardAddress)));
    expect(azure.counts()).toEqual({
      'GET Microsoft.Network/virtualNetworks/read': 1,
      'PUT Microsoft.Network/publicIPAddresses/write': 1,
      'DELETE Microsoft.Network/virtualNetworks/delete': 1,
    });
  });
});
