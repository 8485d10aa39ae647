import {
  attribute,
  attributeType,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../../shared/nps/radius/packet.ts';

/** EAP (RFC 3748) and MS-CHAPv2 inside it (type 26), as they travel in EAP-Message attributes. */
export const eapCode = { request: 1, response: 2, success: 3, failure: 4 } as const;
export const eapType = { identity: 1, nak: 3, mschapv2: 26 } as const;
export const mschapOperation = { challenge: 1, response: 2, success: 3, failure: 4 } as const;

export interface EapPacket {
  readonly code: number;
  readonly identifier: number;
  /** Absent in success and failure. */
  readonly type?: number;
  readonly data: Buffer;
}

/** Undefined when there is no EAP-Message, or its content is not one whole EAP packet. */
export function eapOf(packet: RadiusPacket): EapPacket | undefined {
  const parts = packet.attributes.filter(({ type }) => type === attributeType.eapMessage);
  const bytes = Buffer.concat(parts.map(({ value }) => value));
  if (bytes.length < 4 || bytes.readUInt16BE(2) !== bytes.length) return undefined;
  const [code = 0, identifier = 0] = bytes;
  if (bytes.length === 4) return { code, identifier, data: Buffer.alloc(0) };
  return { code, identifier, type: bytes.readUInt8(4), data: bytes.subarray(5) };
}

/** Whether a request has an EAP-Message without an EAP packet in it. */
export const isEapStart = ({ attributes }: RadiusPacket) =>
  attributes.some(({ type }) => type === attributeType.eapMessage) &&
  attributes.every(({ type, value }) => type !== attributeType.eapMessage || value.length === 0);

/** The EAP packet in as many EAP-Message attributes as it needs. */
export function eapAttributes({ code, identifier, type, data }: EapPacket): RadiusAttribute[] {
  const body = type === undefined ? data : Buffer.concat([Buffer.of(type), data]);
  const header = Buffer.of(code, identifier, 0, 0);
  header.writeUInt16BE(4 + body.length, 2);
  const bytes = Buffer.concat([header, body]);
  return Array.from({ length: Math.ceil(bytes.length / 253) }, (_, i) =>
    attribute(attributeType.eapMessage, bytes.subarray(i * 253, (i + 1) * 253)),
  );
}

/** The data of a type 26 packet: operation, its identifier, length, body. */
export function mschapData(operation: number, identifier: number, body: Buffer): Buffer {
  const header = Buffer.of(operation, identifier, 0, 0);
  header.writeUInt16BE(4 + body.length, 2);
  return Buffer.concat([header, body]);
}
