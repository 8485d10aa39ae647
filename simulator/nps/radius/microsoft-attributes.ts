import {
  attribute,
  attributeType,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../../shared/nps/radius/packet.ts';
import { hiddenBlocks } from '../../../shared/nps/radius/user-password.ts';

/** Microsoft's vendor-specific attributes (RFC 2548), by vendor type. */
export const microsoftType = {
  rasVendor: 9,
  chapError: 2,
  mppeEncryptionPolicy: 7,
  mppeEncryptionTypes: 8,
  chapChallenge: 11,
  mppeSendKey: 16,
  mppeRecvKey: 17,
  chap2Response: 25,
  chap2Success: 26,
  /** MS-Azure-Policy-ID ([MS-RNAS] 2.2.1.11). */
  azurePolicyId: 65,
} as const;

export const microsoft = 311;

export function microsoftAttribute(type: number, value: Buffer): RadiusAttribute {
  const vendor = Buffer.alloc(4);
  vendor.writeUInt32BE(microsoft);
  return attribute(
    attributeType.vendorSpecific,
    Buffer.concat([vendor, Buffer.of(type, value.length + 2), value]),
  );
}

/** The first of Microsoft's attributes of that type. Several may be in one Vendor-Specific attribute. */
export function microsoftValue(packet: RadiusPacket, wanted: number): Buffer | undefined {
  for (const { type, value } of packet.attributes) {
    if (type !== attributeType.vendorSpecific || value.length < 6 || value.readUInt32BE(0) !== microsoft)
      continue;
    for (let at = 4; at + 2 <= value.length; ) {
      const size = value.readUInt8(at + 1);
      if (size < 2 || at + size > value.length) break;
      if (value.readUInt8(at) === wanted) return value.subarray(at + 2, at + size);
      at += size;
    }
  }
  return undefined;
}

export function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/**
 * An MPPE key as it travels (RFC 2548, 2.4.2): its length and the key, padded, and hidden under secret, request and
 * salt.
 */
export function hideKey(key: Buffer, salt: Buffer, requestAuthenticator: Buffer, secret: string): Buffer {
  const clear = Buffer.alloc(Math.ceil((key.length + 1) / 16) * 16);
  clear.writeUInt8(key.length);
  key.copy(clear, 1);
  return Buffer.concat([
    salt,
    hiddenBlocks(clear, Buffer.concat([requestAuthenticator, salt]), secret, 'output'),
  ]);
}
