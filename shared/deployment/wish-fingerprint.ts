import { sha256 } from '../core/sha256.ts';
import type { VpnGatewayRequest } from './request.ts';

/**
 * The same text for two requests that want the same, from any sender. The ticket is left out. The order of servers,
 * pools and protocols, and the case of ids and Azure names, do not matter.
 */
export function wishFingerprint(request: VpnGatewayRequest): string {
  const { virtualNetworkId, gatewaySubnetPrefix, gateway, pointToSite, radius, nps, approval } = request;
  const servers = radius.servers?.map(({ address, score, host }) => [address, score, host.toLowerCase()]);
  const wish = [
    virtualNetworkId.toLowerCase(),
    gatewaySubnetPrefix,
    [gateway.name?.toLowerCase(), gateway.sku, gateway.activeActive],
    pointToSite.addressPool === 'auto' ? 'auto' : pointToSite.addressPool.toSorted(),
    pointToSite.protocols?.toSorted(),
    pointToSite.groups,
    servers?.toSorted((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1)),
    radius.secretName?.toLowerCase(),
    [nps.networkPolicy, nps.mfaExtension],
    [approval.required, approval.timeoutDays],
  ];
  // JSON writes an absent member of an array as null, so every member keeps its place.
  return sha256(JSON.stringify(wish)).slice(0, 32);
}
