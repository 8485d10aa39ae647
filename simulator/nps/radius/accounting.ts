import { createHash, timingSafeEqual } from 'node:crypto';
import {
  attributeType,
  encodePacket,
  firstValue,
  headerLength,
  packetCode,
  type RadiusPacket,
} from '../../../shared/nps/radius/packet.ts';
import type { RadiusClient } from '../state.ts';

/** What NPS writes to its log file about a session that a client reports (RFC 2866). */
export interface AccountingRecord {
  readonly client: string;
  readonly address: string;
  readonly status: 'Start' | 'Stop' | 'Interim-Update' | 'Accounting-On' | 'Accounting-Off' | 'other';
  readonly user: string;
  readonly session: string;
  /** The Class of the Access-Accept, which connects the session with the sign-in. */
  readonly class?: string;
}

const statuses = {
  1: 'Start',
  2: 'Stop',
  3: 'Interim-Update',
  7: 'Accounting-On',
  8: 'Accounting-Off',
} as const;

/**
 * Whether the sender of an Accounting-Request holds the secret: its authenticator is an MD5 over the packet (RFC 2866,
 * 3).
 */
export function accountingIsAuthentic(datagram: Buffer, secret: string): boolean {
  const whole = Buffer.from(datagram.subarray(0, datagram.readUInt16BE(2)));
  const sent = Buffer.from(whole.subarray(4, headerLength));
  whole.fill(0, 4, headerLength);
  return timingSafeEqual(sent, createHash('md5').update(whole).update(secret).digest());
}

export function accountingResponse(request: RadiusPacket, secret: string): Buffer {
  const attributes = request.attributes.filter(({ type }) => type === attributeType.proxyState);
  const answer = encodePacket({ ...request, code: packetCode.accountingResponse, attributes });
  createHash('md5').update(answer).update(secret).digest().copy(answer, 4);
  return answer;
}

export function accountingRecord(
  request: RadiusPacket,
  client: RadiusClient,
  address: string,
): AccountingRecord {
  const text = (type: number) => firstValue(request, type)?.toString('utf8') ?? '';
  const status = firstValue(request, attributeType.acctStatusType);
  const code = status?.length === 4 ? status.readUInt32BE(0) : 0;
  const held = firstValue(request, attributeType.class);
  return {
    client: client.name,
    address,
    status: statuses[code as keyof typeof statuses] ?? 'other',
    user: text(attributeType.userName),
    session: text(attributeType.acctSessionId),
    ...(held && { class: held.toString('hex') }),
  };
}
