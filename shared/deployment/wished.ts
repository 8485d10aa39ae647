import { sameId } from '../core/resource-id.ts';
import { gatewayIdOf } from '../gateway/gateway.ts';
import { existingGatewaySubnet, gatewaySubnetId } from '../gateway/gateway-subnet.ts';
import { defaultProtocols, defaultScore, mergedGateway } from '../gateway/merge.ts';
import type { GatewayWish, VirtualNetwork, VpnGateway } from '../gateway/model.ts';
import type { RadiusServerWish } from '../nps/model.ts';
import { articlePolicy } from '../nps/network-policy.ts';
import { machinesOf } from '../nps/radius-servers.ts';
import type { ServerSecret } from '../secret/model.ts';
import { possibleSecretNames, type SecretNaming, secretNames } from '../secret/names.ts';
import type { VpnGatewayRequest } from './request.ts';

/** A gateway that this app has deployed, and what was asked for. */
export interface Deployed {
  readonly gatewayId: string;
  /** The last request. */
  readonly request: VpnGatewayRequest;
  /** The last request, completed with earlier requests where it does not name something. */
  readonly asked: VpnGatewayRequest;
  /** The state that the last successful deployment made. The check compares the gateway with it. */
  readonly wish?: GatewayWish | undefined;
  /** The shared secrets that the last deployment gave the gateway. */
  readonly secrets: readonly ServerSecret[];
  /**
   * False while a deployment of the gateway is running: until it ends, the gateway rightly differs from the request.
   */
  readonly isSettled: boolean;
}

/** The state that a successful deployment made. A rotation and a repair add nothing that was not asked for before. */
export interface Brought {
  readonly wish: GatewayWish;
  /** The servers whose machine is known. Undefined when they are as an earlier request asked. */
  readonly servers?: readonly RadiusServerWish[];
}

export interface WishDefaults {
  readonly sku: string;
  readonly radiusServers: readonly RadiusServerWish[];
}

/** What provisioning would apply to the gateway, if the request were sent again. */
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

/** The gateway that a request asks for in its VNet. The pool of a new gateway is chosen in another place. */
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

/** A new server that is named without a score. */
const scored = (servers: readonly RadiusServerWish[]) =>
  servers.map(({ address, score = defaultScore }) => ({ address, score }));

/**
 * The machines of the gateway's servers: from this request, otherwise from the one before it, otherwise from the
 * settings.
 */
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

/** The wishes for NPS: from this request, otherwise from the last request, otherwise as the Microsoft article says. */
export function npsWishOf({ nps }: VpnGatewayRequest, asked: VpnGatewayRequest | undefined) {
  return {
    networkPolicy: nps.networkPolicy ?? asked?.nps.networkPolicy ?? articlePolicy,
    mfaExtension: nps.mfaExtension ?? asked?.nps.mfaExtension ?? 'require',
  } as const;
}

/** A request, completed from `before` where it does not name something, and with the machines that are known now. */
export function keptRequest(
  request: VpnGatewayRequest,
  before: VpnGatewayRequest | undefined,
  brought: Brought | undefined,
): VpnGatewayRequest {
  const { radius, nps, pointToSite } = request;
  const groups = keptGroups(pointToSite.groups, before?.pointToSite.groups, brought !== undefined);
  const machines = brought?.servers?.map((server) => ({ ...server })) ?? before?.radius.servers;
  return {
    ...request,
    pointToSite: { ...pointToSite, ...(groups && { groups }) },
    radius: {
      servers: radius.servers ?? machines,
      secretName: radius.secretName ?? before?.radius.secretName,
    },
    nps: {
      networkPolicy: nps.networkPolicy ?? before?.nps.networkPolicy,
      mfaExtension: nps.mfaExtension ?? before?.nps.mfaExtension,
    },
  };
}

type Groups = VpnGatewayRequest['pointToSite']['groups'];

/**
 * A deployment that failed may have left a group that was to be removed. The group stays known as the app's, so that
 * the next deployment removes it.
 */
function keptGroups(named: Groups, before: Groups, hasSucceeded: boolean): Groups {
  if (!named || hasSucceeded) return named ?? before;
  const left = before?.filter(({ name }) => !named.some((one) => sameId(one.name, name))) ?? [];
  return [...named, ...left.map((group) => ({ ...group, default: undefined, priority: undefined }))];
}

/**
 * What a repair applies again. A server whose machine nobody knows stays on the gateway only when the request names no
 * server.
 */
export function againRequest({ request, asked, wish }: Deployed): VpnGatewayRequest {
  const known = asked.radius.servers?.map(({ address }) => address) ?? [];
  const isWhole = wish?.pointToSite.radiusServers.every(({ address }) => known.includes(address));
  return isWhole ? asked : { ...asked, radius: { ...asked.radius, servers: request.radius.servers } };
}

/**
 * The names under which the shared secret of each server can be in Key Vault, and which of them is used, in the order
 * of the servers.
 */
export function secretNamesOf(
  request: VpnGatewayRequest,
  asked: VpnGatewayRequest | undefined,
  { gatewayId, gateway }: { readonly gatewayId: string; readonly gateway: VpnGateway | undefined },
  servers: readonly RadiusServerWish[],
  isRotation = false,
) {
  const wished = request.radius.secretName ?? asked?.radius.secretName;
  const onGateway = (gateway?.pointToSite?.radiusServers ?? []).map(({ address }) => ({
    address,
    host: asked?.radius.servers?.find((server) => server.address === address)?.host,
  }));
  return {
    possible: possibleSecretNames(gatewayId, wished, servers),
    chosen: (find: SecretNaming['find']) =>
      secretNames({ gatewayId, wished, servers, onGateway, find, isRotation }),
  };
}
