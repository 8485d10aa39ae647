import {
  checkPrimeSync,
  constants,
  createHash,
  createPrivateKey,
  type JsonWebKey,
  privateDecrypt,
} from 'node:crypto';
import type { NpsServerState } from '../state.ts';
import { NpsError } from './desired-state.ts';

type Keyed = Pick<NpsServerState, 'name' | 'secretKeys'>;

/**
 * The key pair of a simulated server. It is the same for its name in every process, so that a world that is stopped and
 * continued still has it. It protects nothing. `secretKeys` counts how often the server has got another one.
 */
function keyPair({
  name,
  secretKeys,
}: Keyed): Required<Pick<JsonWebKey, 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi'>> {
  const seed = `${name.toUpperCase()} ${secretKeys}`;
  const known = pairs.get(seed);
  if (known) return known;
  const [p, q] = [prime(`${seed} p`), prime(`${seed} q`)];
  const exponent = 65537n;
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const pair = {
    n: written(p * q),
    e: written(exponent),
    d: written(d),
    p: written(p),
    q: written(q),
    dp: written(d % (p - 1n)),
    dq: written(d % (q - 1n)),
    qi: written(inverse(q, p)),
  };
  pairs.set(seed, pair);
  return pair;
}

const pairs = new Map<string, ReturnType<typeof keyPair>>();

/** 1,024 bits of which the two highest are set, so that the product of two has 2,048. */
function prime(seed: string): bigint {
  for (let count = 0; ; count++) {
    const bytes = Buffer.concat(
      [0, 1].map((half) => createHash('sha512').update(`${seed} ${count} ${half}`).digest()),
    );
    bytes[0]! |= 0xc0;
    bytes[127]! |= 1;
    const found = BigInt(`0x${bytes.toString('hex')}`);
    if (found % 65537n !== 1n && checkPrimeSync(found, { checks: 1 })) return found;
  }
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [before, rest] = [modulus, value % modulus];
  let [last, factor] = [0n, 1n];
  while (rest !== 0n) {
    const quotient = before / rest;
    [before, rest] = [rest, before - quotient * rest];
    [last, factor] = [factor, last - quotient * factor];
  }
  return last < 0n ? last + modulus : last;
}

function written(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}

const base64 = (url: string) => Buffer.from(url, 'base64url').toString('base64');

/** The modulus, in the form that the server reports. */
export const publicKey = (server: Keyed): string => base64(keyPair(server).n);

/** Reads the secret from a parameter that begins with `rsa:`. Throws `SecretKeyUnknown` when it is for another key. */
export function unsealed(server: Keyed, sealed: string): string {
  const key = createPrivateKey({ key: { kty: 'RSA', ...keyPair(server) }, format: 'jwk' });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  try {
    return privateDecrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(sealed, 'base64')).toString('utf8');
  } catch {
    throw new NpsError(
      'SecretKeyUnknown',
      'The secret was encrypted for another server, or for a key that this server no longer has. Ask it for its key again.',
      'SharedSecret',
    );
  }
}

/** In the form that `RSACryptoServiceProvider` reads, for the key store of the stand-ins. */
export function keyXml(server: Keyed): string {
  const { n, e, p, q, dp, dq, qi, d } = keyPair(server);
  const fields = { Modulus: n, Exponent: e, P: p, Q: q, DP: dp, DQ: dq, InverseQ: qi, D: d };
  const written = Object.entries(fields).map(([name, value]) => `<${name}>${base64(value)}</${name}>`);
  return `<RSAKeyValue>${written.join('')}</RSAKeyValue>`;
}
