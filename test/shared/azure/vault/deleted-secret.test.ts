import { describe, expect, it } from 'vitest';
import { secrets } from '../../../../shared/azure/vault/secrets.ts';
import { type Answer, recordedAzure, refusal, type Sent } from '../recorded-azure.ts';

const gatewayId =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/vpngw';
const tags = { 'vpn-radius-gateway': gatewayId };
const id = 'https://hub.vault.azure.net/secrets/radius-hub/0123456789abcdef';
const taken = (status = 409, inner = 'ObjectIsDeletedButRecoverable'): Answer => ({
  status,
  body: { error: { code: 'Conflict', message: 'The name is taken.', innererror: { code: inner } } },
});
const stored: Answer = { status: 200, body: { id, value: 'x', attributes: { enabled: true } } };
const missing = refusal(404, 'SecretNotFound', 'It is not there yet.');
const deleted = (more: object = {}): Answer => ({
  status: 200,
  body: { id, recoveryId: `${id}/deleted`, attributes: { enabled: false }, tags, ...more },
});

/** A vault that has deleted the name. `looks`: how often it is still at work when it is asked for the recovered secret. */
function vaultWith(its: Answer, looks = 0, first = taken()) {
  let left = looks + 1;
  let isRecovering = false;
  const answer = ({ method, url }: Sent): Answer => {
    if (url.pathname.startsWith('/deletedsecrets')) {
      if (method !== 'POST') return its;
      isRecovering = true;
      return { status: 200, body: { id, attributes: { enabled: false } } };
    }
    if (method === 'PUT') return isRecovering && left <= 0 ? stored : first;
    return isRecovering && --left <= 0 ? refusal(403, 'Forbidden', 'It is disabled.') : missing;
  };
  const { azure, sent, pauses } = recordedAzure((one, index) =>
    index === 0
      ? {
          status: 401,
          headers: {
            'WWW-Authenticate':
              'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"',
          },
          body: {},
        }
      : answer(one),
  );
  const write = (given: Readonly<Record<string, string>> = tags) =>
    secrets(azure)
      .write('radius-hub', 'Very_secret', given)
      .catch((error) => error.failure);
  return { write, pauses, recovers: () => sent.filter(({ method }) => method === 'POST').length };
}

describe('the secret that a removal of this gateway has deleted', () => {
  it('is recovered, and looked at every three seconds until the vault has done so', async () => {
    const { write, pauses, recovers } = vaultWith(deleted(), 3);
    expect(await write()).toBe('0123456789abcdef');
    expect(recovers()).toBe(1);
    expect(pauses).toEqual([3, 3, 3]);
  });

  it('is waited for in a later attempt when the vault takes longer', async () => {
    const { write, pauses } = vaultWith(deleted(), 100);
    expect(await write()).toEqual({
      code: 'SecretRecovering',
      message: 'Key Vault has not recovered the secret radius-hub yet.',
      target: 'radius-hub',
      transient: true,
    });
    expect(pauses).toEqual(Array(10).fill(3));
  });

  it('is its own whatever the case of the id', async () => {
    const { write } = vaultWith(deleted({ tags: { 'vpn-radius-gateway': gatewayId.toUpperCase() } }));
    expect(await write()).toBe('0123456789abcdef');
  });
});

describe('is never recovered, because its versions would count again:', () => {
  it.each([
    ['a secret that was in force', deleted({ attributes: { enabled: true } }), tags],
    ['a secret of which nobody knows whether it was in force', deleted({ attributes: {} }), tags],
    ['a secret of another gateway', deleted({ tags: { 'vpn-radius-gateway': `${gatewayId}-2` } }), tags],
    ['a secret of nobody', deleted({ tags: {} }), tags],
    ['a secret without tags', deleted({ tags: undefined }), tags],
    ['a secret for something that is no gateway', deleted(), {}],
  ])('%s', async (_, its, given) => {
    const { write, recovers } = vaultWith(its);
    expect(await write(given)).toEqual({
      code: 'SecretDeleted',
      message:
        'Somebody deleted the Key Vault secret radius-hub, and the vault still reserves its name. Recover it (az keyvault secret recover --name radius-hub), or name another secret in radius.secretName.',
      target: 'radius-hub',
    });
    expect(recovers()).toBe(0);
  });

  it.each([
    ['another conflict', taken(409, 'ObjectIsBeingDeleted'), 'Conflict'],
    ['a refusal with that word', taken(403), 'Conflict'],
    ['a conflict without a reason', refusal(409, 'Conflict', 'No.'), 'Conflict'],
  ])('anything at %s', async (_, first, code) => {
    const { write, recovers } = vaultWith(deleted(), 0, first);
    expect(await write()).toMatchObject({ code });
    expect(recovers()).toBe(0);
  });

  it('anything where the connection breaks', async () => {
    const { azure, sent } = recordedAzure(() => 'ECONNRESET');
    await expect(secrets(azure).write('radius-hub', 'Very_secret', tags)).rejects.toMatchObject({
      failure: { code: 'AzureUnreachable', transient: true },
    });
    expect(sent.filter(({ url }) => url.pathname.startsWith('/deletedsecrets'))).toEqual([]);
  });
});
