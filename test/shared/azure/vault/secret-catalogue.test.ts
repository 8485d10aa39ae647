import { describe, expect, it } from 'vitest';
import { secretCatalogue } from '../../../../shared/azure/vault/secret-catalogue.ts';
import { type Answer, recordedAzure, refusal } from '../recorded-azure.ts';

const vault = 'https://hub.vault.azure.net';
const challenge = (resource = 'https://vault.azure.net'): Answer => ({
  status: 401,
  headers: {
    'WWW-Authenticate': `Bearer authorization="https://login.example/tenant", resource="${resource}"`,
  },
  body: {},
});
const item = (name: string, more: object = {}) => ({
  id: `${vault}/secrets/${name}`,
  attributes: { enabled: true, created: 1_767_225_600, updated: 1_769_904_000 },
  ...more,
});

/** The catalogue of a vault that answers with these, after its challenge. The last answer stays. */
function catalogueOf(answers: readonly Answer[], keyVaultUrl = vault, first = challenge()) {
  const { azure, sent } = recordedAzure((_, index) =>
    index === 0 ? first : answers[Math.min(index, answers.length) - 1]!,
  );
  return { ...secretCatalogue({ ...azure, keyVaultUrl }), sent };
}
const page = (items: readonly object[], nextLink?: string | null): Answer => ({
  status: 200,
  body: { value: items, ...(nextLink !== undefined && { nextLink }) },
});
const next = (number: number) => `${vault}/secrets?api-version=7.6&$skiptoken=${number}`;

describe('an entry', () => {
  const entryOf = async (more: object) => (await catalogueOf([page([item('radius-hub', more)])]).list())[0];

  it('says when its newest version was stored, not when a tag was changed', async () => {
    expect(await entryOf({})).toEqual({
      name: 'radius-hub',
      createdAt: '2026-01-01T00:00:00.000Z',
      enabled: true,
    });
    const attributes = { enabled: true, updated: 1_769_904_000 };
    expect(await entryOf({ attributes })).toMatchObject({ createdAt: '2026-02-01T00:00:00.000Z' });
    expect(await entryOf({ attributes: {} })).toMatchObject({ createdAt: '1970-01-01T00:00:00.000Z' });
  });

  it('says when it expires, and what it belongs to', async () => {
    const attributes = { enabled: true, created: 1_767_225_600, exp: 1_780_185_600 };
    const tags = { 'vpn-radius-gateway': '/gateways/hub', 'vpn-radius-server': '/machines/nps-01' };
    expect(await entryOf({ attributes, tags })).toEqual({
      name: 'radius-hub',
      createdAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-05-31T00:00:00.000Z',
      enabled: true,
      gatewayId: '/gateways/hub',
      host: '/machines/nps-01',
    });
  });

  it.each([
    ['a person has disabled', { enabled: false }, undefined, false],
    ['a person has disabled, and has other tags', { enabled: false }, { mine: 'yes' }, false],
    ['is disabled for another version', { enabled: false }, { 'vpn-radius-instead': 'older' }, true],
    ['does not say', {}, undefined, true],
  ])('that %s', async (_, attributes, tags, enabled) => {
    expect(await entryOf({ attributes, tags })).toMatchObject({ enabled });
  });
});

describe('the list', () => {
  it('is read to its end, a page at a time', async () => {
    const pages = [page([item('a')], next(1)), page([]), page([item('b')])];
    const { list, sent } = catalogueOf([pages[0]!, page([], next(2)), pages[2]!], `${vault}//`);
    expect((await list()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(sent.slice(1).map(({ url }) => url.searchParams.get('$skiptoken'))).toEqual([null, '1', '2']);
    expect(sent.every(({ url }) => url.href.startsWith(`${vault}/secrets?`))).toBe(true);
  });

  it.each([[null], ['']])('has ended where the next link is %j', async (nextLink) => {
    const { part } = catalogueOf([page([item('a')], nextLink)]);
    expect(await part(5)).toEqual({ entries: [expect.objectContaining({ name: 'a' })] });
  });

  it('stops after the pages that are wanted, and goes on from there', async () => {
    const first = catalogueOf([page([item('a')], next(1)), page([item('b')], next(2))]);
    const { entries, continuation } = await first.part(2);
    expect(entries.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(continuation).toBe(next(2));
    expect(first.sent).toHaveLength(3);
    const second = catalogueOf([page([item('c')])]);
    expect(await second.part(2, continuation)).toEqual({ entries: [expect.objectContaining({ name: 'c' })] });
    expect(second.sent[1]!.url.searchParams.get('$skiptoken')).toBe('2');
  });

  it('that is refused names the vault', async () => {
    const refused = refusal(403, 'Forbidden', 'Caller is not authorized.');
    await expect(catalogueOf([refused], `${vault}//`).list()).rejects.toMatchObject({
      failure: { target: `${vault}/secrets` },
    });
  });

  it('is not read from the page of a gateway on the way', async () => {
    const { azure, sent } = recordedAzure((_, index) => (index === 0 ? challenge() : page([item('a')])));
    const { httpClient } = azure.clientOptions;
    const disturbed: typeof httpClient = {
      async sendRequest(request) {
        const answer = await httpClient!.sendRequest(request);
        return sent.length === 2
          ? { ...answer, status: 502, bodyAsText: '<html>Bad gateway</html>' }
          : answer;
      },
    };
    const its = { ...azure, clientOptions: { ...azure.clientOptions, httpClient: disturbed } };
    const failure = await secretCatalogue(its)
      .list()
      .catch((error) => error.failure);
    expect(failure).toMatchObject({ transient: true, target: `${vault}/secrets` });
  });

  it('is asked for with no token of another domain, but on a loopback address', async () => {
    const { list, sent } = catalogueOf([page([])], 'https://hub.vault.attacker.example');
    await expect(list()).rejects.toMatchObject({
      failure: { code: 'KeyVaultUrlInvalid', target: 'https://hub.vault.attacker.example' },
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]!.headers).not.toHaveProperty('authorization');
    expect(await catalogueOf([page([])], 'https://127.0.0.1:7443').list()).toEqual([]);
  });
});
