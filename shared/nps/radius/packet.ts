/**
 * RADIUS packets (RFC 2865) as bytes. What the shared secret proves about them is in `authenticator.ts`. The `radius`
 * package is not used for this, for two reasons: it decodes authenticators as UTF-8 before it compares them, which
 * makes different ones equal, and it accepts an attribute that runs past the end of the packet.
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
  accountingRequest: 4,
  accountingResponse: 5,
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
  class: 25,
  vendorSpecific: 26,
  nasIdentifier: 32,
  proxyState: 33,
  acctStatusType: 40,
  acctSessionId: 44,
  nasPortType: 61,
  eapMessage: 79,
  messageAuthenticator: 80,
} as const;

export const headerLength = 20;
const longest = 4096;

export function attribute(type: number, value: string | Buffer): RadiusAttribute {
  return { type, value: Buffer.isBuffer(value) ? value : Buffer.from(value) };
}

/** The value of the first attribute of that type. */
export function firstValue(packet: RadiusPacket, type: number): Buffer | undefined {
  return packet.attributes.find((each) => each.type === type)?.value;
}

/**
 * Throws a `RangeError` when the bytes are not one whole packet. Octets after its length are padding and are ignored.
 */
export function decodePacket(datagram: Buffer): RadiusPacket {
  const length = datagram.length < headerLength ? 0 : datagram.readUInt16BE(2);
  if (length < headerLength || length > longest || length > datagram.length) {
    throw new RangeError(
      `A RADIUS packet has 20 to 4096 octets, and as many as its length field says. This one has ${datagram.length}.`,
    );
  }
  const attributes: RadiusAttribute[] = [];
  for (let offset = headerLength; offset < length; ) {
    const size = offset + 2 > length ? 0 : datagram.readUInt8(offset + 1);
    if (size < 2 || offset + size > length) {
      throw new RangeError(`A RADIUS attribute at octet ${offset} is longer than the rest of its packet.`);
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

export function encodePacket(packet: RadiusPacket): Buffer {
  const attributes = packet.attributes.map(({ type, value }) => {
    if (value.length > 253)
      throw new RangeError(
        `RADIUS attribute ${type} has ${value.length} octets, but at most 253 are allowed.`,
      );
    return Buffer.concat([Buffer.of(type, value.length + 2), value]);
  });
  const body = Buffer.concat([packet.authenticator, ...attributes]);
  const header = Buffer.of(packet.code, packet.identifier, 0, 0);
  header.writeUInt16BE(4 + body.length, 2);
  if (4 + body.length > longest)
    throw new RangeError(
      `A RADIUS packet would have ${4 + body.length} octets, but at most 4096 are allowed.`,
    );
  return Buffer.concat([header, body]);
}
