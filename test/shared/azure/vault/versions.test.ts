import { describe, expect, it } from 'vitest';
import { secrets } from '../../../../shared/azure/vault/secrets.ts';
import { type Answer, recordedAzure, refusal, type Sent } from '../recorded-azure.ts';

const vaultUrl = 'https://hub.vault.azure.net';
const seconds = 1_767_225_600;
interface Version {
  readonly name: string;
  readonly enabled?: boolean;
  readonly created?: number;
  readonly tags?: Readonly<Record<string, string>>;
}
const attributesOf = ({ enabled = true, created = seconds }: Version) => ({ enabled, created });
const idOf = (version: string) =>
  [vaultUrl, 'secrets', 'radius-hub', ...(version ? [version] : [])].join('/');
const forbidden = (status: number, inner: string): Answer => ({
  status,
  body: {
    error: { code: 'Forbidden', message: 'The operation is not allowed.', innererror: { code: inner } },
  },
});
const disabled = forbidden(403, 'SecretDisabled');
const challenge: Answer = {
  status: 401,
  headers: {
    'WWW-Authenticate':
      'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"',
  },
  body: {},
};

/** A vault with one secret of these versions, the newest last, as Key Vault answers for it. */
function vaultOf(...versions: Version[]) {
  const bundle = (version: Version): Answer =>
    version.enabled === false
      ? disabled
      : {
          status: 200,
          body: {
            value: `value of ${version.name}`,
            id: idOf(version.name),
            attributes: attributesOf(version),
            tags: version.tags,
          },
        };
  const answer = ({ method, url }: Sent): Answer => {
    const [, , name, version] = url.pathname.split('/');
    if (name !== 'radius-hub') return refusal(404, 'SecretNotFound', 'There is no such secret.');
    if (method === 'PATCH') return { status: 200, body: { id: idOf(version!), attributes: {} } };
    if (version === 'versions')
      return {
        status: 200,
        body: {
          value: versions.map((one) => ({
            id: idOf(one.name),
            attributes: attributesOf(one),
            tags: one.tags,
          })),
        },
      };
    const found = version ? versions.find((one) => one.name === version) : versions.at(-1);
    return found ? bundle(found) : refusal(404, 'SecretNotFound', 'There is no such version.');
  };
  const { azure, sent } = recordedAzure((one, index) => (index === 0 ? challenge : answer(one)));
  const patches = () =>
    sent
      .filter(({ method, body }) => method === 'PATCH' && Object.keys(body).length > 0)
      .map(({ url, body }) => [url.pathname, body]);
  return { vault: secrets(azure), patches, sent };
}
const insteadOf = (version: string) => ({ 'vpn-radius-instead': version });
const removed = { 'vpn-radius-removed': 'true' };
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error) => error.failure.code,
  );

describe('the newest version is disabled', () => {
  it.each<[string, Version[], string | undefined]>([
    [
      'for an older one, which counts',
      [{ name: 'v1' }, { name: 'v2', enabled: false, tags: insteadOf('v1') }],
      'v1',
    ],
    [
      'for an older one, and was stored in the second of another that was disabled by a person',
      [{ name: 'v1' }, { name: 'v2', enabled: false }, { name: 'v3', enabled: false, tags: insteadOf('v1') }],
      'v1',
    ],
    [
      'for one that is disabled too',
      [
        { name: 'v1', enabled: false },
        { name: 'v2', enabled: false, created: seconds + 1, tags: insteadOf('v1') },
      ],
      'SecretDisabled',
    ],
    [
      'for one that does not exist',
      [{ name: 'v1' }, { name: 'v2', enabled: false, tags: insteadOf('v0') }],
      'SecretDisabled',
    ],
    [
      'by a person, though an older one was disabled for another',
      [
        { name: 'v1' },
        { name: 'v2', enabled: false, tags: insteadOf('v1') },
        { name: 'v3', enabled: false, created: seconds + 1 },
      ],
      'SecretDisabled',
    ],
    [
      'by a removal: there is none',
      [{ name: 'v1' }, { name: 'v2', enabled: false, tags: removed }],
      undefined,
    ],
    [
      'by a removal, in the same second as another by a person: there is none',
      [
        { name: 'v1', enabled: false },
        { name: 'v2', enabled: false, tags: removed },
      ],
      undefined,
    ],
    [
      'for one of several that are enabled',
      [{ name: 'v0' }, { name: 'v1' }, { name: 'v2', enabled: false, tags: insteadOf('v1') }],
      'v1',
    ],
    [
      'by a person, after a removal had disabled an older one',
      [
        { name: 'v1', enabled: false, tags: removed },
        { name: 'v2', enabled: false, created: seconds + 1 },
      ],
      'SecretDisabled',
    ],
  ])('%s', async (_, versions, expected) => {
    const { vault, sent } = vaultOf(...versions);
    const read = await codeOf(vault.read('radius-hub'));
    const asked = sent.map(({ url }) => url.pathname.split('/')[3] || 'newest');
    expect(new Set(asked)).toEqual(
      new Set(['newest', 'versions', ...(expected?.startsWith('v') ? [expected] : [])]),
    );
    if (expected?.startsWith('v'))
      expect(read).toMatchObject({ version: expected, value: `value of ${expected}` });
    else expect(read).toBe(expected);
  });

  it('and that very version is asked for: no other one is taken for it', async () => {
    const { vault, sent } = vaultOf({ name: 'v1' }, { name: 'v2', enabled: false, tags: insteadOf('v1') });
    expect(await codeOf(vault.read('radius-hub', 'v2'))).toBe('SecretDisabled');
    expect(sent.filter(({ url }) => url.pathname.endsWith('/versions'))).toEqual([]);
  });
});

it.each<[string, Answer | string, string]>([
  ['the app may not read it', forbidden(403, 'ForbiddenByRbac'), 'ForbiddenByRbac'],
  ['the vault has a fault, whatever it says', forbidden(500, 'SecretDisabled'), 'SecretDisabled'],
  ['the vault cannot be reached', 'ECONNRESET', 'AzureUnreachable'],
])('no other version is taken where %s', async (_, answer, code) => {
  const { azure, sent } = recordedAzure((_one, index) => (index === 0 ? challenge : answer));
  expect(await codeOf(secrets(azure).read('radius-hub'))).toBe(code);
  expect(sent.filter(({ url }) => url.pathname.endsWith('/versions'))).toEqual([]);
});

it('a read tells whose the secret is, and which attempt of which deployment has stored it', async () => {
  const tags = {
    'vpn-radius-gateway': '/gateways/hub',
    'vpn-radius-server': '/machines/nps-01',
    'vpn-radius-deployment': 'vpn-hub-1',
    'vpn-radius-attempt': '2',
  };
  const { vault } = vaultOf({ name: 'v1', tags });
  expect(await vault.read('radius-hub')).toEqual({
    ...{ value: 'value of v1', version: 'v1', createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ gatewayId: '/gateways/hub', host: '/machines/nps-01', madeBy: 'vpn-hub-1', attempt: '2' },
  });
});

describe('the versions', () => {
  it('come oldest first, with what they belong to and without a value', async () => {
    const tags = { 'vpn-radius-gateway': '/gateways/hub', 'vpn-radius-server': '/machines/nps-01' };
    const { vault, sent } = vaultOf(
      { name: 'v3', created: seconds + 7200, tags },
      { name: 'v1' },
      { name: 'v2', created: seconds + 3600, enabled: false },
    );
    expect(await vault.versions('radius-hub')).toEqual([
      { version: 'v1', createdAt: '2026-01-01T00:00:00.000Z', enabled: true },
      { version: 'v2', createdAt: '2026-01-01T01:00:00.000Z', enabled: false },
      {
        ...{ version: 'v3', createdAt: '2026-01-01T02:00:00.000Z', enabled: true },
        ...{ gatewayId: '/gateways/hub', host: '/machines/nps-01' },
      },
    ]);
    expect(sent.every(({ url }) => url.pathname.endsWith('/versions'))).toBe(true);
    expect(await vaultOf({ name: '' }).vault.versions('radius-hub')).toEqual([]);
    expect(await vault.versions('another')).toEqual([]);
  });

  it('keep their tags when a removal disables one of them, and the others stay', async () => {
    const { vault, patches } = vaultOf(
      { name: 'v1', tags: { mine: 'yes' } },
      { name: 'v2', tags: { its: 'no' } },
    );
    await vault.retire('radius-hub', 'v1');
    expect(patches()).toEqual([
      ['/secrets/radius-hub/v1', { attributes: { enabled: false }, tags: { mine: 'yes', ...removed } }],
    ]);
    await vault.retire('radius-hub', 'v0');
    expect(patches()).toHaveLength(1);
  });

  it('keep their tags when one gets another tag, or is disabled for another', async () => {
    const { vault, patches } = vaultOf(
      { name: 'v1', tags: { mine: 'yes' } },
      { name: 'v2', tags: { its: 'no' } },
    );
    await vault.tag('radius-hub', 'v1', { more: '1' });
    await vault.disable('radius-hub', 'v2', 'v1');
    expect(patches()).toEqual([
      ['/secrets/radius-hub/v1', { attributes: {}, tags: { mine: 'yes', more: '1' } }],
      ['/secrets/radius-hub/v2', { attributes: { enabled: false }, tags: { its: 'no', ...insteadOf('v1') } }],
    ]);
  });
});

it('a version that another attempt has disabled already is disabled again, and no failure', async () => {
  const { vault, patches } = vaultOf({ name: 'v1' }, { name: 'v2', enabled: false, tags: insteadOf('v1') });
  await vault.disable('radius-hub', 'v2', 'v1');
  expect(patches()).toEqual([
    ['/secrets/radius-hub/v2', { attributes: { enabled: false }, tags: insteadOf('v1') }],
  ]);
});

it('a secret that is not there is deleted already', async () => {
  const { vault, sent } = vaultOf({ name: 'v1' });
  expect(await vault.delete('another')).toBeUndefined();
  expect(sent.at(-1)).toMatchObject({ method: 'DELETE' });
  expect(sent.at(-1)!.url.pathname).toBe('/secrets/another');
});
