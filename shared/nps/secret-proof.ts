import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether the proof of an NPS server is that of this secret. The key of the proof was given to the server with the wish, in base64. */
export function isProofOf(proof: string, secret: string, key: string): boolean {
  const expected = secretHash(secret, key);
  const given = Buffer.from(proof, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Whether two secrets are the same, case included, in a time that does not tell where they differ. */
export function isSameSecret(one: string, other: string, key: string): boolean {
  return timingSafeEqual(secretHash(one, key), secretHash(other, key));
}

function secretHash(secret: string, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(secret, 'utf8').digest();
}
