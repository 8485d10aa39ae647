import { type Finding, problem, warning } from './finding.ts';
import { npsHostFindings } from './nps-findings.ts';
import type { Facts } from './plan.ts';
import { contains } from './prefixes.ts';
import type { VpnGatewayRequest } from './request.ts';

export interface RadiusServerWish {
  readonly address: string;
  readonly score: number;
  /** Resource id of the Azure VM or Arc machine. */
  readonly host: string;
}

/** The RADIUS servers of the request, else those of the settings. */
export function radiusServersOf(
  request: VpnGatewayRequest,
  defaults: readonly RadiusServerWish[],
): readonly RadiusServerWish[] {
  return request.radius.servers ?? defaults;
}

export function* radiusServerFindings(
  servers: readonly RadiusServerWish[],
  facts: Facts,
  gatewaySubnetPrefix?: string,
): Generator<Finding> {
  if (servers.length === 0) {
    yield problem(
      'RadiusServersMissing',
      'There is no RADIUS server: name one in radius.servers, or set DEFAULT_NPS_SERVERS.',
      'radius.servers',
    );
  }
  for (const [index, { address, host }] of servers.entries()) {
    const target = `radius.servers[${index}]`;
    yield* npsHostFindings(host, facts.npsHosts[index], `${target}.host`);
    yield* addressFindings(address, facts, gatewaySubnetPrefix, `${target}.address`);
  }
}

function* addressFindings(
  address: string,
  { virtualNetwork, onPremises }: Facts,
  gatewaySubnetPrefix: string | undefined,
  target: string,
): Generator<Finding> {
  if (gatewaySubnetPrefix && contains(gatewaySubnetPrefix, address)) {
    yield problem(
      'RadiusServerInGatewaySubnet',
      `${address} is inside GatewaySubnet (${gatewaySubnetPrefix}), where nothing but gateways may be.`,
      target,
    );
    return;
  }
  const known = [
    ...virtualNetwork.addressPrefixes,
    ...virtualNetwork.peerings.flatMap(({ remoteAddressPrefixes }) => remoteAddressPrefixes),
    ...onPremises.flatMap(({ prefixes }) => prefixes),
  ];
  if (!contains(known, address)) {
    yield warning(
      'RadiusServerRouteUnknown',
      `${address} is neither in the VNet nor in a peered VNet nor behind a local network gateway: make sure that the gateway reaches it. ExpressRoute does not carry RADIUS requests of a gateway.`,
      target,
    );
  }
}
