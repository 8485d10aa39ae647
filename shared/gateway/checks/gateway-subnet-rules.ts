import { type Check, type CheckText, unknown, unless, type Verdict } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { GatewayFacts } from './facts.ts';
import { gatewaySubnetFindings } from './gateway-subnet-findings.ts';

const settings = 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings#gwsub';

/** GatewaySubnet and what is attached to it: the checks of planning, held against what is there. */
export const gatewaySubnetRules: readonly Check<GatewayFacts>[] = [
  rule(['GatewaySubnetHasNetworkSecurityGroup'], {
    id: 'gateway-subnet-nsg',
    severity: 'high',
    title: 'GatewaySubnet has a network security group',
    why: 'Network security groups on GatewaySubnet are not supported: the gateway may stop working.',
    fix: 'Dissociate the network security group from GatewaySubnet.',
    source: settings,
  }),
  rule(['GatewaySubnetDefaultRoute'], {
    id: 'gateway-subnet-default-route',
    severity: 'high',
    title: 'GatewaySubnet has a default route',
    why: 'A user-defined route 0.0.0.0/0 on GatewaySubnet is not supported and takes the gateway away from its control plane.',
    fix: 'Remove the route, or take the route table off GatewaySubnet.',
    source: settings,
  }),
  rule(['GatewaySubnetRoutePropagationDisabled'], {
    id: 'gateway-subnet-route-propagation',
    severity: 'high',
    title: 'Route propagation is off on GatewaySubnet',
    why: 'A gateway does not work when its subnet does not propagate gateway routes.',
    fix: 'Turn "Propagate gateway routes" on in the route table of GatewaySubnet.',
    source: settings,
  }),
  rule(['GatewaySubnetRouteOverlaps'], {
    id: 'gateway-subnet-route-overlap',
    severity: 'medium',
    title: 'A route covers GatewaySubnet itself',
    why: 'A user-defined route over the range of GatewaySubnet can cut the instances of the gateway off from each other and from Azure.',
    fix: 'Remove the route, or narrow it so that it leaves GatewaySubnet out.',
    source: settings,
  }),
  rule(['GatewaySubnetSmall', 'GatewaySubnetTooSmall'], {
    id: 'gateway-subnet-small',
    severity: 'medium',
    title: 'GatewaySubnet is smaller than /27',
    why: '/27 or larger is recommended: the migration of a public IP address and an ExpressRoute gateway beside need the room.',
    fix: 'Plan a larger GatewaySubnet: the gateway has to be deleted for it, so do it with the next change of the gateway.',
    source: settings,
  }),
  rule(['GatewaySubnetPrefixCount'], {
    id: 'gateway-subnet-prefixes',
    severity: 'medium',
    title: 'GatewaySubnet does not have exactly one IPv4 prefix',
    why: 'The prefix of GatewaySubnet is the RADIUS client on NPS: with a second one, some requests come from an address that NPS does not know.',
    fix: 'Leave GatewaySubnet one IPv4 prefix.',
    source: settings,
  }),
];

/** A rule that is violated by what planning finds under these codes. */
function rule(codes: readonly string[], text: CheckText): Check<GatewayFacts> {
  return { ...text, check: (facts) => found(facts, codes) };
}

function found(
  { virtualNetwork, networkProblem, routeTable }: GatewayFacts,
  codes: readonly string[],
): Verdict {
  if (!virtualNetwork) return unknown(networkProblem ?? 'The VNet could not be read.');
  const subnet = virtualNetwork.subnets.find(({ name }) => name.toLowerCase() === 'gatewaysubnet');
  const aboutRoutes = codes.some((code) => code.includes('Route'));
  if (aboutRoutes && subnet?.routeTableId && !routeTable)
    return unknown(`The route table ${subnet.routeTableId} of GatewaySubnet could not be read.`);
  const findings: Finding[] = [...gatewaySubnetFindings(virtualNetwork, undefined, routeTable)];
  return unless(findings.filter(({ code }) => codes.includes(code)).map(({ message }) => message));
}
