import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  attribute,
  attributeType,
  decodePacket,
  encodePacket,
  headerLength,
  packetCode,
  type RadiusAttribute,
  type RadiusPacket,
} from './packet.ts';

// The first attribute of the packet, so that nothing chosen by an attacker can come before it (CVE-2024-3596).
const unsigned = attribute(attributeType.messageAuthenticator, Buffer.alloc(16));

/** The HMAC-MD5 over a packet, calculated with zeroes in place of the Message-Authenticator (RFC 3579, 3.2). */
function messageAuthenticator(
  datagram: Buffer,
  valueAt: number,
  authenticator: Buffer,
  secret: string,
): Buffer {
  const zeroed = Buffer.from(datagram);
  authenticator.copy(zeroed, 4);
  zeroed.fill(0, valueAt, valueAt + 16);
  return createHmac('md5', secret).update(zeroed).digest();
}

/** An Access-Request, with a Message-Authenticator as its first attribute unless `isSigned` is false. */
export function encodeRequest(request: Omit<RadiusPacket, 'code'>, secret: string, isSigned = true): Buffer {
  const { accessRequest: code } = packetCode;
  if (!isSigned) return encodePacket({ ...request, code });
  const datagram = encodePacket({ ...request, code, attributes: [unsigned, ...request.attributes] });
  messageAuthenticator(datagram, headerLength + 2, request.authenticator, secret).copy(
    datagram,
    headerLength + 2,
  );
  return datagram;
}

/** The answer to `request`: signed, and with the Response Authenticator that only a holder of the secret can make. */
export function encodeResponse(
  code: number,
  request: Pick<RadiusPacket, 'identifier' | 'authenticator'>,
  attributes: readonly RadiusAttribute[],
  secret: string,
): Buffer {
  const datagram = encodePacket({ ...request, code, attributes: [unsigned, ...attributes] });
  messageAuthenticator(datagram, headerLength + 2, request.authenticator, secret).copy(
    datagram,
    headerLength + 2,
  );
  createHash('md5').update(datagram).update(secret).digest().copy(datagram, 4);
  return datagram;
}

export type Signature = 'valid' | 'invalid' | 'absent';

/**
 * What the Message-Authenticator of a packet proves. `authenticator` is that of the request that the packet belongs to.
 */
function signature(datagram: Buffer, authenticator: Buffer, secret: string): Signature {
  const { attributes } = decodePacket(datagram);
  const at = attributes.findIndex(({ type }) => type === attributeType.messageAuthenticator);
  const held = attributes[at]?.value;
  if (!held) return 'absent';
  const valueAt = attributes
    .slice(0, at)
    .reduce((sum, { value }) => sum + 2 + value.length, headerLength + 2);
  const whole = datagram.subarray(0, datagram.readUInt16BE(2));
  const hasSeveral = attributes.filter(({ type }) => type === attributeType.messageAuthenticator).length > 1;
  if (held.length !== 16 || hasSeveral) return 'invalid';
  return timingSafeEqual(held, messageAuthenticator(whole, valueAt, authenticator, secret))
    ? 'valid'
    : 'invalid';
}

export function requestSignature(datagram: Buffer, secret: string): Signature {
  return signature(datagram, decodePacket(datagram).authenticator, secret);
}

/**
 * Whether a holder of `secret` made the answer: its Response Authenticator, and its Message-Authenticator if there is
 * one.
 */
export function responseIsAuthentic(
  datagram: Buffer,
  request: Pick<RadiusPacket, 'authenticator'>,
  secret: string,
): boolean {
  const whole = Buffer.from(datagram.subarray(0, datagram.readUInt16BE(2)));
  const { authenticator } = decodePacket(whole);
  request.authenticator.copy(whole, 4);
  const expected = createHash('md5').update(whole).update(secret).digest();
  return (
    timingSafeEqual(authenticator, expected) &&
    signature(datagram, request.authenticator, secret) !== 'invalid'
  );
}
