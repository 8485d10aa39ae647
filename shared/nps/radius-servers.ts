import { type Finding, problem, warning } from '../core/finding.ts';
import { npsHostFindings } from './checks/machine-checks.ts';
import type { NpsHostStatus, RadiusServerWish } from './model.ts';

/**
 * Azure does not know which machine answers at the address of a RADIUS server. The first entry of `known` that names
 * the address says it.
 */
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
  npsHosts: readonly (NpsHostStatus | null | undefined)[],
): Generator<Finding> {
  for (const { address } of unknown)
    yield (servers.length === 0 ? problem : warning)(
      'NpsHostUnknown',
      `It is not known which machine the RADIUS server ${address} of the gateway is, so the app does not check NPS there. The server stays on the gateway with its present secret. To let the app configure it, name it with its host in radius.servers or in DEFAULT_NPS_SERVERS.`,
      'radius.servers',
    );
  if (servers.length === 0 && unknown.length === 0) {
    yield problem(
      'RadiusServersMissing',
      'There is no RADIUS server. Name one in radius.servers, or set DEFAULT_NPS_SERVERS.',
      'radius.servers',
    );
  }
  for (const [index, { host }] of servers.entries())
    yield* npsHostFindings(host, npsHosts[index], `radius.servers[${index}].host`);
}
