import { describe, expect, it } from 'vitest';
import { azureAt, read, send } from '../client.ts';

const secret = (path = 'radius-hub') => `https://kv-hub.vault.azure.net/secrets/${path}?api-version=7.5`;

describe('the vault', () => {
  it('challenges a request without a token, naming the tenant and a resource in whose domain it lies', async () => {
    const { azure } = azureAt();
    const ask = async (url: string) => read(await send(azure, 'GET', url, undefined, false));
    const public_ = await ask(secret());
    expect([public_.status, public_.body.error.code]).toEqual([401, 'Unauthorized']);
    expect(public_.headers['www-authenticate']).toBe(
      `Bearer authorization="https://kv-hub.vault.azure.net/${azure.world.tenantId}", resource="https://vault.azure.net"`,
    );
    const loopback = await ask('https://127.0.0.1:8443/secrets/radius-hub?api-version=7.5');
    expect(loopback.headers['www-authenticate']).toContain('resource="simulated://0.0.1:8443"');
  });

  it('is not opened by a token for Resource Manager', async () => {
    const { azure } = azureAt();
    const { token } = azure.token('https://management.azure.com');
    const answer = read(
      await azure.handle({ method: 'GET', url: secret(), headers: { authorization: `Bearer ${token}` } }),
    );
    expect([answer.status, answer.body.error.message]).toEqual([401, expect.stringContaining('AKV10022')]);
  });

  it('keeps a deleted secret, and its name with it, until it is purged', async () => {
    const { azure } = azureAt();
    const ask = async (method: string, url: string, body?: unknown) =>
      read(await send(azure, method, url, body));
    await ask('PUT', secret(), { value: 'one' });
    expect((await ask('DELETE', secret())).body.recoveryId).toMatch(/\/deletedsecrets\/radius-hub$/);
    expect((await ask('GET', secret('radius-hub/'))).body.error.code).toBe('SecretNotFound');
    expect((await ask('PUT', secret(), { value: 'two' })).body.error.innererror.code).toBe(
      'ObjectIsDeletedButRecoverable',
    );
    const deleted = secret().replace('/secrets/', '/deletedsecrets/');
    expect((await ask('POST', deleted.replace('?', '/recover?'))).status).toBe(200);
    expect((await ask('GET', secret('radius-hub/'))).body.value).toBe('one');
    await ask('DELETE', secret());
    expect((await ask('DELETE', deleted)).status).toBe(204);
    expect((await ask('PUT', secret(), { value: 'two' })).status).toBe(200);
  });

  it('lists 25 secrets a page, without their values', async () => {
    const { azure } = azureAt();
    for (let index = 0; index < 30; index++)
      await send(azure, 'PUT', secret(`s-${index}`), { value: 'hidden' });
    const first = read(await send(azure, 'GET', 'https://kv-hub.vault.azure.net/secrets?api-version=7.5'));
    const second = read(await send(azure, 'GET', first.body.nextLink));
    expect([first.body.value.length, second.body.value.length, second.body.nextLink]).toEqual([25, 5, null]);
    expect(JSON.stringify([first.body, second.body])).not.toContain('hidden');
  });

  it.each([
    ['a name with a dot', secret('a.b'), { value: 'x' }],
    ['no value', secret(), {}],
  ])('refuses %s', async (_, url, body) => {
    const { azure } = azureAt();
    expect(read(await send(azure, 'PUT', url, body)).body.error.code).toBe('BadParameter');
  });
});
