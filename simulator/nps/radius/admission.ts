import { containsCidr } from 'cidr-tools';
import { requestSignature } from '../../../shared/nps/radius/authenticator.ts';
import { attributeType, type RadiusPacket } from '../../../shared/nps/radius/packet.ts';
import type { NpsServerState, RadiusClient } from '../state.ts';

/** Whether datagrams reach NPS at all. The firewall of Server 2019 drops them while the service SID is restricted. */
export function isListening(state: NpsServerState, address: string): boolean {
  const sidHinders = !state.sidTypeUnrestricted && state.os.includes('2019');
  return (
    state.npasInstalled &&
    state.serviceRunning &&
    (state.firewallOpen || state.firewallRules.some((rule) => containsCidr(rule.address, address))) &&
    state.ports.includes(1812) &&
    !sidHinders
  );
}

export const wrongSecret = ({ name }: RadiusClient) =>
  `The authenticator from RADIUS client ${name} is not valid: its shared secret may differ.`;

/** Why NPS drops a request of a known client without an answer, as the event that it records. */
export function objection(
  datagram: Buffer,
  packet: RadiusPacket,
  client: RadiusClient,
  { blastRadius }: NpsServerState,
): { id: 14 | 17 | 4418; message: string } | undefined {
  const signature = requestSignature(datagram, client.secret);
  if (signature === 'invalid') {
    return { id: 14, message: wrongSecret(client) };
  }
  if (signature === 'valid') return undefined;
  const has = (wanted: number) => packet.attributes.some(({ type }) => type === wanted);
  // EAP is always signed (RFC 3579, 3.1).
  if (
    client.authAttributeRequired ||
    blastRadius.requireMessageAuthenticator ||
    has(attributeType.eapMessage)
  ) {
    return {
      id: 17,
      message: `RADIUS client ${client.name} sent no Message-Authenticator, which is required.`,
    };
  }
  if (blastRadius.limitProxyState && has(attributeType.proxyState)) {
    return {
      id: 4418,
      message: `RADIUS client ${client.name} sent Proxy-State without Message-Authenticator.`,
    };
  }
  return undefined;
}
