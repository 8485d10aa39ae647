import { createHash } from 'node:crypto';

/** The SHA-256 of the text in UTF-8, in hexadecimal digits. */
export const sha256 = (text: string) => sha256OfParts([text]);

/** The same for a text that is too large to be held as a whole. */
export function sha256OfParts(parts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
