import {
  type Check,
  compliant,
  notApplicable,
  type PlannedText,
  plannedChecks,
  sentence,
  unknown,
  unless,
  violated,
} from '../../core/check.ts';
import { type Finding, problem, warning } from '../../core/finding.ts';
import { contains, isHostAddress } from '../../core/prefixes.ts';
import { sameId } from '../../core/resource-id.ts';
import { usesRadius } from '../authentication-types.ts';
import { pointToSiteDifferences } from '../differences.ts';
import { existingGatewaySubnet, ipv4Prefixes } from '../gateway-subnet.ts';
import { reachablePrefixes } from '../reachable.ts';
import type { GatewayFacts } from './facts.ts';

const radius = 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway';

interface RouteFacts {
  readonly addresses: readonly string[];
  readonly gatewaySubnetPrefix?: string | undefined;
  /** Prefixes of the VNet, of its peers and of the networks behind local network gateways. */
  readonly reachable: readonly string[];
}

const textsOfRoutes: readonly PlannedText<RouteFacts>[] = [
  {
    codes: ['RadiusServerRouteUnknown', 'RadiusServerInGatewaySubnet'],
    id: 'radius-server-route',
    severity: 'medium',
    title: 'It is not known how the gateway reaches a RADIUS server',
    why: 'The address is not in the VNet, not in a peered VNet, and not behind a local network gateway. ExpressRoute does not carry RADIUS requests of a gateway.',
    fix: 'Make sure that the gateway can reach the server through the VNet, a peering or a site-to-site connection.',
    source: radius,
  },
];

/** The RADIUS settings of point-to-site, as the gateway has them. */
export const radiusChecks: readonly Check<GatewayFacts>[] = [
  {
    id: 'tunnel-sstp',
    severity: 'high',
    title: 'The gateway still allows SSTP',
    why: 'Since 2026-03-31 SSTP cannot be enabled any more. Existing connections stop working on 2027-03-31.',
    fix: 'Move the users to IKEv2 or OpenVPN with a new client profile. Then remove SSTP.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/ikev2-openvpn-from-sstp',
    migration: 'without-sstp',
    check: ({ gateway: { pointToSite } }) =>
      pointToSite
        ? unless([
            pointToSite.protocols.some((protocol) => sameId(protocol, 'SSTP')) &&
              `The tunnel types are ${pointToSite.protocols.join(', ')}.`,
          ])
        : notApplicable,
  },
  {
    id: 'radius-missing',
    severity: 'high',
    title: 'Point-to-site does not authenticate by RADIUS',
    why: 'The gateway was deployed to authenticate users by NPS with multifactor authentication, or it uses RADIUS and names no server. Users can now sign in by another way, or cannot sign in at all.',
    fix: 'Send the ticket again, or let the check repair it. Both configure the RADIUS servers again.',
    source: radius,
    migration: 'to-radius',
    repair: 'safe',
    check({ gateway, asked }) {
      const types = gateway.pointToSite?.authenticationTypes ?? [];
      if (usesRadius(gateway)) {
        return gateway.pointToSite!.radiusServers.length > 0
          ? compliant
          : violated('RADIUS is the authentication type, but no RADIUS server is named.');
      }
      if (!asked) return notApplicable;
      return violated(
        gateway.pointToSite
          ? `The authentication types are ${types.join(', ') || 'none'}. RADIUS is not one of them.`
          : 'The gateway has no point-to-site configuration.',
      );
    },
  },
  {
    id: 'radius-servers-differ',
    severity: 'high',
    title: 'The RADIUS servers are not those that were requested',
    why: 'Another server than the checked one authenticates the users, or no server does.',
    fix: 'Send the ticket again, or let the check repair it. Both configure the RADIUS servers again.',
    source: radius,
    repair: 'safe',
    check({ gateway: { pointToSite }, asked }) {
      if (!asked) return notApplicable;
      return unless(differences(pointToSite, asked.pointToSite).filter(aboutServers).map(sentence));
    },
  },
  {
    id: 'point-to-site-differs',
    severity: 'medium',
    title: 'Point-to-site is not as its deployment requested',
    why: 'Somebody has changed the pool, tunnel types or authentication types after this app deployed them.',
    fix: 'Send the ticket again to restore what it asked for, or send a ticket that asks for the present configuration. This disconnects users.',
    source: radius,
    check({ gateway: { pointToSite }, asked }) {
      if (!asked || !pointToSite) return notApplicable;
      return unless(
        differences(pointToSite, asked.pointToSite)
          .filter((text) => !aboutServers(text) && !aboutGroups(text))
          .map(sentence),
      );
    },
  },
  {
    id: 'radius-single-server',
    severity: 'medium',
    title: 'There is only one RADIUS server',
    why: 'When this server restarts or cannot be reached, nobody can connect. A gateway can have two.',
    fix: 'Configure a second NPS server and name both in radius.servers.',
    source: radius,
    migration: 'second-server',
    check: ({ gateway }) =>
      usesRadius(gateway)
        ? unless([
            gateway.pointToSite!.radiusServers.length === 1 &&
              `${gateway.pointToSite!.radiusServers[0]!.address} is the only RADIUS server.`,
          ])
        : notApplicable,
  },
  ...plannedChecks(
    textsOfRoutes,
    ({ gateway, virtualNetwork, networkProblem, onPremises }: GatewayFacts) => {
      if (!usesRadius(gateway)) return notApplicable;
      if (!virtualNetwork) return unknown(networkProblem ?? 'The VNet could not be read.');
      const subnet = existingGatewaySubnet(virtualNetwork);
      return {
        addresses: gateway.pointToSite!.radiusServers.map(({ address }) => address),
        gatewaySubnetPrefix: subnet && ipv4Prefixes(subnet)[0],
        reachable: reachablePrefixes(virtualNetwork, onPremises),
      };
    },
    radiusRouteFindings,
  ),
  {
    id: 'entra-id-alternative',
    severity: 'info',
    title: 'Microsoft Entra ID authentication would need no NPS',
    why: 'With OpenVPN, point-to-site can authenticate with Entra ID directly. This gives conditional access, number matching and passkeys. It needs no shared secret, and users have more than 30 seconds to answer. Azure Policy and CIS recommend it.',
    fix: 'Consider Entra ID authentication. With OpenVPN, RADIUS can stay active while users move.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-entra-gateway',
    migration: 'to-entra',
    check: ({ gateway }) =>
      usesRadius(gateway)
        ? unless([
            !gateway.pointToSite!.authenticationTypes.some((type) => sameId(type, 'AAD')) &&
              'The gateway authenticates by RADIUS and not by Entra ID.',
          ])
        : notApplicable,
  },
];

const differences = (
  current: GatewayFacts['gateway']['pointToSite'],
  wish: NonNullable<GatewayFacts['asked']>['pointToSite'],
): string[] => (current ? pointToSiteDifferences(current, wish).map(({ found }) => found) : []);

const aboutServers = (text: string) => text.startsWith('RADIUS server ');
/** These have a check of their own. */
const aboutGroups = (text: string) => text.startsWith('user group ');

/** Whether the gateway is known to reach each RADIUS server. */
export function* radiusRouteFindings({
  addresses,
  gatewaySubnetPrefix,
  reachable,
}: RouteFacts): Generator<Finding> {
  for (const [index, address] of addresses.entries()) {
    const target = `radius.servers[${index}].address`;
    if (gatewaySubnetPrefix && isHostAddress(address) && contains(gatewaySubnetPrefix, address))
      yield problem(
        'RadiusServerInGatewaySubnet',
        `${address} is inside GatewaySubnet (${gatewaySubnetPrefix}), which may contain only gateways.`,
        target,
      );
    else if (!isHostAddress(address) || !contains(reachable, address))
      yield warning(
        'RadiusServerRouteUnknown',
        `${address} is not in the VNet, not in a peered VNet, and not behind a local network gateway. Make sure that the gateway can reach it. ExpressRoute does not carry RADIUS requests of a gateway.`,
        target,
        `${address} is in no network that is known to be connected.`,
      );
  }
}
