import { constants, createPublicKey, publicEncrypt } from 'node:crypto';

/** An RSA modulus of 2048 bits in base64, as a server reports it. The exponent is 65537. */
export function isSecretKey(text: string): boolean {
  const modulus = Buffer.from(text, 'base64');
  const isWritten = modulus.toString('base64') === text;
  // The highest bit is set, so it is 2048 bits long. A product of two odd primes is odd.
  return isWritten && modulus.length === 256 && modulus[0]! >= 0x80 && (modulus[255]! & 1) === 1;
}

/**
 * The shared secret as the run command's parameter, encrypted for the one server that has the key, because several logs
 * of Windows keep command lines. It uses OAEP with SHA-1, the only kind that every version of Windows supports.
 */
export function sealedSecret(secret: string, key: string): string {
  const n = Buffer.from(key, 'base64').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const sealed = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, Buffer.from(secret, 'utf8'));
  return `rsa:${sealed.toString('base64')}`;
}
