import { describe, expect, it } from 'vitest';
import { secretCatalogue } from '../../../../shared/azure/vault/secret-catalogue.ts';
import { secrets } from '../../../../shared/azure/vault/secrets.ts';
import { connectAzure } from '../../../../shared/azure/wire/connection.ts';
import { isLoopback } from '../../../../shared/azure/wire/loopback.ts';
import { VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { Secrets } from '../../../../shared/ports.ts';
import { createAzure } from '../../../../simulator/azure/azure.ts';
import { inProcessHttpClient, simulatedCredential } from '../../../../simulator/azure/wire/http-client.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { type Answer, recordedAzure, refusal, type Sent } from '../recorded-azure.ts';

const hub = 'https://hub.vault.azure.net';
const value = 'k9-Very_secret.0123456789';
const challenge = (resource: string): Answer => ({
  status: 401,
  headers: {
    'WWW-Authenticate': `Bearer authorization="https://login.example/tenant", resource="${resource}"`,
  },
  body: {},
});

/** Answers the first request to a vault with its challenge. */
const afterChallenge = (answer: (sent: Sent) => Answer) => (sent: Sent, index: number) =>
  index === 0 ? challenge('https://vault.azure.net') : answer(sent);

const bundle = (attributes: object = {}) => ({
  value,
  id: 'https://hub.vault.azure.net/secrets/radius-hub/0123456789abcdef',
  attributes: { enabled: true, created: 1_767_225_600, updated: 1_767_225_600, ...attributes },
});

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(VpnRadiusError);
      return error as VpnRadiusError;
    },
  );

describe('a secret', () => {
  it('is read in its newest version, or in the one that is asked for', async () => {
    const { azure, sent } = recordedAzure(afterChallenge(() => ({ status: 200, body: bundle() })));
    const vault = secrets(azure);
    expect(await vault.read('radius-hub')).toEqual({
      value,
      version: '0123456789abcdef',
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    await vault.read('radius-hub', 'older');
    expect(sent.map(({ method, url }) => `${method} ${url.host}${url.pathname.replace(/\/$/, '')}`)).toEqual([
      'GET hub.vault.azure.net/secrets/radius-hub',
      'GET hub.vault.azure.net/secrets/radius-hub',
      'GET hub.vault.azure.net/secrets/radius-hub/older',
    ]);
    expect(sent[1]?.headers).toMatchObject({
      authorization: 'Bearer a-token',
      'user-agent': expect.stringContaining('vpn-radius/1.2.3'),
    });
  });

  it('that is not there is undefined', async () => {
    const { azure } = recordedAzure(
      afterChallenge(() => refusal(404, 'SecretNotFound', 'A secret with (name/id) x was not found.')),
    );
    expect(await secrets(azure).read('radius-hub')).toBeUndefined();
  });

  it.each([
    [
      {
        status: 403,
        body: {
          error: {
            code: 'Forbidden',
            message: 'Operation get is not allowed on a disabled secret.',
            innererror: { code: 'SecretDisabled' },
          },
        },
      },
      'SecretDisabled',
      /disabled/,
    ],
    [
      {
        status: 403,
        body: {
          error: {
            code: 'Forbidden',
            message: "Caller is not authorized. Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
            innererror: { code: 'ForbiddenByRbac' },
          },
        },
      },
      'ForbiddenByRbac',
      /getSecret\/action/,
    ],
    [
      {
        status: 200,
        headers: { Date: 'Mon, 01 Jun 2026 00:00:00 GMT' },
        body: bundle({ exp: 1_780_185_600 }),
      },
      'SecretExpired',
      /Expired on 2026-05-31/,
    ],
    [{ status: 200, body: { ...bundle(), value: '' } }, 'SecretEmpty', /returned no value/],
  ])('that cannot be used says why: %j', async (answer, code, message) => {
    const { azure } = recordedAzure(afterChallenge(() => answer));
    const { failure } = await failureOf(secrets(azure).read('radius-hub'));
    expect(failure).toMatchObject({
      code,
      message: expect.stringMatching(message),
      target: 'https://hub.vault.azure.net/secrets/radius-hub',
    });
  });

  it('expires by the clock of the vault', async () => {
    const answer = {
      status: 200,
      headers: { Date: 'Sat, 30 May 2026 00:00:00 GMT' },
      body: bundle({ exp: 1_780_185_600 }),
    };
    const { azure } = recordedAzure(afterChallenge(() => answer));
    expect((await secrets(azure).read('radius-hub'))?.value).toBe(value);
  });

  it.each([
    ['Sat, 30 May 2026 23:59:59 GMT', undefined],
    ['Sun, 31 May 2026 00:00:00 GMT', 'SecretExpired'],
  ])('that expires at the end of May is, at %s, %s', async (date, code) => {
    const { azure } = recordedAzure(
      afterChallenge(() => ({ status: 200, headers: { Date: date }, body: bundle({ exp: 1_780_185_600 }) })),
    );
    const read = await secrets(azure)
      .read('radius-hub')
      .catch((error) => error);
    expect(read.code).toBe(code);
  });

  it.each([
    ['Fri, 01 May 2026 00:00:00 GMT', true],
    ['Thu, 01 Jan 2026 00:00:00 GMT', undefined],
  ])('that expires at the end of May nears its expiry at %s: %s', async (date, nearsExpiry) => {
    const { azure } = recordedAzure(
      afterChallenge(() => ({ status: 200, headers: { Date: date }, body: bundle({ exp: 1_780_185_600 }) })),
    );
    expect((await secrets(azure).read('radius-hub'))?.nearsExpiry).toBe(nearsExpiry);
  });

  it('that never expires does not near its expiry', async () => {
    const { azure } = recordedAzure(afterChallenge(() => ({ status: 200, body: bundle() })));
    expect(await secrets(azure).read('radius-hub')).not.toHaveProperty('nearsExpiry');
  });

  it('that was refused without a reason may be asked for again', async () => {
    const { azure } = recordedAzure(afterChallenge(() => ({ status: 403 })));
    const { failure } = await failureOf(secrets({ ...azure, keyVaultUrl: `${hub}//` }).read('radius-hub'));
    expect(failure).toEqual({
      code: 'UnexpectedAnswer',
      message: 'Key Vault refused a request, and its answer gave no reason that the app can read.',
      target: hub,
      transient: true,
    });
  });

  it('that was stored without a version is not stored', async () => {
    const answer = { ...bundle(), id: `${hub}/secrets/radius-hub` };
    const { azure } = recordedAzure(afterChallenge(() => ({ status: 200, body: answer })));
    const { failure } = await failureOf(secrets(azure).write('radius-hub', value, {}));
    expect(failure).toEqual({
      code: 'SecretEmpty',
      message: 'Key Vault stored no version.',
      target: `${hub}/secrets/radius-hub`,
    });
  });

  it('that has expired is read where that is asked for, and says so', async () => {
    const answer = {
      status: 200,
      headers: { Date: 'Mon, 01 Jun 2026 00:00:00 GMT' },
      body: { ...bundle({ exp: 1_780_185_600 }), tags: { 'vpn-radius-gateway': '/subscriptions/s' } },
    };
    const { azure } = recordedAzure(afterChallenge(() => answer));
    expect(await secrets(azure).read('radius-hub', undefined, { mayBeExpired: true })).toMatchObject({
      value,
      expiredAt: '2026-05-31T00:00:00.000Z',
      gatewayId: '/subscriptions/s',
    });
  });

  it('is written with the time of its expiry', async () => {
    const { azure, sent } = recordedAzure(afterChallenge(() => ({ status: 200, body: bundle() })));
    await secrets(azure).write('radius-hub', value, {}, '2026-05-31T00:00:00.000Z');
    expect(sent[1]?.body).toMatchObject({ value, attributes: { exp: 1_780_185_600 } });
  });

  it('is written as a new version', async () => {
    const { azure, sent } = recordedAzure(afterChallenge(() => ({ status: 200, body: bundle() })));
    expect(await secrets(azure).write('radius-hub', value, { gateway: 'vpngw-hub' })).toBe(
      '0123456789abcdef',
    );
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual(
      Array(2).fill('PUT /secrets/radius-hub'),
    );
    expect(sent[0]?.body).toEqual({});
    expect(sent[1]?.body).toMatchObject({ value, tags: { gateway: 'vpngw-hub' } });
    expect(sent.map(({ href }) => href).join()).not.toContain(value);
  });

  it('that could not be written is not told, and was tried once', async () => {
    const { azure, sent } = recordedAzure(
      afterChallenge(() => refusal(500, 'InternalError', `Cannot store ${value}`)),
    );
    const error = await failureOf(secrets(azure).write('radius-hub', value, {}));
    expect(error.failure).toMatchObject({
      code: 'InternalError',
      message: 'Cannot store [secret]',
      transient: true,
    });
    expect(String(error.stack)).not.toContain(value);
    expect(sent).toHaveLength(2);
  });
});

describe('the domain of a vault', () => {
  const at = (keyVaultUrl: string) => {
    const { azure, sent } = recordedAzure(afterChallenge(() => ({ status: 200, body: bundle() })));
    return { vault: secrets({ ...azure, keyVaultUrl }), sent };
  };

  const calls: readonly (readonly [string, (vault: Secrets) => Promise<unknown>])[] = [
    ['read', (vault) => vault.read('radius-hub')],
    ['versions', (vault) => vault.versions('radius-hub')],
    ['write', (vault) => vault.write('radius-hub', value, {})],
    ['tag', (vault) => vault.tag('radius-hub', 'v1', {})],
    ['disable', (vault) => vault.disable('radius-hub', 'v2', 'v1')],
    ['retire', (vault) => vault.retire('radius-hub', 'v1')],
    ['delete', (vault) => vault.delete('radius-hub')],
  ];
  it.each(calls)('has to be the one that a token is asked for: %s', async (_, call) => {
    const { vault, sent } = at('https://hub.vault.attacker.example');
    const { failure } = await failureOf(call(vault));
    expect(failure).toEqual({
      code: 'KeyVaultUrlInvalid',
      message:
        'The host of KEY_VAULT_URL asks for a token of another domain, so the app sends it no token. Set KEY_VAULT_URL to the URL of the vault.',
      target: 'https://hub.vault.attacker.example',
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is not looked at on a loopback address', async () => {
    expect((await at('https://127.0.0.1:7443/').vault.read('radius-hub'))?.value).toBe(value);
  });

  it.each([
    ['https://127.0.0.1:7443', true],
    ['https://localhost', true],
    ['https://[::1]:1', true],
    ['https://127.0.0.1.evil.example', false],
    ['https://localhost.evil.example', false],
    ['https://hub.vault.azure.net', false],
  ])('%s is a loopback address: %s', (url, expected) => {
    expect(isLoopback(url)).toBe(expected);
  });
});

function simulatedVault() {
  const simulated = createAzure({ clock: virtualClock(new Date('2027-01-04T08:00:00Z')), seed: 'adapters' });
  const azure = connectAzure({
    resourceManagerEndpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    keyVaultUrl: 'https://kv-hub.vault.azure.net',
    version: '0.0.0',
    credential: simulatedCredential(simulated),
    httpClient: inProcessHttpClient(simulated),
  });
  return { vault: secrets(azure), catalogue: secretCatalogue(azure), world: simulated.world };
}

it('the simulated vault keeps a secret and its versions', async () => {
  const { vault } = simulatedVault();
  expect(await vault.read('radius-hub')).toBeUndefined();
  const first = await vault.write('radius-hub', 'the-first', { gateway: 'vpngw-hub' });
  const second = await vault.write('radius-hub', 'the-second', {});
  expect(await vault.read('radius-hub')).toEqual({
    value: 'the-second',
    version: second,
    createdAt: '2027-01-04T08:00:00.000Z',
  });
  expect((await vault.read('radius-hub', first))?.value).toBe('the-first');
  expect(await vault.read('radius-hub', '0'.repeat(32))).toBeUndefined();
});

describe('a newest version that was disabled', () => {
  const tags = { 'vpn-radius-gateway': '/gateways/vpngw-hub', 'vpn-radius-server': '/machines/nps-01' };

  it('for another one gives that other one, in the same second too', async () => {
    const { vault, catalogue, world } = simulatedVault();
    const first = await vault.write('radius-hub', 'the-first', tags);
    const second = await vault.write('radius-hub', 'the-second', tags);
    await vault.disable('radius-hub', second, first);
    expect(await vault.read('radius-hub')).toMatchObject({ value: 'the-first', version: first });
    expect(world.vault.secrets.get('radius-hub')?.[1]).toMatchObject({
      enabled: false,
      tags: { ...tags, 'vpn-radius-instead': first },
    });
    expect(await catalogue.list()).toMatchObject([
      { name: 'radius-hub', enabled: true, gatewayId: '/gateways/vpngw-hub' },
    ]);
    const third = await vault.write('radius-hub', 'the-third', tags);
    expect((await vault.read('radius-hub'))?.version).toBe(third);
  });

  it('by a person is an error, as Key Vault says it', async () => {
    const { vault, world } = simulatedVault();
    await vault.write('radius-hub', 'the-first', tags);
    await vault.write('radius-hub', 'the-second', tags);
    world.vault.secrets.get('radius-hub')![1]!.enabled = false;
    expect((await failureOf(vault.read('radius-hub'))).code).toBe('SecretDisabled');
  });
});

it('a connection is made without asking anybody', () => {
  expect(() =>
    connectAzure({
      resourceManagerEndpoint: 'https://management.azure.com/',
      authorityHost: 'https://login.microsoftonline.com',
      keyVaultUrl: 'https://hub.vault.azure.net',
      version: '1',
    }),
  ).not.toThrow();
});

describe('the names of the secrets', () => {
  it('come part by part, each once, and all at once', async () => {
    const { vault, catalogue } = simulatedVault();
    const names = Array.from({ length: 60 }, (_, index) => `radius-${String(index).padStart(2, '0')}`);
    for (const name of names) await vault.write(name, `secret-of-${name}`, {});
    const parts: (readonly string[])[] = [];
    for (let continuation: string | undefined; parts.length < 5; ) {
      const part = await catalogue.part(2, continuation);
      parts.push(part.entries.map(({ name }) => name));
      continuation = part.continuation;
      if (continuation === undefined) break;
    }
    expect(parts.map(({ length }) => length)).toEqual([50, 10]);
    expect(parts.flat().toSorted()).toEqual(names);
    expect((await catalogue.list()).map(({ name }) => name).toSorted()).toEqual(names);
  });
});

describe('the name of a secret that was deleted', () => {
  const tags = { 'vpn-radius-gateway': '/subscriptions/s/resourceGroups/g/providers/x/y/vpngw-hub' };

  /** A simulated vault in which the secret was stored with these tags, and deleted. */
  async function deleted(stored: Readonly<Record<string, string>>, isDisabled: boolean) {
    const simulated = createAzure({ clock: virtualClock(new Date('2030-01-01T00:00:00Z')), seed: 'deleted' });
    const azure = connectAzure({
      resourceManagerEndpoint: 'https://management.azure.com',
      authorityHost: 'https://login.microsoftonline.com',
      keyVaultUrl: 'https://kv-hub.vault.azure.net',
      version: '0.0.0',
      credential: simulatedCredential(simulated),
      httpClient: inProcessHttpClient(simulated),
    });
    const vault = secrets(azure);
    const version = await vault.write('radius-hub', value, stored);
    if (isDisabled) await vault.retire('radius-hub', version);
    await vault.delete('radius-hub');
    return { vault, version, simulated };
  }

  it('is free for the gateway whose removal deleted it, and the old version stays disabled', async () => {
    const { vault, version } = await deleted(tags, true);
    const next = await vault.write('radius-hub', 'another-Very_secret', tags);
    expect(await vault.read('radius-hub')).toMatchObject({ version: next, value: 'another-Very_secret' });
    expect(await vault.versions('radius-hub')).toMatchObject([
      { version, enabled: false },
      { version: next, enabled: true },
    ]);
  });

  it('recovered by a deployment that was killed before it stored another one counts as none: the next one stores it', async () => {
    const { vault, simulated } = await deleted(tags, true);
    const held = simulated.world.vault.deleted.get('radius-hub')!;
    simulated.world.vault.deleted.delete('radius-hub');
    simulated.world.vault.secrets.set('radius-hub', held);
    expect(await vault.read('radius-hub')).toBeUndefined();
    const next = await vault.write('radius-hub', 'another-Very_secret', tags);
    expect(await vault.read('radius-hub')).toMatchObject({ version: next });
  });

  it('that a removal has disabled twice is disabled, and keeps its tags', async () => {
    const { vault, catalogue, world } = simulatedVault();
    const version = await vault.write('radius-hub', value, tags);
    await vault.retire('radius-hub', version);
    await vault.retire('radius-hub', version);
    expect(world.vault.secrets.get('radius-hub')).toMatchObject([{ enabled: false, tags }]);
    expect(await catalogue.list()).toMatchObject([{ enabled: false }]);
  });

  it.each([
    ['another gateway had it', { 'vpn-radius-gateway': `${tags['vpn-radius-gateway']}-2` }, true],
    ['nobody knows whose it was', {}, true],
    ['a person deleted it while it was in force', tags, false],
  ])('stays taken where %s: the failure says what to do', async (_, stored, isDisabled) => {
    const { vault } = await deleted(stored, isDisabled);
    const { failure } = await failureOf(vault.write('radius-hub', value, tags));
    expect(failure).toMatchObject({
      code: 'SecretDeleted',
      message: expect.stringContaining('secret recover'),
    });
    expect(await vault.versions('radius-hub')).toEqual([]);
  });
});
