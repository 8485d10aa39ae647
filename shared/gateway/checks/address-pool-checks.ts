import {
  type Check,
  notApplicable,
  type PlannedText,
  plannedChecks,
  unknown,
  unless,
} from '../../core/check.ts';
import { addressPoolFindings, type PoolWish, type Surroundings } from '../address-pool.ts';
import { existingGatewaySubnet, ipv4Prefixes } from '../gateway-subnet.ts';
import type { GatewayFacts } from './facts.ts';

const pools = 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway#addresspool';

const texts: readonly PlannedText<{ readonly wish: PoolWish; readonly around: Surroundings }>[] = [
  {
    codes: [
      'AddressPoolOverlapsVirtualNetwork',
      'AddressPoolOverlapsGatewaySubnet',
      'AddressPoolHoldsRadiusServer',
      'AddressPoolOverlapsItself',
      'AddressPoolOverlapsGroupPool',
      'AddressPoolReserved',
    ],
    id: 'address-pool-overlap',
    severity: 'high',
    title: 'The client address pool overlaps the VNet',
    why: 'Clients with addresses of the VNet, or of the RADIUS server itself, cannot be routed to.',
    fix: 'Choose a pool outside the VNet and let users fetch a new client profile.',
    source: pools,
  },
  {
    codes: ['AddressPoolTooSmall'],
    id: 'address-pool-small',
    severity: 'high',
    title: 'The client address pool is too small',
    why: 'A pool has to be /29 at least, /28 on an active-active gateway.',
    fix: 'Choose a larger pool.',
    source: pools,
  },
  {
    codes: ['AddressPoolOverlapsPeering', 'AddressPoolOverlapsOnPremises', 'AddressPoolOverlapsConnection'],
    id: 'address-pool-neighbour',
    severity: 'medium',
    title: 'The client address pool overlaps a connected network',
    why: 'Clients cannot reach those hosts of a peered or on-premises network that have addresses of the pool.',
    fix: 'Choose a pool that is clear of the connected networks.',
    source: pools,
  },
  {
    codes: ['AddressPoolPublic'],
    id: 'address-pool-public',
    severity: 'low',
    title: 'The client address pool is public address space',
    why: 'Clients cannot reach the hosts of the Internet that have these addresses.',
    fix: 'Choose a pool of private address space.',
    source: pools,
  },
];

/** The addresses of VPN clients: planning's rules for a pool, applied to the pool of the gateway. */
export const addressPoolChecks: readonly Check<GatewayFacts>[] = [
  ...plannedChecks(
    texts,
    ({ gateway, virtualNetwork, networkProblem, onPremises }: GatewayFacts) => {
      if (!gateway.pointToSite) return notApplicable;
      if (!virtualNetwork) return unknown(networkProblem ?? 'The VNet could not be read.');
      const subnet = existingGatewaySubnet(virtualNetwork);
      const { addressPool, radiusServers, groupPools = [] } = gateway.pointToSite;
      return {
        wish: {
          asked: addressPool,
          supernet: '',
          current: addressPool,
          activeActive: gateway.activeActive,
        },
        around: {
          virtualNetwork,
          gatewaySubnetPrefix: subnet && ipv4Prefixes(subnet)[0],
          onPremises,
          takenPools: [],
          radiusAddresses: radiusServers.map(({ address }) => address),
          groupPools,
        },
      };
    },
    ({ wish, around }) => addressPoolFindings(wish, around),
  ),
  {
    codes: ['AddressPoolTaken'],
    id: 'address-pool-shared',
    severity: 'low',
    title: 'Another gateway has an overlapping client address pool',
    why: 'As soon as the two networks are connected, answers go to the clients of only one of the gateways.',
    fix: 'Give every gateway a pool of its own ("auto" does), or waive the rule where the networks stay apart.',
    source: pools,
    check: ({ gateway: { pointToSite }, sharedPool: { count, first } }) =>
      pointToSite
        ? unless([
            count > 0 &&
              `The pool ${pointToSite.addressPool.join(', ')} overlaps that of ${first.join(', ')}${count > first.length ? ` and ${count - first.length} more` : ''}.`,
          ])
        : notApplicable,
  },
];
