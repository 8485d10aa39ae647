import { type Finding, problem, warning } from '../core/finding.ts';
import { contains } from '../core/prefixes.ts';
import { npsHostFindings } from './checks/machine-checks.ts';
import type { NpsHostStatus, RadiusServerWish } from './model.ts';

/** The networks around the gateway that a RADIUS server is looked for in. */
interface Surroundings {
  readonly gatewaySubnetPrefix?: string | undefined;
  /** Prefixes of the VNet, of its peers and of what is behind local network gateways. */
  readonly reachable: readonly string[];
}

/** Azure does not know which machine answers at the address of a RADIUS server: the first of `known` that names it says so. */
export function machinesOf<Server extends { readonly address: string }>(
  servers: readonly Server[],
  known: readonly RadiusServerWish[],
): {
  readonly servers: readonly (Server & { readonly host: string })[];
  readonly unknown: readonly Server[];
} {
  const hostOf = ({ address }: Server) => known.find((one) => one.address === address)?.host;
  return {
    servers: servers.flatMap((server) => {
      const host = hostOf(server);
      return host === undefined ? [] : [{ ...server, host }];
    }),
    unknown: servers.filter((server) => hostOf(server) === undefined),
  };
}

export function* radiusServerFindings(
  { servers, unknown }: ReturnType<typeof machinesOf>,
  {
    npsHosts,
    ...around
  }: Surroundings & { readonly npsHosts: readonly (NpsHostStatus | null | undefined)[] },
): Generator<Finding> {
  for (const { address } of unknown)
    yield (servers.length === 0 ? problem : warning)(
      'NpsHostUnknown',
      `Nobody has said which machine the RADIUS server ${address} of the gateway is, so NPS there is not looked at; the server stays on the gateway with the secret that it has. To have it configured, name it with its host in radius.servers or in DEFAULT_NPS_SERVERS.`,
      'radius.servers',
    );
  if (servers.length === 0 && unknown.length === 0) {
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
