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
    why: 'Azure cannot route to clients that have addresses of the VNet or of the RADIUS server.',
    fix: 'Choose a pool outside the VNet and ask users to download a new client profile.',
    source: pools,
  },
  {
    codes: ['AddressPoolTooSmall'],
    id: 'address-pool-small',
    severity: 'high',
    title: 'The client address pool is too small',
    why: 'A pool must be at least /29, or at least /28 on an active-active gateway.',
    fix: 'Choose a larger pool.',
    source: pools,
  },
  {
    codes: ['AddressPoolOverlapsPeering', 'AddressPoolOverlapsOnPremises', 'AddressPoolOverlapsConnection'],
    id: 'address-pool-neighbour',
    severity: 'medium',
    title: 'The client address pool overlaps a connected network',
    why: 'Clients cannot reach those hosts of a peered or on-premises network whose addresses are in the pool.',
    fix: 'Choose a pool that does not overlap the connected networks.',
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
    why: 'When the two networks are connected, answers go to the clients of only one of the gateways.',
    fix: 'Give every gateway its own pool ("auto" does this), or waive the rule when the networks stay separate.',
    source: pools,
    check: ({ gateway: { pointToSite }, sharedPool: { count, first } }) =>
      pointToSite
        ? unless([
            count > 0 &&
              `The pool ${pointToSite.addressPool.join(', ')} overlaps the pool of ${first.join(', ')}${count > first.length ? ` and ${count - first.length} more` : ''}.`,
          ])
        : notApplicable,
  },
];
