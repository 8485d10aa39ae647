import { usesRadius } from '../gateway/authentication-types.ts';
import type { GatewayFacts as OfGateway } from '../gateway/checks/facts.ts';
import { existingGatewaySubnet, ipv4Prefixes } from '../gateway/gateway-subnet.ts';
import type { RadiusClientFacts, RadiusServerFacts } from '../nps/checks/facts.ts';
import type { SecretFacts, SharedSecretFacts } from '../secret/checks/facts.ts';

/** Everything that the checks of a gateway look at: the gateway, its RADIUS client on NPS, and the shared secrets. */
export type GatewayReportFacts = OfGateway &
  Omit<RadiusClientFacts, 'servers'> &
  Omit<SharedSecretFacts, 'servers'> & {
    readonly servers: readonly (RadiusServerFacts & { readonly secret: SecretFacts })[];
  };

/**
 * What the checks of NPS and of the secret need to know of the gateway and its VNet, so that they do not read either.
 */
export function forNps({ gateway, virtualNetwork }: Pick<OfGateway, 'gateway' | 'virtualNetwork'>) {
  const subnet = virtualNetwork && existingGatewaySubnet(virtualNetwork);
  return { usesRadius: usesRadius(gateway), gatewaySubnetPrefix: subnet && ipv4Prefixes(subnet)[0] };
}
