import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  newRadiusSecret,
  secretFindings,
  secretProblem,
  sharedSecretFindings,
  unusableFor,
} from '../../../shared/secret/radius-secret.ts';

describe('a new shared secret', () => {
  it('fits both sides and is never the same', () => {
    const secrets = Array.from({ length: 200 }, () => newRadiusSecret(randomBytes));
    expect(new Set(secrets).size).toBe(200);
    for (const secret of secrets) {
      expect(secret).toMatch(/^[A-Za-z0-9_-]{48}$/);
      expect(secretProblem(secret)).toBeUndefined();
    }
  });

  it('uses every character of its alphabet equally: each comes from four of the 256 bytes', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte++) {
      const secret = newRadiusSecret((count) => new Uint8Array(count).fill(byte));
      counts.set(secret[0]!, (counts.get(secret[0]!) ?? 0) + 1);
    }
    expect(counts.size).toBe(64);
    expect(new Set(counts.values())).toEqual(new Set([4]));
  });
});

describe('a secret of somebody else', () => {
  it.each([
    ['', /empty/],
    ['x'.repeat(128), undefined],
    ['x'.repeat(129), /129 characters/],
    ['Grüße', /printable ASCII/],
    ['two\nlines', /printable ASCII/],
    ['with space inside', undefined],
    [' leading', /space/],
    ['a"b', /quote/],
    ["a'b", /quote/],
    ['50%', /quote or one of/],
    ['a&b', /quote or one of/],
    ['<a>', /quote or one of/],
    ['!#$()*+,-./:;=?@[]_{}~', undefined],
  ])('%j', (value, expected) => {
    const problem = secretProblem(value);
    if (expected) expect(problem).toMatch(expected);
    else expect(problem).toBeUndefined();
  });

  it('is never quoted', () => {
    for (const value of ['s3cret&', ' s3cret', 's3cret\u00e9', 's3cret'.repeat(30)])
      expect(secretProblem(value)).not.toContain('s3cret');
  });
});

describe('a secret of Key Vault', () => {
  const gatewayId =
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub';
  const host = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/nps-01';
  const pair = { gatewayId, host };
  const value = 'a-secret-of-more-than-thirty-two-characters';

  it('may be that of the pair itself, whatever the case of its ids, or one that nobody uses', () => {
    const tags = { gatewayId: gatewayId.toUpperCase(), host: host.toUpperCase() };
    expect(unusableFor(pair, { value, ...tags })).toBeUndefined();
    expect(unusableFor(pair, { value })).toBeUndefined();
  });

  it('may be one that all servers of the gateway have had in common since before', () => {
    expect(unusableFor(pair, { value, gatewayId })).toBeUndefined();
  });

  it('may be that of any machine while the machine of the pair is not known', () => {
    expect(unusableFor({ gatewayId }, { value, gatewayId, host })).toBeUndefined();
  });

  it.each([
    [
      'that of another gateway',
      { gatewayId: gatewayId.replace('hub', 'spoke') },
      /another gateway, .*vpngw-spoke/,
    ],
    [
      'that of another NPS server',
      { gatewayId, host: host.replace('01', '02') },
      /another NPS server, nps-02/,
    ],
  ])('may not be %s', (_, tags, expected) => {
    expect(unusableFor(pair, { value, ...tags })).toMatch(expected);
  });

  it('may not be one that NPS cannot hold', () => {
    expect(unusableFor(pair, { value: 'with "quotes"' })).toContain('holds a quote');
  });
});

describe('what the plan says of a secret of Key Vault', () => {
  const pair = { gatewayId: '/gateways/hub', host: '/machines/nps-01' };
  const found = { name: 'radius-hub', version: '1' };
  const field = 'radius.secretName';

  it.each([
    ['none', undefined, []],
    ['a good one', found, []],
    [
      'one that has expired',
      { ...found, expiredAt: '2030-01-01' },
      [['warning', 'SecretExpired', field, 'radius-hub expired on 2030-01-01. It is still used']],
    ],
    [
      'one that does not fit',
      { ...found, problem: 'it is empty' },
      [['problem', 'SecretUnusable', field, 'radius-hub cannot be used: it is empty. Store a better one']],
    ],
    [
      'one of another machine',
      { ...found, host: '/machines/nps-02' },
      [['problem', 'SecretUnusable', field, 'it belongs to another NPS server, nps-02']],
    ],
    ['one of this machine', { ...found, host: '/Machines/NPS-01', gatewayId: '/Gateways/Hub' }, []],
  ])('%s', (_, secret, expected) => {
    const told = [...secretFindings(pair, secret)];
    expect(told).toEqual(
      expected.map(([kind, code, target, words]) =>
        expect.objectContaining({ kind, code, target, message: expect.stringContaining(words!) }),
      ),
    );
  });

  it('one that two servers share stays, with the way out', () => {
    const servers = ['10.0.1.4', '10.0.1.5'].map((address) => ({ address, secretName: 'radius-hub' }));
    expect([...sharedSecretFindings(servers)]).toEqual([
      expect.objectContaining({
        code: 'SecretShared',
        target: field,
        message: expect.stringMatching(
          /^10\.0\.1\.4 and 10\.0\.1\.5 share the secret radius-hub\. This does not change now\. .*POST \/api\/rotations/,
        ),
      }),
    ]);
    expect([...sharedSecretFindings(servers.slice(1))]).toEqual([]);
  });
});
