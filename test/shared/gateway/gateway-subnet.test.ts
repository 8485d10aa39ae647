import { describe, expect, it } from 'vitest';
import {
  gatewaySubnetChecks,
  gatewaySubnetFindings,
} from '../../../shared/gateway/checks/gateway-subnet-checks.ts';
import { gatewaySubnetPrefix, virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type { RouteTable, VirtualNetwork } from '../../../shared/gateway/model.ts';
import { gatewayFacts, virtualNetwork } from '../compliance/facts.ts';
import { hub, hubId, subnet } from '../hub.ts';
import { told } from '../told.ts';

const findings = (virtualNetwork: VirtualNetwork, asked?: string, routeTable?: RouteTable) =>
  [...gatewaySubnetFindings({ virtualNetwork, asked, routeTable })].map(
    ({ kind, code }) => `${kind} ${code}`,
  );
const withGatewaySubnet = (prefix: string, more = {}) =>
  hub({ subnets: [subnet('GatewaySubnet', prefix, more)] });
const routes = (...prefixes: string[]): RouteTable => ({
  id: '/routeTables/rt-hub',
  bgpRoutePropagationDisabled: false,
  routes: prefixes.map((addressPrefix) => ({ name: `to-${addressPrefix}`, addressPrefix })),
});

describe('the prefix', () => {
  it('of an existing subnet wins', () => {
    expect(gatewaySubnetPrefix(withGatewaySubnet('10.0.9.0/26'), '10.0.255.0/27')).toBe('10.0.9.0/26');
  });

  it('is otherwise the one asked for', () => {
    expect(gatewaySubnetPrefix(hub(), '10.0.255.0/27')).toBe('10.0.255.0/27');
  });

  it('is otherwise the last free /27, whatever IPv6 prefixes stand beside it', () => {
    const subnets = [subnet('end', '10.0.255.192/26'), subnet('six', 'fd00:1::/64')];
    const addressPrefixes = ['10.0.0.0/16', 'fd00:1::/48'];
    expect(gatewaySubnetPrefix(hub({ addressPrefixes, subnets }))).toBe('10.0.255.160/27');
  });

  it('spills over into another prefix of the VNet when the last is full', () => {
    const addressPrefixes = ['10.0.0.0/24', '10.9.0.0/24'];
    expect(gatewaySubnetPrefix(hub({ addressPrefixes, subnets: [subnet('all', '10.9.0.0/24')] }))).toBe(
      '10.0.0.224/27',
    );
  });
});

describe('a subnet that would be created', () => {
  it.each([
    [undefined, []],
    ['10.0.255.0/27', []],
    ['10.0.255.0/28', ['warning GatewaySubnetSmall']],
    ['10.0.255.0/29', ['warning GatewaySubnetSmall']],
    ['10.0.255.0/30', ['problem GatewaySubnetTooSmall']],
    ['10.1.0.0/27', ['problem GatewaySubnetOutsideVirtualNetwork']],
    ['10.0.0.0/15', ['problem GatewaySubnetOutsideVirtualNetwork', 'problem GatewaySubnetOverlapsSubnet']],
    ['10.0.1.32/27', ['problem GatewaySubnetOverlapsSubnet']],
  ])('asked for as %s', (asked, expected) => {
    expect(findings(hub(), asked)).toEqual(expected);
  });

  it('needs room', () => {
    const full = hub({ subnets: [subnet('all', '10.0.0.0/16')] });
    expect(findings(full)).toEqual(['problem GatewaySubnetNoRoom']);
  });
});

describe('a subnet that is there', () => {
  it.each([
    ['as it should be', withGatewaySubnet('10.0.255.0/27'), undefined, []],
    ['asked for as it is', withGatewaySubnet('10.0.255.0/27'), '10.0.255.0/27', []],
    [
      'asked for otherwise',
      withGatewaySubnet('10.0.255.0/27'),
      '10.0.254.0/27',
      ['problem GatewaySubnetPrefixDiffers'],
    ],
    ['too small', withGatewaySubnet('10.0.255.0/30'), undefined, ['problem GatewaySubnetTooSmall']],
    [
      'with a network security group',
      withGatewaySubnet('10.0.255.0/27', { networkSecurityGroupId: '/nsg' }),
      undefined,
      ['problem GatewaySubnetHasNetworkSecurityGroup'],
    ],
    [
      'with two prefixes',
      withGatewaySubnet('10.0.255.0/27', { addressPrefixes: ['10.0.255.0/27', '10.0.254.0/27'] }),
      undefined,
      ['problem GatewaySubnetPrefixCount'],
    ],
    [
      'with an IPv6 prefix beside',
      withGatewaySubnet('10.0.255.0/27', { addressPrefixes: ['fd00:1::/64', '10.0.255.0/27'] }),
      undefined,
      [],
    ],
  ])('%s', (_, virtualNetwork, asked, expected) => {
    expect(findings(virtualNetwork, asked)).toEqual(expected);
  });

  it.each([
    ['harmless routes', routes('192.168.0.0/16', 'AzureCloud'), []],
    ['a default route', routes('0.0.0.0/0'), ['problem GatewaySubnetDefaultRoute']],
    ['a route over the subnet', routes('10.0.0.0/16'), ['warning GatewaySubnetRouteOverlaps']],
    [
      'no propagation',
      { ...routes(), bgpRoutePropagationDisabled: true },
      ['problem GatewaySubnetRoutePropagationDisabled'],
    ],
  ])('with a route table of %s', (_, routeTable, expected) => {
    expect(findings(withGatewaySubnet('10.0.255.0/27'), undefined, routeTable)).toEqual(expected);
  });
});

describe('what people read', () => {
  const wide = hub({
    addressPrefixes: ['10.0.0.0/24', '10.9.0.0/24'],
    subnets: [subnet('all', '10.0.0.0/8')],
  });
  const two = { addressPrefixes: ['10.0.255.0/27', '10.0.254.0/27'] };
  const table: RouteTable = {
    id: '/routeTables/rt-hub',
    bgpRoutePropagationDisabled: true,
    routes: [
      { name: 'out', addressPrefix: '0.0.0.0/0' },
      { name: 'all', addressPrefix: '10.0.0.0/8' },
    ],
  };

  it.each<[string, VirtualNetwork, string | undefined, RouteTable | undefined, string[][]]>([
    [
      'no room',
      wide,
      undefined,
      undefined,
      [
        [
          'problem GatewaySubnetNoRoom gatewaySubnetPrefix',
          'hub (10.0.0.0/24, 10.9.0.0/24) has no free /27 for GatewaySubnet. Add address space to it, or name a smaller free prefix.',
        ],
      ],
    ],
    [
      'a prefix elsewhere, over a subnet with two, and too small',
      hub({
        addressPrefixes: ['10.0.0.0/24', '10.9.0.0/24'],
        subnets: [subnet('servers', '', { addressPrefixes: ['10.7.0.0/24', '10.8.0.0/24'] })],
      }),
      '10.7.0.0/30',
      undefined,
      [
        [
          'problem GatewaySubnetOutsideVirtualNetwork gatewaySubnetPrefix',
          '10.7.0.0/30 is not inside hub (10.0.0.0/24, 10.9.0.0/24). Name a prefix of the VNet, or leave the field out.',
        ],
        [
          'problem GatewaySubnetOverlapsSubnet gatewaySubnetPrefix',
          '10.7.0.0/30 overlaps the subnet servers (10.7.0.0/24, 10.8.0.0/24). Name a free prefix, or leave the field out.',
        ],
        [
          'problem GatewaySubnetTooSmall gatewaySubnetPrefix',
          'GatewaySubnet would be 10.7.0.0/30. A gateway needs at least /29, and /27 is recommended.',
        ],
      ],
    ],
    [
      'a small one',
      withGatewaySubnet('10.0.255.0/28'),
      undefined,
      undefined,
      [
        [
          'warning GatewaySubnetSmall gatewaySubnetPrefix',
          'GatewaySubnet is 10.0.255.0/28. /27 or larger is recommended: later changes such as a new public IP address or an ExpressRoute gateway may not fit.',
        ],
      ],
    ],
    [
      'all that can be attached to one that is there',
      withGatewaySubnet('', { ...two, networkSecurityGroupId: '/networkSecurityGroups/nsg-hub' }),
      '10.0.254.0/27',
      table,
      [
        [
          'problem GatewaySubnetPrefixCount virtualNetworkId',
          'GatewaySubnet has 10.0.255.0/27, 10.0.254.0/27. It must have exactly one IPv4 prefix, because this prefix becomes the RADIUS client.',
        ],
        [
          'problem GatewaySubnetPrefixDiffers gatewaySubnetPrefix',
          'GatewaySubnet exists with 10.0.255.0/27, not 10.0.254.0/27. Leave the field out to use the subnet as it is.',
        ],
        [
          'problem GatewaySubnetHasNetworkSecurityGroup virtualNetworkId',
          'GatewaySubnet has the network security group nsg-hub, which gateways do not support. Dissociate it.',
        ],
        [
          'problem GatewaySubnetRoutePropagationDisabled virtualNetworkId',
          'The route table rt-hub of GatewaySubnet does not propagate gateway routes, and the gateway does not work without them. Enable the propagation.',
        ],
        [
          'problem GatewaySubnetDefaultRoute virtualNetworkId',
          'The route out (0.0.0.0/0) of the route table rt-hub on GatewaySubnet is not supported. Remove it.',
        ],
        [
          'warning GatewaySubnetRouteOverlaps virtualNetworkId',
          'The route all (10.0.0.0/8) of the route table rt-hub includes GatewaySubnet (10.0.255.0/27) and may disconnect the gateway.',
        ],
      ],
    ],
  ])('of %s', (_, virtualNetwork, asked, routeTable, expected) => {
    expect(told(gatewaySubnetFindings({ virtualNetwork, asked, routeTable }))).toEqual(expected);
  });
});

it('the report knows nothing of routes that could not be read', () => {
  const verdicts = (routeTableId?: string) =>
    gatewaySubnetChecks
      .filter(({ id }) => id.includes('route'))
      .map(({ check }) =>
        check(gatewayFacts({ virtualNetwork: virtualNetwork(routeTableId ? { routeTableId } : {}) })),
      );
  expect(verdicts('/routeTables/rt-hub')).toEqual(
    Array(3).fill({
      is: 'unknown',
      reason: 'The route table /routeTables/rt-hub of GatewaySubnet could not be read.',
    }),
  );
  expect(verdicts()).toEqual(Array(3).fill({ is: 'compliant' }));
  const gone = gatewayFacts({ virtualNetwork: hub() });
  for (const { id, check } of gatewaySubnetChecks.filter((one) => one.id.includes('route')))
    expect(check(gone), id).toEqual({ is: 'compliant' });
});

describe('the VNet of a subnet', () => {
  it.each([
    [`${hubId}/subnets/GatewaySubnet`, hubId],
    [`${hubId}/SUBNETS/GatewaySubnet`, hubId],
    // A VNet of that name is not the part that is taken off.
    [`${hubId}/subnets/a/subnets/GatewaySubnet`, `${hubId}/subnets/a`],
    // No whole id of a subnet.
    [hubId, hubId],
    [`${hubId}/subnets/a/ipConfigurations/b`, `${hubId}/subnets/a/ipConfigurations/b`],
  ])('%s', (subnetId, expected) => {
    expect(virtualNetworkIdOf(subnetId)).toBe(expected);
  });
});
