import { describe, expect, it } from 'vitest';
import { gatewaySubnetFindings } from '../../../shared/gateway/checks/gateway-subnet-checks.ts';
import { gatewaySubnetPrefix, virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type { RouteTable, VirtualNetwork } from '../../../shared/gateway/model.ts';
import { hub, hubId, subnet } from '../hub.ts';

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

describe('the VNet of a subnet', () => {
  it.each([
    [`${hubId}/subnets/GatewaySubnet`, hubId],
    [`${hubId}/SUBNETS/GatewaySubnet`, hubId],
    // A VNet of that name is not the part that is taken off.
    [`${hubId}/subnets/a/subnets/GatewaySubnet`, `${hubId}/subnets/a`],
    [hubId, hubId],
  ])('%s', (subnetId, expected) => {
    expect(virtualNetworkIdOf(subnetId)).toBe(expected);
  });
});
