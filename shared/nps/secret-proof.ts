import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether the proof of an NPS server belongs to this secret. The server got the key of the proof with the wish, in
 * base64.
 */
export function isProofOf(proof: string, secret: string, key: string): boolean {
  const expected = secretHash(secret, key);
  const given = Buffer.from(proof, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Whether two secrets are the same, with the same case. The time of the comparison does not show where they differ. */
export function isSameSecret(one: string, other: string, key: string): boolean {
  return timingSafeEqual(secretHash(one, key), secretHash(other, key));
}

function secretHash(secret: string, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(secret, 'utf8').digest();
}
