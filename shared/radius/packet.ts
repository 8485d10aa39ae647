import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * RADIUS packets (RFC 2865, RFC 3579): the bytes, and what the shared secret proves about them. The `radius` package is
 * not used for this: it compares authenticators after decoding them as UTF-8, which makes different ones equal, and it
 * accepts an attribute that runs past the end of the packet.
 */
export interface RadiusPacket {
  readonly code: number;
  readonly identifier: number;
  readonly authenticator: Buffer;
  readonly attributes: readonly RadiusAttribute[];
}

export interface RadiusAttribute {
  readonly type: number;
  readonly value: Buffer;
}

export const packetCode = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accessChallenge: 11,
} as const;

export const attributeType = {
  userName: 1,
  userPassword: 2,
  nasIpAddress: 4,
  serviceType: 6,
  framedProtocol: 7,
  replyMessage: 18,
  state: 24,
  vendorSpecific: 26,
  nasIdentifier: 32,
  proxyState: 33,
  nasPortType: 61,
  eapMessage: 79,
  messageAuthenticator: 80,
} as const;

const headerLength = 20;
const longest = 4096;

export function attribute(type: number, value: string | Buffer): RadiusAttribute {
  return { type, value: Buffer.isBuffer(value) ? value : Buffer.from(value) };
}

/** The value of the first attribute of that type. */
export function firstValue(packet: RadiusPacket, type: number): Buffer | undefined {
  return packet.attributes.find((each) => each.type === type)?.value;
}

/** Throws a `RangeError` on anything that is not one whole packet; octets after its length are padding and ignored. */
export function decodePacket(datagram: Buffer): RadiusPacket {
  const length = datagram.length < headerLength ? 0 : datagram.readUInt16BE(2);
  if (length < headerLength || length > longest || length > datagram.length) {
    throw new RangeError(
      `A RADIUS packet has 20 to 4096 octets and all of its length; this one has ${datagram.length}.`,
    );
  }
  const attributes: RadiusAttribute[] = [];
  for (let offset = headerLength; offset < length; ) {
    const size = offset + 2 > length ? 0 : datagram.readUInt8(offset + 1);
    if (size < 2 || offset + size > length) {
      throw new RangeError(`A RADIUS attribute runs past the end of its packet at octet ${offset}.`);
    }
    attributes.push({
      type: datagram.readUInt8(offset),
      value: Buffer.from(datagram.subarray(offset + 2, offset + size)),
    });
    offset += size;
  }
  return {
    code: datagram.readUInt8(0),
    identifier: datagram.readUInt8(1),
    authenticator: Buffer.from(datagram.subarray(4, headerLength)),
    attributes,
  };
}

function encode(packet: RadiusPacket): Buffer {
  const attributes = packet.attributes.map(({ type, value }) => {
    if (value.length > 253)
      throw new RangeError(`RADIUS attribute ${type} has ${value.length} octets; 253 fit.`);
    return Buffer.concat([Buffer.of(type, value.length + 2), value]);
  });
  const body = Buffer.concat([packet.authenticator, ...attributes]);
  const header = Buffer.of(packet.code, packet.identifier, 0, 0);
  header.writeUInt16BE(4 + body.length, 2);
  if (4 + body.length > longest)
    throw new RangeError(`A RADIUS packet of ${4 + body.length} octets; 4096 fit.`);
  return Buffer.concat([header, body]);
}

// First in the packet, so that nothing chosen by an attacker can stand before it (CVE-2024-3596).
const unsigned = attribute(attributeType.messageAuthenticator, Buffer.alloc(16));

/** The HMAC-MD5 over a packet whose Message-Authenticator counts as zeroes (RFC 3579, 3.2). */
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

/** An Access-Request, with a Message-Authenticator as its first attribute unless `signed` is false. */
export function encodeRequest(request: Omit<RadiusPacket, 'code'>, secret: string, signed = true): Buffer {
  const { accessRequest: code } = packetCode;
  if (!signed) return encode({ ...request, code });
  const datagram = encode({ ...request, code, attributes: [unsigned, ...request.attributes] });
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
  const datagram = encode({ ...request, code, attributes: [unsigned, ...attributes] });
  messageAuthenticator(datagram, headerLength + 2, request.authenticator, secret).copy(
    datagram,
    headerLength + 2,
  );
  createHash('md5').update(datagram).update(secret).digest().copy(datagram, 4);
  return datagram;
}

export type Signature = 'valid' | 'invalid' | 'absent';

/** What the Message-Authenticator of a packet says; `authenticator` is that of the request it belongs to. */
function signature(datagram: Buffer, authenticator: Buffer, secret: string): Signature {
  const { attributes } = decodePacket(datagram);
  const at = attributes.findIndex(({ type }) => type === attributeType.messageAuthenticator);
  const held = attributes[at]?.value;
  if (!held) return 'absent';
  const valueAt = attributes
    .slice(0, at)
    .reduce((sum, { value }) => sum + 2 + value.length, headerLength + 2);
  const whole = datagram.subarray(0, datagram.readUInt16BE(2));
  const others = attributes.filter(({ type }) => type === attributeType.messageAuthenticator).length > 1;
  if (held.length !== 16 || others) return 'invalid';
  return timingSafeEqual(held, messageAuthenticator(whole, valueAt, authenticator, secret))
    ? 'valid'
    : 'invalid';
}

export function requestSignature(datagram: Buffer, secret: string): Signature {
  return signature(datagram, decodePacket(datagram).authenticator, secret);
}

/** Whether an answer was made by someone who holds `secret`: its Response Authenticator, and its Message-Authenticator if it has one. */
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

function passwordBlocks(
  input: Buffer,
  authenticator: Buffer,
  secret: string,
  hidden: 'input' | 'output',
): Buffer {
  const output = Buffer.alloc(input.length);
  let before = authenticator;
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
  return passwordBlocks(padded, authenticator, secret, 'output');
}

/** The reverse; under another secret it yields garbage, not an error. Undefined when the value is not whole blocks. */
export function revealPassword(value: Buffer, authenticator: Buffer, secret: string): string | undefined {
  if (value.length === 0 || value.length > 128 || value.length % 16 !== 0) return undefined;
  const padded = passwordBlocks(value, authenticator, secret, 'input');
  const end = padded.indexOf(0);
  return padded.subarray(0, end === -1 ? padded.length : end).toString('utf8');
}
