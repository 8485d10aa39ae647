import { failed, type Problem } from './errors.ts';
import type { VpnGateway } from './ports.ts';
import type { RadiusServerWish } from './radius-servers.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from './request.ts';

/** A new shared secret for a gateway and its NPS servers, and nothing else. */
export interface Rotation {
  readonly gatewayId: string;
  /** The version that must not be used any longer, as it is about to expire. */
  readonly replaces?: string;
  /** The version that an earlier rotation stored and did not bring everywhere; `previous` is the one before. */
  readonly carriesOn?: { readonly version: string; readonly previous?: string };
}

/**
 * The request of a rotation: everything as the gateway has it. Azure does not know which machine answers at the address of
 * a RADIUS server, so that is looked up in what was asked for last, then in `defaults` (DEFAULT_NPS_SERVERS).
 */
export function rotationRequest(
  gateway: VpnGateway,
  virtualNetworkId: string,
  ticket: { readonly id: string; readonly requestedBy?: string | undefined },
  {
    asked,
    secretName,
  }: { readonly asked?: VpnGatewayRequest | undefined; readonly secretName?: string | undefined },
  defaults: readonly RadiusServerWish[],
): { readonly request: VpnGatewayRequest; readonly problems: readonly Problem[] } {
  const known = [...(asked?.radius.servers ?? []), ...defaults];
  const { addressPool = [], protocols = [], radiusServers = [] } = gateway.pointToSite ?? {};
  const servers = radiusServers.map(({ address, score }) => ({
    address,
    score,
    host: known.find((server) => server.address === address)?.host,
  }));
  const base = vpnGatewayRequest.parse({
    ticket: { ...ticket, system: 'webhook', id: `rotation-${ticket.id}`.slice(0, 128) },
    virtualNetworkId,
    gateway: { name: gateway.name },
    ...(asked && { nps: asked.nps }),
    radius: secretName ? { secretName } : {},
  });
  return {
    request: {
      ...base,
      pointToSite: {
        addressPool: [...addressPool],
        // A gateway may still have SSTP, which nobody can ask for any more and which a rotation leaves to it.
        protocols: [...protocols] as VpnGatewayRequest['pointToSite']['protocols'],
      },
      radius: { ...base.radius, servers: servers.map((server) => ({ ...server, host: server.host ?? '' })) },
    },
    problems:
      servers.length === 0
        ? [
            {
              code: 'RadiusServersMissing',
              message: `${gateway.name} has no RADIUS server, so it has no shared secret to rotate.`,
              target: 'virtualNetworkGatewayId',
            },
          ]
        : servers
            .filter(({ host }) => host === undefined)
            .map(({ address }) => ({
              code: 'NpsHostUnknown',
              message: `Nobody has said which machine the RADIUS server ${address} of ${gateway.name} is: add it with its host to DEFAULT_NPS_SERVERS, or send a ticket for the VNet that names it in radius.servers.`,
              target: 'virtualNetworkGatewayId',
            })),
  };
}

/**
 * The servers in the order in which they get the new secret, the less preferred first. A rotation that carries on has to
 * begin with the same server again, so nothing counts but what stays the same.
 */
export function rotationTurns<T extends { readonly address: string; readonly score: number }>(
  servers: readonly T[],
): T[] {
  return servers.toSorted((one, other) => one.score - other.score || (one.address < other.address ? -1 : 1));
}

/** Key Vault tells of a secret this long before its expiry; one that lived no longer would be rotated without end. */
const daysOfWarning = 30;

/** When a secret that is generated `now` expires, so that it is rotated before it is too old; undefined where that leaves too little time. */
export function secretExpiry(now: string | undefined, maxAgeDays: number): string | undefined {
  if (now === undefined || maxAgeDays < 2 * daysOfWarning) return undefined;
  return new Date(Date.parse(now) + maxAgeDays * 86_400_000).toISOString();
}

/**
 * The secret that Key Vault's event `SecretNearExpiry` is about, in the Event Grid schema or as CloudEvents 1.0; undefined
 * when the event is about something else. Throws on what is no such event at all, so that it is kept as a dead letter.
 */
export function expiringSecret(
  event: unknown,
): { readonly id: string; readonly name: string; readonly version: string | undefined } | undefined {
  const { id, eventType, type, data } = (event ?? {}) as Record<string, unknown>;
  const kind = eventType ?? type;
  if (typeof kind !== 'string') throw failed('InvalidEvent', 'The event has neither eventType nor type.');
  if (kind !== 'Microsoft.KeyVault.SecretNearExpiry') return undefined;
  const { ObjectName: name, Version: version } = (data ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || name === '')
    throw failed('InvalidEvent', 'The event names no secret in data.ObjectName.');
  return { id: String(id), name, version: typeof version === 'string' && version ? version : undefined };
}
