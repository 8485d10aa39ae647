import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  defaultSecretName,
  newRadiusSecret,
  secretNameOf,
  secretProblem,
  unusableFor,
} from '../../../shared/secret/radius-secret.ts';
import { gatewayId, request } from '../hub.ts';

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

describe('its name in Key Vault', () => {
  it('is a valid one of the gateway alone, whatever the case of its id', () => {
    const name = defaultSecretName(gatewayId);
    expect(name).toMatch(/^radius-vpngw-hub-[0-9a-f]{12}$/);
    expect(defaultSecretName(gatewayId.toUpperCase())).toBe(name);
    expect(defaultSecretName(gatewayId.replace('rg-hub', 'rg-2'))).not.toBe(name);
    expect(defaultSecretName(`${gatewayId}_a.b`)).toMatch(/^[0-9a-z-]{1,127}$/);
  });

  it('is the one of the ticket when it names one', () => {
    expect(secretNameOf(request({ radius: { secretName: 'radius-hub' } }), gatewayId)).toBe('radius-hub');
    expect(secretNameOf(request(), gatewayId)).toBe(defaultSecretName(gatewayId));
  });
});

describe('a secret of Key Vault', () => {
  const own =
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub';
  const value = 'a-secret-of-more-than-thirty-two-characters';

  it('may be that of the gateway itself, whatever the case of its id, or one that nobody generated', () => {
    expect(unusableFor(own, { value, gatewayId: own.toUpperCase() })).toBeUndefined();
    expect(unusableFor(own, { value })).toBeUndefined();
  });

  it('may not be that of another gateway, nor one that NPS cannot hold', () => {
    expect(unusableFor(own, { value, gatewayId: own.replace('hub', 'spoke') })).toContain('another gateway');
    expect(unusableFor(own, { value: 'with "quotes"' })).toContain('holds a quote');
  });
});
