import { type Finding, problem } from '../../core/finding.ts';
import { sameId } from '../../core/resource-id.ts';
import { authenticationTypesOf } from '../authentication-types.ts';
import { skuFindings } from '../changes/sku.ts';
import { isVpn } from '../gateway.ts';
import { gatewaySubnetId } from '../gateway-subnet.ts';
import type {
  ConnectedNetwork,
  GatewayRequest,
  PublicIpAddress,
  VirtualNetwork,
  VpnGateway,
} from '../model.ts';
import { usableFindings } from './gateway-checks.ts';

/** The facts, apart from the gateway itself, on which a change of an existing gateway depends. */
export interface AroundGateway {
  readonly virtualNetwork: VirtualNetwork;
  readonly publicIps: readonly PublicIpAddress[];
  /** The networks that it reaches by its connections. */
  readonly connected: readonly ConnectedNetwork[];
}

/** What does not allow the existing gateway to be used as the request asks. */
export function* gatewayFindings(
  request: GatewayRequest,
  gateway: VpnGateway,
  around: AroundGateway,
): Generator<Finding> {
  const { virtualNetwork } = around;
  const { name } = gateway;
  const wished = request.gateway.name;
  const isInSubnet = sameId(gateway.subnetId, gatewaySubnetId(virtualNetwork.id));
  if (!isInSubnet) {
    yield problem(
      'GatewayOfAnotherVirtualNetwork',
      `${name} exists and belongs to another VNet (${gateway.subnetId}). Choose another gateway.name.`,
      'gateway.name',
    );
    return;
  }
  if (!isVpn(gateway)) {
    if (!wished || !sameId(wished, name)) return;
    yield problem(
      'GatewayTypeNotVpn',
      `${name} is a gateway of type ${gateway.gatewayType}. Choose another gateway.name: the VNet can have a VPN gateway too.`,
      'gateway.name',
    );
    return;
  }
  if (wished && !sameId(wished, name)) {
    yield problem(
      'GatewayAlreadyPresent',
      `${virtualNetwork.name} has the VPN gateway ${name}, and a VNet can have only one. Leave gateway.name out, or write ${name}.`,
      'gateway.name',
    );
    return;
  }
  yield* usableFindings(gateway);
  yield* changeFindings(request, gateway, around);
}

function* changeFindings(
  request: GatewayRequest,
  gateway: VpnGateway,
  { publicIps, connected }: AroundGateway,
): Generator<Finding> {
  const { name, activeActive, pointToSite } = gateway;
  const wish = request.gateway;
  if (wish.sku) yield* skuFindings(gateway, wish.sku, publicIps);
  // Azure can do it. But it removes a public IP address that the site-to-site peers of other people may use.
  if (wish.activeActive === false && activeActive && connected.length > 0) {
    yield problem(
      'GatewayIsActiveActive',
      `${name} is active-active and has connections (${connected.map(({ connection }) => connection).join(', ')}). If it becomes active-standby, the peers of its second address lose their connection. Leave gateway.activeActive out, or change the peers and the mode by hand first.`,
      'gateway.activeActive',
    );
  }
  if (!pointToSite) return;
  const protocols = request.pointToSite.protocols ?? pointToSite.protocols;
  const { inTheWay } = authenticationTypesOf(protocols, pointToSite);
  if (inTheWay.length > 0) {
    yield problem(
      'AuthenticationTypeInTheWay',
      `${name} also authenticates by ${inTheWay.join(' and ')}. This is possible together with RADIUS only when OpenVPN is the only protocol. Ask for the protocols ["OpenVPN"], or remove the other authentication first.`,
      'pointToSite.protocols',
    );
  }
}
