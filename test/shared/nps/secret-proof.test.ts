import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { isProofOf, isSameSecret } from '../../../shared/nps/secret-proof.ts';

const key = Buffer.from('key of the run').toString('base64');
/** As the module in PowerShell makes it. */
const hash = createHmac('sha256', 'key of the run').update('gehëim').digest();
const proof = (bytes: Buffer) => bytes.toString('base64');

it.each([
  ['the whole', proof(hash), true],
  ['the first half', proof(hash.subarray(0, 16)), true],
  ['less than the half', proof(hash.subarray(0, 15)), false],
  ['more than the half', proof(hash.subarray(0, 17)), false],
  ['the whole with more behind it', proof(Buffer.concat([hash, hash])), false],
  ['the second half', proof(hash.subarray(16)), false],
  ['nothing', '', false],
])('%s proves the secret or not', (_, given, expected) => {
  expect(isProofOf(given, 'gehëim', key)).toBe(expected);
  expect(isProofOf(given, 'geheim', key)).toBe(false);
});

it('compares secrets with their case', () => {
  expect(isSameSecret('gehëim', 'gehëim', key)).toBe(true);
  expect(isSameSecret('gehëim', 'Gehëim', key)).toBe(false);
});
