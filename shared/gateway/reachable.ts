import type { TakenPrefixes, VirtualNetwork } from './model.ts';

/**
 * The prefixes that the gateway is known to reach: those of the VNet, of its peers, and behind local network gateways.
 */
export function reachablePrefixes(
  virtualNetwork: VirtualNetwork,
  onPremises: readonly TakenPrefixes[],
): readonly string[] {
  return [
    ...virtualNetwork.addressPrefixes,
    ...virtualNetwork.peerings.flatMap(({ remoteAddressPrefixes }) => remoteAddressPrefixes),
    ...onPremises.flatMap(({ prefixes }) => prefixes),
  ];
}
