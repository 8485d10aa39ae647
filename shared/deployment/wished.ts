import { activeActiveOf, authenticationTypesOf, skuOf } from '../gateway/gateway.ts';
import type { GatewayWish, VpnGateway } from '../gateway/model.ts';
import { publicIpIds } from '../gateway/public-ip.ts';
import type { RadiusServerWish } from '../nps/model.ts';
import { radiusServersOf } from '../nps/radius-servers.ts';
import type { ServerSecret } from '../secret/model.ts';
import type { VpnGatewayRequest } from './request.ts';

/** A gateway that this app has deployed, and what was asked for. */
export interface Deployed {
  readonly gatewayId: string;
  readonly request: VpnGatewayRequest;
  /** The shared secrets that its last deployment gave it. */
  readonly secrets: readonly ServerSecret[];
  /** False while a deployment of it is under way: until then it differs from what was asked, and rightly. */
  readonly settled: boolean;
}

export interface WishDefaults {
  readonly sku: string;
  readonly radiusServers: readonly RadiusServerWish[];
}

/** What provisioning would apply to the gateway, were the request sent again. */
export function wishOf(request: VpnGatewayRequest, gateway: VpnGateway, defaults: WishDefaults): GatewayWish {
  const current = gateway.pointToSite;
  const { addressPool, protocols } = request.pointToSite;
  const activeActive = activeActiveOf(request, gateway);
  return {
    location: gateway.location,
    sku: skuOf(request, defaults.sku, gateway),
    activeActive,
    subnetId: gateway.subnetId,
    publicIpIds: publicIpIds(gateway.id, activeActive, gateway),
    pointToSite: {
      addressPool: addressPool === 'auto' ? (current?.addressPool ?? []) : addressPool,
      protocols,
      authenticationTypes: authenticationTypesOf(protocols, current).types,
      radiusServers: radiusServersOf(request, defaults.radiusServers).map(({ address, score }) => ({
        address,
        score,
      })),
    },
    tags: {},
  };
}
