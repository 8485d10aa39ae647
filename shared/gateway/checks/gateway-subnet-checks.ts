import { type PlannedText, plannedChecks, unknown } from '../../core/check.ts';
import { type Finding, problem, warning } from '../../core/finding.ts';
import { contains, isIpv4Prefix, overlaps, prefixLength } from '../../core/prefixes.ts';
import { nameOf } from '../../core/resource-id.ts';
import { existingGatewaySubnet, gatewaySubnetPrefix, ipv4Prefixes } from '../gateway-subnet.ts';
import type { RouteTable, Subnet, VirtualNetwork } from '../model.ts';
import type { GatewayFacts } from './facts.ts';

interface SubnetFacts {
  readonly virtualNetwork: VirtualNetwork;
  /** The prefix that the request asks for. */
  readonly asked?: string | undefined;
  /** The prefix of an existing GatewaySubnet. */
  readonly routeTable?: RouteTable | undefined;
}

const settings = 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings#gwsub';

/** GatewaySubnet and what is attached to it. */
const texts: readonly PlannedText<SubnetFacts>[] = [
  {
    codes: ['GatewaySubnetHasNetworkSecurityGroup'],
    id: 'gateway-subnet-nsg',
    severity: 'high',
    title: 'GatewaySubnet has a network security group',
    why: 'Azure does not support network security groups on GatewaySubnet: the gateway may stop working.',
    fix: 'Dissociate the network security group from GatewaySubnet.',
    source: settings,
  },
  {
    codes: ['GatewaySubnetDefaultRoute'],
    given: routeTableRead,
    id: 'gateway-subnet-default-route',
    severity: 'high',
    title: 'GatewaySubnet has a default route',
    why: 'A user-defined route 0.0.0.0/0 on GatewaySubnet is not supported. It disconnects the gateway from its control plane.',
    fix: 'Remove the route, or remove the route table from GatewaySubnet.',
    source: settings,
  },
  {
    codes: ['GatewaySubnetRoutePropagationDisabled'],
    given: routeTableRead,
    id: 'gateway-subnet-route-propagation',
    severity: 'high',
    title: 'GatewaySubnet does not propagate gateway routes',
    why: 'A gateway does not work when its subnet does not propagate gateway routes.',
    fix: 'Turn "Propagate gateway routes" on in the route table of GatewaySubnet.',
    source: settings,
  },
  {
    codes: ['GatewaySubnetRouteOverlaps'],
    given: routeTableRead,
    id: 'gateway-subnet-route-overlap',
    severity: 'medium',
    title: 'A route includes GatewaySubnet itself',
    why: 'A user-defined route that includes the range of GatewaySubnet can disconnect the instances of the gateway from each other and from Azure.',
    fix: 'Remove the route, or make it smaller so that it does not include GatewaySubnet.',
    source: settings,
  },
  {
    codes: ['GatewaySubnetSmall', 'GatewaySubnetTooSmall'],
    id: 'gateway-subnet-small',
    severity: 'medium',
    title: 'GatewaySubnet is smaller than /27',
    why: '/27 or larger is recommended. The migration of a public IP address needs these addresses, and so does an ExpressRoute gateway in the same subnet.',
    fix: 'Plan a larger GatewaySubnet. The gateway must be deleted for this, so do it with the next change of the gateway.',
    source: settings,
  },
  {
    codes: ['GatewaySubnetPrefixCount'],
    id: 'gateway-subnet-prefixes',
    severity: 'medium',
    title: 'GatewaySubnet does not have exactly one IPv4 prefix',
    why: 'The prefix of GatewaySubnet is the RADIUS client on NPS. With a second prefix, some requests come from an address that NPS does not know.',
    fix: 'Leave only one IPv4 prefix on GatewaySubnet.',
    source: settings,
  },
];

export const gatewaySubnetChecks = plannedChecks(
  texts,
  ({ virtualNetwork, networkProblem, routeTable }: GatewayFacts) =>
    virtualNetwork
      ? { virtualNetwork, routeTable }
      : unknown(networkProblem ?? 'The VNet could not be read.'),
  gatewaySubnetFindings,
);

function routeTableRead({ virtualNetwork, routeTable }: SubnetFacts) {
  const id = existingGatewaySubnet(virtualNetwork)?.routeTableId;
  return id && !routeTable ? unknown(`The route table ${id} of GatewaySubnet could not be read.`) : undefined;
}

/**
 * What is wrong with the subnet that `gatewaySubnetPrefix` chose. `routeTable` is that of an existing GatewaySubnet.
 */
export function* gatewaySubnetFindings({
  virtualNetwork,
  asked,
  routeTable,
}: SubnetFacts): Generator<Finding> {
  const existing = existingGatewaySubnet(virtualNetwork);
  const target = 'gatewaySubnetPrefix';
  const prefix = gatewaySubnetPrefix(virtualNetwork, asked);
  if (existing) yield* existingFindings(existing, asked, routeTable);
  else if (asked) yield* askedFindings(virtualNetwork, asked);
  else if (!prefix) {
    yield problem(
      'GatewaySubnetNoRoom',
      `${virtualNetwork.name} (${virtualNetwork.addressPrefixes.join(', ')}) has no free /27 for GatewaySubnet. Add address space to it, or name a smaller free prefix.`,
      target,
    );
  }
  if (!prefix) return;
  if (prefixLength(prefix) > 29) {
    yield problem(
      'GatewaySubnetTooSmall',
      `GatewaySubnet would be ${prefix}. A gateway needs at least /29, and /27 is recommended.`,
      target,
    );
  } else if (prefixLength(prefix) > 27) {
    yield warning(
      'GatewaySubnetSmall',
      `GatewaySubnet is ${prefix}. /27 or larger is recommended: later changes such as a new public IP address or an ExpressRoute gateway may not fit.`,
      target,
    );
  }
}

function* askedFindings(virtualNetwork: VirtualNetwork, asked: string): Generator<Finding> {
  const target = 'gatewaySubnetPrefix';
  if (!contains(virtualNetwork.addressPrefixes, asked)) {
    yield problem(
      'GatewaySubnetOutsideVirtualNetwork',
      `${asked} is not inside ${virtualNetwork.name} (${virtualNetwork.addressPrefixes.join(', ')}). Name a prefix of the VNet, or leave the field out.`,
      target,
    );
  }
  for (const { name, addressPrefixes } of virtualNetwork.subnets) {
    if (!overlaps(asked, addressPrefixes)) continue;
    yield problem(
      'GatewaySubnetOverlapsSubnet',
      `${asked} overlaps the subnet ${name} (${addressPrefixes.join(', ')}). Name a free prefix, or leave the field out.`,
      target,
    );
  }
}

function* existingFindings(subnet: Subnet, asked?: string, routeTable?: RouteTable): Generator<Finding> {
  const [prefix, ...more] = ipv4Prefixes(subnet);
  if (!prefix || more.length > 0) {
    yield problem(
      'GatewaySubnetPrefixCount',
      `GatewaySubnet has ${subnet.addressPrefixes.join(', ')}. It must have exactly one IPv4 prefix, because this prefix becomes the RADIUS client.`,
      'virtualNetworkId',
    );
  }
  if (asked && prefix && asked !== prefix) {
    yield problem(
      'GatewaySubnetPrefixDiffers',
      `GatewaySubnet exists with ${prefix}, not ${asked}. Leave the field out to use the subnet as it is.`,
      'gatewaySubnetPrefix',
    );
  }
  if (subnet.networkSecurityGroupId) {
    yield problem(
      'GatewaySubnetHasNetworkSecurityGroup',
      `GatewaySubnet has the network security group ${nameOf(subnet.networkSecurityGroupId)}, which gateways do not support. Dissociate it.`,
      'virtualNetworkId',
    );
  }
  if (routeTable) yield* routeTableFindings(routeTable, prefix);
}

/**
 * Azure does not create a gateway with a default route or without route propagation ("user-defined routes" of VPN
 * Gateway settings).
 */
function* routeTableFindings(routeTable: RouteTable, prefix: string | undefined): Generator<Finding> {
  const name = nameOf(routeTable.id);
  if (routeTable.bgpRoutePropagationDisabled) {
    yield problem(
      'GatewaySubnetRoutePropagationDisabled',
      `The route table ${name} of GatewaySubnet does not propagate gateway routes, and the gateway does not work without them. Enable the propagation.`,
      'virtualNetworkId',
    );
  }
  for (const route of routeTable.routes) {
    if (route.addressPrefix === '0.0.0.0/0') {
      yield problem(
        'GatewaySubnetDefaultRoute',
        `The route ${route.name} (0.0.0.0/0) of the route table ${name} on GatewaySubnet is not supported. Remove it.`,
        'virtualNetworkId',
      );
    } else if (prefix && isIpv4Prefix(route.addressPrefix) && overlaps(route.addressPrefix, prefix)) {
      yield warning(
        'GatewaySubnetRouteOverlaps',
        `The route ${route.name} (${route.addressPrefix}) of the route table ${name} includes GatewaySubnet (${prefix}) and may disconnect the gateway.`,
        'virtualNetworkId',
      );
    }
  }
}
