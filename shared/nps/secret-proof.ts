import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether `proof`, base64 that an NPS server made with `key` (base64) of the secret that it holds, is of this secret. */
export function proves(proof: string, secret: string, key: string): boolean {
  const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(secret, 'utf8').digest();
  const given = Buffer.from(proof, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
