import { createHash } from 'node:crypto';

/** Of the text in UTF-8, in hexadecimal digits. */
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
