import { createHash } from 'node:crypto';

/**
 * Hides octets under the shared secret, or reveals them, in blocks of 16 (RFC 2865, 5.2). `first` starts the chain: for
 * a password it is the Request Authenticator, for an MPPE key the Request Authenticator followed by the salt (RFC 2548,
 * 2.4.2).
 */
export function hiddenBlocks(
  input: Buffer,
  first: Buffer,
  secret: string,
  hidden: 'input' | 'output',
): Buffer {
  const output = Buffer.alloc(input.length);
  let before = first;
  for (let at = 0; at < input.length; at += 16) {
    const pad = createHash('md5').update(secret).update(before).digest();
    for (let i = at; i < at + 16; i++) output[i] = (input[i] ?? 0) ^ (pad[i - at] ?? 0);
    before = (hidden === 'input' ? input : output).subarray(at, at + 16);
  }
  return output;
}

/** User-Password as it travels (RFC 2865, 5.2): padded to blocks of 16 octets and hidden under the secret. */
export function hidePassword(password: string, authenticator: Buffer, secret: string): Buffer {
  const clear = Buffer.from(password);
  if (clear.length > 128) throw new RangeError('A RADIUS password has at most 128 octets.');
  const padded = Buffer.alloc(Math.max(16, Math.ceil(clear.length / 16) * 16));
  clear.copy(padded);
  return hiddenBlocks(padded, authenticator, secret, 'output');
}

/** The reverse. Another secret gives meaningless octets, not an error. Undefined when the value is not whole blocks. */
export function revealPassword(value: Buffer, authenticator: Buffer, secret: string): string | undefined {
  if (value.length === 0 || value.length > 128 || value.length % 16 !== 0) return undefined;
  const padded = hiddenBlocks(value, authenticator, secret, 'input');
  const end = padded.indexOf(0);
  return padded.subarray(0, end === -1 ? padded.length : end).toString('utf8');
}
