import { createHmac, timingSafeEqual } from 'node:crypto';

/** The least that counts as a proof: half of the hash (RFC 2104, section 5). */
const shortest = 16;

/**
 * Whether the proof of an NPS server belongs to this secret. The server got the key of the proof with the wish, in
 * base64. A brief answer has the first half of the proof.
 */
export function isProofOf(proof: string, secret: string, key: string): boolean {
  const expected = secretHash(secret, key);
  const given = Buffer.from(proof, 'base64');
  if (given.length !== shortest && given.length !== expected.length) return false;
  return timingSafeEqual(given, expected.subarray(0, given.length));
}

/** Whether two secrets are the same, with the same case. The time of the comparison does not show where they differ. */
export function isSameSecret(one: string, other: string, key: string): boolean {
  return timingSafeEqual(secretHash(one, key), secretHash(other, key));
}

function secretHash(secret: string, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(secret, 'utf8').digest();
}
