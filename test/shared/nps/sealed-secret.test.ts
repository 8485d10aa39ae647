import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseNpsResult } from '../../../shared/nps/result.ts';
import { isSecretKey, sealedSecret } from '../../../shared/nps/sealed-secret.ts';

const modulus = (bits: number) => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url').toString('base64');
};
const bytes = (first: number, last: number, length = 256) => {
  const buffer = Buffer.alloc(length, 7);
  buffer[0] = first;
  buffer[length - 1] = last;
  return buffer.toString('base64');
};

describe('the key that a server tells', () => {
  it('is a modulus of 2048 bits', () => {
    expect(isSecretKey(modulus(2048))).toBe(true);
    expect(isSecretKey(bytes(0x80, 1))).toBe(true);
  });

  it.each([
    ['too short', modulus(1024)],
    ['shorter than it seems', bytes(0x7f, 1)],
    ['even', bytes(0x80, 2)],
    ['longer', bytes(0x80, 1, 257)],
    ['no base64', `${bytes(0x80, 1).slice(0, -1)}!`],
    ['base64 with something behind it', `${bytes(0x80, 1)}\n`],
    ['empty', ''],
  ])('is refused when it is %s: such an answer is not as agreed', (_, key) => {
    expect(isSecretKey(key)).toBe(false);
    const state = {
      server: { name: 'NPS-01', os: 'x', npasInstalled: true, serviceRunning: true, secretKey: key },
      radiusClients: [],
      networkPolicy: { name: 'p', exists: true },
      mfa: { installed: true, loaded: true },
      blastRadius: {},
      audit: {},
    };
    expect(() => parseNpsResult(JSON.stringify({ state }))).toThrow(
      /state\.server\.secretKey has an unexpected value/,
    );
  });
});

it('the secret is sealed for the server that has the key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url').toString('base64');
  const [kind, sealed] = sealedSecret('gehëim', key).split(':');
  expect(kind).toBe('rsa');
  const how = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  expect(privateDecrypt(how, Buffer.from(sealed!, 'base64')).toString()).toBe('gehëim');
});
