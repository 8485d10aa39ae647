import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Encrypts a short-lived bearer value (an operation URL with its signature) so that a history may hold it: AES-256-GCM
 * under a key derived from a secret that stays in Key Vault. `context` binds it to the resource that it is about.
 */
export function seal(text: string, secret: string, context: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyFrom(secret, context), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Throws when the text was changed, or was sealed with another secret or for another resource. */
export function unseal(sealed: string, secret: string, context: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyFrom(secret, context), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}

function keyFrom(secret: string, context: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `vpn-radius sealed ${context.toLowerCase()}`, 32));
}
