import { createHash } from 'node:crypto';

/** Of the text in UTF-8, in hexadecimal digits. */
export const sha256 = (text: string) => sha256OfParts([text]);

/** Of a text that is too large to be held whole. */
export function sha256OfParts(parts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
