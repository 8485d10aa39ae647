import { type Finding, problem, warning } from '../core/finding.ts';
import { contains } from '../core/prefixes.ts';
import { npsHostFindings } from './checks/nps-findings.ts';
import type { NpsHostStatus, NpsRequest, RadiusServerWish } from './model.ts';

/** The networks around the gateway that a RADIUS server is looked for in. */
interface Surroundings {
  readonly gatewaySubnetPrefix?: string | undefined;
  /** Prefixes of the VNet, of its peers and of what is behind local network gateways. */
  readonly reachable: readonly string[];
}

/** The RADIUS servers of the request, else those of the settings. */
export function radiusServersOf(
  request: NpsRequest,
  defaults: readonly RadiusServerWish[],
): readonly RadiusServerWish[] {
  return request.radius.servers ?? defaults;
}

export function* radiusServerFindings(
  servers: readonly RadiusServerWish[],
  {
    npsHosts,
    ...around
  }: Surroundings & { readonly npsHosts: readonly (NpsHostStatus | null | undefined)[] },
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
    yield* npsHostFindings(host, npsHosts[index], `${target}.host`);
    yield* addressFindings(address, around, `${target}.address`);
  }
}

function* addressFindings(
  address: string,
  { gatewaySubnetPrefix, reachable }: Surroundings,
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
  if (!contains(reachable, address)) {
    yield warning(
      'RadiusServerRouteUnknown',
      `${address} is neither in the VNet nor in a peered VNet nor behind a local network gateway: make sure that the gateway reaches it. ExpressRoute does not carry RADIUS requests of a gateway.`,
      target,
    );
  }
}
