import { gatewayIdOf, gatewayWish } from '../gateway/gateway.ts';
import { existingGatewaySubnet, gatewaySubnetId } from '../gateway/gateway-subnet.ts';
import { defaultProtocols, defaultScore, mergedGateway } from '../gateway/merge.ts';
import type { GatewayWish, VirtualNetwork, VpnGateway } from '../gateway/model.ts';
import type { RadiusServerWish } from '../nps/model.ts';
import { machinesOf } from '../nps/radius-servers.ts';
import type { DeployedWish, Plan } from './contract.ts';
import type { VpnGatewayRequest } from './request.ts';

/** A gateway that this app has deployed, and what was asked for. */
export interface Deployed {
  readonly gatewayId: string;
  readonly request: VpnGatewayRequest;
  /** The request with what it did not name as deployments before it left it. */
  readonly kept: VpnGatewayRequest;
  /** What the last deployment that succeeded brought about; undefined where that is not known any more. */
  readonly wish?: GatewayWish | undefined;
  /** False while a deployment of it is under way: until then it differs from what was asked, and rightly. */
  readonly settled: boolean;
}

export interface WishDefaults {
  readonly sku: string;
  readonly radiusServers: readonly RadiusServerWish[];
}

/** What provisioning would apply to the gateway, were the request sent again. */
export function wishOf(request: VpnGatewayRequest, gateway: VpnGateway, defaults: WishDefaults): GatewayWish {
  return mergedGateway(request, gateway, {
    id: gateway.id,
    location: gateway.location,
    subnetId: gateway.subnetId,
    sku: defaults.sku,
    addressPool: [],
    protocols: defaultProtocols,
    radiusServers: scored(defaults.radiusServers),
  });
}

/** The gateway that a request asks for in its VNet; the pool of a new one is chosen elsewhere. */
export function wishFor(
  request: VpnGatewayRequest,
  virtualNetwork: VirtualNetwork,
  gateway: VpnGateway | undefined,
  defaults: WishDefaults,
): GatewayWish {
  return mergedGateway(request, gateway, {
    id: gatewayIdOf(request, virtualNetwork, gateway),
    location: virtualNetwork.location,
    subnetId: existingGatewaySubnet(virtualNetwork)?.id ?? gatewaySubnetId(virtualNetwork.id),
    sku: defaults.sku,
    addressPool: [],
    protocols: defaultProtocols,
    radiusServers: scored(defaults.radiusServers),
  });
}

/** A server that is new and named without a score. */
const scored = (servers: readonly RadiusServerWish[]) =>
  servers.map(({ address, score = defaultScore }) => ({ address, score }));

/** The machines of the gateway's servers: as this request says, else the one before it, else the settings. */
export function serversOf(
  wish: Pick<GatewayWish, 'pointToSite'>,
  request: VpnGatewayRequest,
  asked: VpnGatewayRequest | undefined,
  defaults: Pick<WishDefaults, 'radiusServers'>,
) {
  return machinesOf(wish.pointToSite.radiusServers, [
    ...(request.radius.servers ?? []),
    ...(asked?.radius.servers ?? []),
    ...defaults.radiusServers,
  ]);
}

/** What Windows brings with it, and what the article tells to set to grant. */
export const defaultNps = {
  networkPolicy: 'Connections to Microsoft Routing and Remote Access server',
  mfaExtension: 'require',
} as const;

/** The wishes for NPS: as this request says, else as they were asked for last, else as the article says. */
export function npsWishOf(
  { nps }: VpnGatewayRequest,
  asked?: VpnGatewayRequest,
): Pick<DeployedWish, 'networkPolicy' | 'mfaExtension'> {
  return {
    networkPolicy: nps.networkPolicy ?? asked?.nps.networkPolicy ?? defaultNps.networkPolicy,
    mfaExtension: nps.mfaExtension ?? asked?.nps.mfaExtension ?? defaultNps.mfaExtension,
  };
}

export function deployedWish(plan: Plan): DeployedWish {
  const { secretName, networkPolicy, mfaExtension } = plan;
  const servers = plan.servers.map(({ address, score, host }) => ({ address, score, host }));
  return { gateway: gatewayWish(plan), servers, secretName, networkPolicy, mfaExtension };
}

/** A request with what it does not name as `before` left it. */
export function keptRequest(request: VpnGatewayRequest, before: DeployedWish | undefined): VpnGatewayRequest {
  if (!before) return request;
  const { radius, nps } = request;
  // A server whose machine nobody knows stays on the gateway only as long as none is named.
  const isWhole = before.servers.length === before.gateway.pointToSite.radiusServers.length;
  return {
    ...request,
    radius: {
      ...radius,
      secretName: radius.secretName ?? before.secretName,
      ...(isWhole && { servers: radius.servers ?? before.servers.map((server) => ({ ...server })) }),
    },
    nps: {
      networkPolicy: nps.networkPolicy ?? before.networkPolicy,
      mfaExtension: nps.mfaExtension ?? before.mfaExtension,
    },
  };
}
