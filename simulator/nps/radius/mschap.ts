import { createCipheriv, createHash } from 'node:crypto';
import { createMD4 } from 'hash-wasm';

// OpenSSL 3 has MD4 and single DES only in its legacy provider, which Node does not load. DES is 3DES with the same key
// three times.
const md4 = await createMD4();

const nt = (password: string) => digest(Buffer.from(password, 'utf16le'));
const digest = (data: Buffer) => Buffer.from(md4.init().update(data).digest('binary'));
const sha1 = (...parts: (Buffer | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha1')).digest();

/** A name without its domain: this is the form that goes into the challenge hash (RFC 2759, 8.2). */
const account = (name: string) => name.slice(name.lastIndexOf('\\') + 1);

function des(key7: Buffer, block: Buffer): Buffer {
  const bits = BigInt(`0x${key7.toString('hex')}`);
  // Seven octets become eight. The lowest bit of each is parity, which the cipher ignores.
  const key = Buffer.from(
    Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(49 - 7 * i)) & 0x7fn) << 1),
  );
  const cipher = createCipheriv('des-ede3', Buffer.concat([key, key, key]), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** What both sides know of one MS-CHAPv2 exchange. */
export interface Exchange {
  readonly userName: string;
  readonly authenticatorChallenge: Buffer;
  readonly peerChallenge: Buffer;
}

function challengeHash({ userName, authenticatorChallenge, peerChallenge }: Exchange): Buffer {
  return sha1(peerChallenge, authenticatorChallenge, account(userName)).subarray(0, 8);
}

/** The 24 octets with which a peer proves that it knows the password (RFC 2759, 8.1). */
export function ntResponse(exchange: Exchange, password: string): Buffer {
  const keys = Buffer.concat([nt(password), Buffer.alloc(5)]);
  const challenge = challengeHash(exchange);
  return Buffer.concat([0, 7, 14].map((at) => des(keys.subarray(at, at + 7), challenge)));
}

/** `S=` and 40 hexadecimal digits, with which the server proves that it knows the password too (RFC 2759, 8.7). */
export function authenticatorResponse(exchange: Exchange, password: string, response: Buffer): string {
  const inner = sha1(digest(nt(password)), response, 'Magic server to client signing constant');
  const outer = sha1(inner, challengeHash(exchange), 'Pad to make it do more than one iteration');
  return `S=${outer.toString('hex').toUpperCase()}`;
}

/** The server's 128-bit MPPE session keys (RFC 3079, 3.4). */
export function sessionKeys(password: string, response: Buffer): { send: Buffer; receive: Buffer } {
  const master = sha1(digest(nt(password)), response, 'This is the MPPE Master Key').subarray(0, 16);
  const key = (magic: string) =>
    sha1(master, Buffer.alloc(40, 0), magic, Buffer.alloc(40, 0xf2)).subarray(0, 16);
  return {
    send: key('On the client side, this is the receive key; on the server side, it is the send key.'),
    receive: key('On the client side, this is the send key; on the server side, it is the receive key.'),
  };
}
