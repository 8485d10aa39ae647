import type { Problem } from '../core/errors.ts';
import type { VpnGateway } from '../gateway/model.ts';
import type { RadiusServerWish } from '../nps/model.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from './request.ts';

/**
 * The request of a rotation: everything as the gateway has it. Azure does not know which machine answers at the address
 * of a RADIUS server. So the machine is looked up in the last request, then in `defaults` (DEFAULT_NPS_SERVERS).
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
        // A gateway may still have SSTP. Nobody can ask for SSTP any more, and a rotation leaves it on the gateway.
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
              message: `It is not known which machine the RADIUS server ${address} of ${gateway.name} is. Add it with its host to DEFAULT_NPS_SERVERS, or send a ticket for the VNet that names it in radius.servers.`,
              target: 'virtualNetworkGatewayId',
            })),
  };
}
