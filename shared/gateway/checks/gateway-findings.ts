import { type Finding, problem, warning } from '../../core/finding.ts';
import { sameId } from '../../core/resource-id.ts';
import { authenticationTypesOf } from '../authentication-types.ts';
import { isVpn } from '../gateway.ts';
import { gatewaySubnetId } from '../gateway-subnet.ts';
import type { GatewayRequest, VirtualNetwork, VpnGateway } from '../model.ts';

const azSku = /^VpnGw[1-5]AZ$/i;
const nonAzSku = /^VpnGw[1-5]$/i;

/** What stands in the way of using the gateway that is there, and what its users will notice. */
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

function* usableFindings({ name, vpnType, sku, provisioningState }: VpnGateway): Generator<Finding> {
  if (vpnType.toLowerCase() !== 'routebased') {
    yield problem(
      'GatewayPolicyBased',
      `${name} is ${vpnType}; point-to-site needs a route-based gateway, and the type cannot be changed: delete it first.`,
      'gateway.name',
    );
  }
  if (nonAzSku.test(sku)) {
    yield warning(
      'GatewaySkuRetired',
      `${name} has the retired SKU ${sku}: it should have been migrated to ${sku}AZ by 2026-09-30.`,
      'gateway.sku',
    );
  } else if (!azSku.test(sku)) {
    yield problem(
      'GatewaySkuUnusable',
      sku.toLowerCase() === 'basic'
        ? `${name} has the SKU Basic, which carries neither RADIUS nor IKEv2 and cannot be resized: delete it first.`
        : `${name} has the legacy SKU ${sku}, which is retired: migrate it to an AZ SKU first.`,
      'gateway.sku',
    );
  }
  if (provisioningState === 'Deleting') {
    yield problem('GatewayDeleting', `${name} is being deleted: try again when it is gone.`, 'gateway.name');
  } else if (provisioningState === 'Failed' || provisioningState === 'Canceled') {
    yield warning(
      'GatewayFailed',
      `${name} is in the state ${provisioningState}: it will be written again.`,
      'gateway.name',
    );
  } else if (provisioningState !== 'Succeeded') {
    yield warning(
      'GatewayBusy',
      `${name} is being written by somebody (${provisioningState}): the deployment waits for it, and what it finds then may differ.`,
      'gateway.name',
    );
  }
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
