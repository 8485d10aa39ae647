import type { RemoteInfo } from 'node:dgram';
import type { RadiusPacket } from '../../../shared/nps/radius/packet.ts';

/** A request that has come before, with its answer when there is one. */
export interface KnownRequest {
  answer?: Buffer;
  answeredAt?: number;
  /** The answer accepted a user whom the MFA extension had asked. */
  isAfterMfa?: boolean;
}

/**
 * How long a request that was answered is still recognised. After a success with MFA, the extension discards repeats
 * for that time, so that the user is not asked twice (howto-mfa-nps-extension, "RADIUS protocol behavior").
 */
const remembered = 10_000;

/** Two requests are the same when source, identifier and Request Authenticator are the same (RFC 2865, 3). */
export function knownRequests(now: () => number) {
  const known = new Map<string, KnownRequest>();
  const keyOf = (packet: RadiusPacket, { address, port }: RemoteInfo) =>
    `${address}:${port}/${packet.identifier}/${packet.authenticator.toString('hex')}`;
  return {
    find(packet: RadiusPacket, remote: RemoteInfo): KnownRequest | undefined {
      for (const [key, { answeredAt }] of known) {
        if (answeredAt !== undefined && now() - answeredAt > remembered) known.delete(key);
      }
      return known.get(keyOf(packet, remote));
    },
    add(packet: RadiusPacket, remote: RemoteInfo): KnownRequest {
      const request = {};
      known.set(keyOf(packet, remote), request);
      return request;
    },
    forget(packet: RadiusPacket, remote: RemoteInfo): void {
      known.delete(keyOf(packet, remote));
    },
  };
}
