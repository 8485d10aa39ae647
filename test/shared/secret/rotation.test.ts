import { describe, expect, it } from 'vitest';
import {
  expiringSecret,
  isNearExpiry,
  rotationTurns,
  secretExpiry,
} from '../../../shared/secret/rotation.ts';

const day = 86_400_000;

describe('servers get the new secret', () => {
  it.each([
    [
      'the less preferred first',
      [
        ['10.0.1.4', 30],
        ['10.0.1.5', 1],
      ],
      ['10.0.1.5', '10.0.1.4'],
    ],
    [
      'by address, where none is preferred',
      [
        ['10.0.1.5', 30],
        ['10.0.1.4', 30],
      ],
      ['10.0.1.4', '10.0.1.5'],
    ],
    [
      'in the same order again',
      [
        ['10.0.1.4', 30],
        ['10.0.1.5', 30],
      ],
      ['10.0.1.4', '10.0.1.5'],
    ],
  ] as const)('%s', (_, servers, expected) => {
    const turns = rotationTurns(servers.map(([address, score]) => ({ address, score })));
    expect(turns.map(({ address }) => address)).toEqual(expected);
  });
});

describe('a secret', () => {
  it.each([
    ['31 days ahead', 31 * day, true],
    ['a moment later', 31 * day + 1, false],
    ['passed', -day, true],
  ])('is near its expiry when that is %s: %s', (_, ahead, expected) => {
    expect(isNearExpiry(new Date(1_000_000 * day + ahead), 1_000_000 * day)).toBe(expected);
  });

  it.each([
    ['2030-01-01T00:00:00Z', 180, '2030-06-30T00:00:00.000Z'],
    // Key Vault reports it thirty days before: as much again must be left.
    ['2030-01-01T00:00:00Z', 60, '2030-03-02T00:00:00.000Z'],
    ['2030-01-01T00:00:00Z', 59, undefined],
    [undefined, 180, undefined],
  ])('generated at %s that may be %s days old expires at %s', (now, days, expected) => {
    expect(secretExpiry(now, days)).toBe(expected);
  });
});

describe('the event SecretNearExpiry', () => {
  const data = { ObjectName: 'radius-hub', Version: 'a1B2' };
  const event = { id: 7, eventType: 'Microsoft.KeyVault.SecretNearExpiry', data };
  const cloudEvent = { id: '7', type: 'Microsoft.KeyVault.SecretNearExpiry', data };

  it.each([event, cloudEvent])('names the secret and its version', (one) => {
    expect(expiringSecret(one)).toEqual({ id: '7', name: 'radius-hub', version: 'a1B2' });
  });

  it('is another event: nothing', () => {
    expect(expiringSecret({ ...event, eventType: 'Microsoft.KeyVault.SecretExpired' })).toBeUndefined();
  });

  it.each([
    ['no object', undefined, 'neither eventType nor type'],
    ['no type', { id: '7', data }, 'neither eventType nor type'],
    ['no data', { ...event, data: undefined }, 'data.ObjectName'],
    ['no name', { ...event, data: { Version: 'a1' } }, 'data.ObjectName'],
    [
      'a name that leaves the path',
      { ...event, data: { ...data, ObjectName: '../keys/a' } },
      'data.ObjectName',
    ],
    ['a name with more before', { ...event, data: { ...data, ObjectName: '/a' } }, 'data.ObjectName'],
    ['a name with more behind', { ...event, data: { ...data, ObjectName: 'a/' } }, 'data.ObjectName'],
    ['a name too long', { ...event, data: { ...data, ObjectName: 'a'.repeat(128) } }, 'data.ObjectName'],
    ['no version', { ...event, data: { ObjectName: 'a' } }, 'data.Version'],
    ['a version that leaves the path', { ...event, data: { ...data, Version: '../a' } }, 'data.Version'],
    ['a version with more behind', { ...event, data: { ...data, Version: 'a/b' } }, 'data.Version'],
    ['a version too long', { ...event, data: { ...data, Version: 'a'.repeat(65) } }, 'data.Version'],
  ])('with %s is refused', (_, one, words) => {
    expect(() => expiringSecret(one)).toThrow(
      expect.objectContaining({ code: 'InvalidEvent', message: expect.stringContaining(words) }),
    );
  });

  it('takes a name as long as Key Vault allows', () => {
    const name = 'a'.repeat(127);
    expect(expiringSecret({ ...event, data: { ...data, ObjectName: name } })).toMatchObject({ name });
  });
});
