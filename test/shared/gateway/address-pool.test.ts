import { describe, expect, it } from 'vitest';
import {
  addressPoolFindings,
  chosenAddressPool,
  type PoolWish,
  type Surroundings,
} from '../../../shared/gateway/address-pool.ts';
import { hub, hubId } from '../hub.ts';

const around: Surroundings = {
  virtualNetwork: hub({
    peerings: [
      { name: 'to-spoke', remoteVirtualNetworkId: '/spoke', remoteAddressPrefixes: ['10.1.0.0/16'] },
    ],
  }),
  gatewaySubnetPrefix: '10.0.255.224/27',
  onPremises: [
    { by: 'lng-office', prefixes: ['192.168.0.0/16'] },
    { by: hubId.replace('hub', 'edge'), prefixes: ['10.8.0.0/16'] },
  ],
  takenPools: [{ by: 'vpn-spoke-0123456789ab', prefixes: ['172.16.0.0/24'] }],
  radiusAddresses: ['172.16.1.4'],
  groupPools: ['172.30.0.0/24'],
};
const auto: PoolWish = { asked: 'auto', supernet: '172.16.0.0/12', current: [], activeActive: false };
const named = (...asked: string[]): PoolWish => ({ ...auto, asked });
const findings = (wish: PoolWish) =>
  [...addressPoolFindings(wish, around)].map(({ kind, code, target }) => `${kind} ${code} ${target}`);

describe('auto', () => {
  it('is the first /24 that is clear of pools and RADIUS servers', () => {
    expect(chosenAddressPool(auto, around)).toEqual(['172.16.2.0/24']);
    expect(findings(auto)).toEqual([]);
  });

  it('keeps clear of the VNet, peerings and on-premises prefixes too', () => {
    expect(chosenAddressPool({ ...auto, supernet: '10.0.0.0/15' }, around)).toEqual([]);
    expect(chosenAddressPool({ ...auto, supernet: '10.0.0.0/14' }, around)).toEqual(['10.2.0.0/24']);
    expect(chosenAddressPool({ ...auto, supernet: '192.168.0.0/16' }, around)).toEqual([]);
  });

  it('says when nothing is free', () => {
    expect(findings({ ...auto, supernet: '192.168.0.0/16' })).toEqual([
      'problem AddressPoolNoRoom pointToSite.addressPool',
    ]);
  });

  it('keeps the pool that the gateway has, also where somebody has the same', () => {
    const kept = { ...auto, current: ['172.16.0.0/25'] };
    expect(chosenAddressPool(kept, around)).toEqual(['172.16.0.0/25']);
    expect(findings(kept)).toEqual(['warning AddressPoolTaken pointToSite.addressPool']);
  });
});

describe('a pool that the gateway has', () => {
  it('stays where it overlaps a peering, but not where it overlaps the VNet or a RADIUS server', () => {
    for (const [prefix, expected] of [
      ['10.1.0.0/24', 'warning AddressPoolOverlapsPeering'],
      ['10.0.9.0/24', 'problem AddressPoolOverlapsVirtualNetwork'],
      ['172.16.1.0/24', 'problem AddressPoolHoldsRadiusServer'],
    ] as const) {
      const target = 'pointToSite.addressPool';
      expect(findings({ ...auto, current: [prefix] })).toEqual([`${expected} ${target}`]);
      // The pool that the gateway has, by name: here too nothing is asked to change.
      expect(findings({ ...named(prefix), current: [prefix] })).toEqual([`${expected} ${target}[0]`]);
    }
  });
});

describe('a named pool', () => {
  it.each([
    ['10.8.1.0/24', ['problem AddressPoolOverlapsConnection']],
    ['172.30.0.0/25', ['problem AddressPoolOverlapsGroupPool']],
    ['172.20.0.0/24', []],
    ['10.0.128.0/24', ['problem AddressPoolOverlapsVirtualNetwork']],
    [
      '10.0.255.224/27',
      ['problem AddressPoolOverlapsVirtualNetwork', 'problem AddressPoolOverlapsGatewaySubnet'],
    ],
    ['10.1.2.0/24', ['problem AddressPoolOverlapsPeering']],
    ['192.168.0.0/24', ['problem AddressPoolOverlapsOnPremises']],
    ['172.16.0.128/25', ['problem AddressPoolTaken']],
    ['172.16.1.0/24', ['problem AddressPoolHoldsRadiusServer']],
    ['172.20.0.0/29', []],
    ['172.20.0.0/30', ['problem AddressPoolTooSmall']],
    ['20.0.0.0/24', ['warning AddressPoolPublic']],
    ['169.254.1.0/24', ['problem AddressPoolReserved']],
    ['168.63.129.0/24', ['problem AddressPoolReserved']],
    ['239.1.0.0/16', ['problem AddressPoolReserved']],
  ])('%s', (prefix, expected) => {
    expect(findings(named(prefix))).toEqual(
      expected.map((finding) => `${finding} pointToSite.addressPool[0]`),
    );
  });

  it('of an active-active gateway needs /28', () => {
    expect(findings({ ...named('172.20.0.0/29'), activeActive: true })).toEqual([
      'problem AddressPoolTooSmall pointToSite.addressPool[0]',
    ]);
    expect(findings({ ...named('172.20.0.0/28'), activeActive: true })).toEqual([]);
  });

  it('must not overlap itself', () => {
    expect(findings(named('172.20.0.0/24', '172.21.0.0/24', '172.20.0.0/16'))).toEqual([
      'problem AddressPoolOverlapsItself pointToSite.addressPool[2]',
    ]);
  });

  it('is told whose addresses it takes', () => {
    const [finding] = [...addressPoolFindings(named('172.16.0.0/16'), around)];
    expect(finding?.message).toContain('vpn-spoke-0123456789ab (172.16.0.0/24)');
  });
});
