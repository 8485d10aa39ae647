import { type Finding, problem, warning } from '../../core/finding.ts';
import { sameId } from '../../core/resource-id.ts';
import { authenticationTypesOf } from '../authentication-types.ts';
import { isVpn } from '../gateway.ts';
import { gatewaySubnetId } from '../gateway-subnet.ts';
import type { GatewayRequest, VirtualNetwork, VpnGateway } from '../model.ts';
import { nonAzSku, usableFindings } from './gateway-checks.ts';

/** What stands in the way of using the gateway that is there as the request asks, and what its users will notice. */
export function* gatewayFindings(
  request: GatewayRequest,
  virtualNetwork: VirtualNetwork,
  gateway: VpnGateway,
): Generator<Finding> {
  const { name } = gateway;
  const wished = request.gateway.name;
  const inSubnet = sameId(gateway.subnetId, gatewaySubnetId(virtualNetwork.id));
  if (!inSubnet) {
    yield problem(
      'GatewayOfAnotherVirtualNetwork',
      `${name} exists and belongs to another VNet (${gateway.subnetId}): choose another gateway.name.`,
      'gateway.name',
    );
    return;
  }
  if (!isVpn(gateway)) {
    if (!wished || !sameId(wished, name)) return;
    yield problem(
      'GatewayTypeNotVpn',
      `${name} is a gateway of type ${gateway.gatewayType}: choose another gateway.name, a VPN gateway can stand beside it.`,
      'gateway.name',
    );
    return;
  }
  if (wished && !sameId(wished, name)) {
    yield problem(
      'GatewayAlreadyPresent',
      `${virtualNetwork.name} has the VPN gateway ${name}, and a VNet can have one only: leave gateway.name out or write ${name}.`,
      'gateway.name',
    );
    return;
  }
  yield* usableFindings(gateway);
  yield* changeFindings(request, gateway);
}

function* changeFindings(request: GatewayRequest, gateway: VpnGateway): Generator<Finding> {
  const { name, sku, activeActive, pointToSite } = gateway;
  const wish = request.gateway;
  if (wish.sku && !sameId(wish.sku, sku)) {
    yield warning(
      'GatewayResized',
      `${name} goes from ${sku} to ${wish.sku}: every connection drops for some minutes${nonAzSku.test(sku) ? ', and Azure may refuse it before it has migrated the gateway itself' : ''}.`,
      'gateway.sku',
    );
  }
  if (wish.activeActive === true && !activeActive) {
    yield warning(
      'GatewayBecomesActiveActive',
      `${name} becomes active-active: it takes 30 to 45 minutes and changes the addresses of its BGP sessions.`,
      'gateway.activeActive',
    );
  }
  // Azure can do it, but it takes a public IP address away that site-to-site peers of other people may use.
  if (wish.activeActive === false && activeActive) {
    yield problem(
      'GatewayIsActiveActive',
      `${name} is active-active, and making it active-standby would cut off the peers of its second address: leave gateway.activeActive out, or change it by hand first.`,
      'gateway.activeActive',
    );
  }
  if (!pointToSite) return;
  const protocols = request.pointToSite.protocols ?? pointToSite.protocols;
  const { inTheWay } = authenticationTypesOf(protocols, pointToSite);
  if (inTheWay.length > 0) {
    yield problem(
      'AuthenticationTypeInTheWay',
      `${name} authenticates by ${inTheWay.join(' and ')} too, which stands beside RADIUS with OpenVPN alone: ask for the protocols ["OpenVPN"], or remove it first.`,
      'pointToSite.protocols',
    );
  }
}
