import { attributeType, firstValue, type RadiusPacket } from '../../shared/nps/radius/packet.ts';
import type { RequestTraits } from './conditions.ts';
import { microsoftType, microsoftValue } from './microsoft-attributes.ts';
import type { RadiusClient } from './state.ts';

/** What a request that came shows to the conditions of policies. */
export function traitsOf(
  packet: RadiusPacket,
  client: RadiusClient,
  address: string,
  now: Date,
): RequestTraits {
  const number = (value: Buffer | undefined) => (value?.length === 4 ? value.readUInt32BE(0) : undefined);
  return {
    rasVendor: number(microsoftValue(packet, microsoftType.rasVendor)),
    nasPortType: number(firstValue(packet, attributeType.nasPortType)),
    clientName: client.name,
    addresses: [address],
    method: methodOf(packet),
    now,
  };
}

function methodOf(packet: RadiusPacket): RequestTraits['method'] {
  if (packet.attributes.some(({ type }) => type === attributeType.eapMessage)) return 'EAP';
  return microsoftValue(packet, microsoftType.chap2Response) ? 'MSCHAPv2' : 'PAP';
}
