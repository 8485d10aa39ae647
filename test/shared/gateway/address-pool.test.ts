import { describe, expect, it } from 'vitest';
import {
  addressPoolFindings,
  chosenAddressPool,
  type PoolWish,
  type Surroundings,
} from '../../../shared/gateway/address-pool.ts';
import { hub, hubId } from '../hub.ts';
import { told } from '../told.ts';

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
  it('stays where it overlaps what others have, but not where it overlaps the VNet or a RADIUS server', () => {
    for (const [prefix, expected] of [
      ['10.1.0.0/24', 'warning AddressPoolOverlapsPeering'],
      ['192.168.7.0/24', 'warning AddressPoolOverlapsOnPremises'],
      ['172.30.0.0/24', 'warning AddressPoolOverlapsGroupPool'],
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

  const field = 'pointToSite.addressPool[0]';
  const choose = 'Choose another pool, or "auto".';
  it.each<[string, string[][]]>([
    [
      '10.0.128.0/24',
      [
        [
          `problem AddressPoolOverlapsVirtualNetwork ${field}`,
          `10.0.128.0/24 overlaps the VNet hub (10.0.0.0/16). ${choose}`,
          '10.0.128.0/24 overlaps the VNet hub (10.0.0.0/16).',
        ],
      ],
    ],
    [
      '10.1.2.0/24',
      [
        [
          `problem AddressPoolOverlapsPeering ${field}`,
          `10.1.2.0/24 overlaps the peered VNet /spoke (10.1.0.0/16). ${choose}`,
          '10.1.2.0/24 overlaps the peered VNet /spoke (10.1.0.0/16).',
        ],
      ],
    ],
    [
      '10.8.1.0/24',
      [
        [
          `problem AddressPoolOverlapsConnection ${field}`,
          `10.8.1.0/24 overlaps the connected VNet ${hubId.replace('hub', 'edge')} (10.8.0.0/16). ${choose}`,
          `10.8.1.0/24 overlaps the connected VNet ${hubId.replace('hub', 'edge')} (10.8.0.0/16).`,
        ],
      ],
    ],
    [
      '192.168.0.0/24',
      [
        [
          `problem AddressPoolOverlapsOnPremises ${field}`,
          `192.168.0.0/24 overlaps the on-premises network behind lng-office (192.168.0.0/16). ${choose}`,
          '192.168.0.0/24 overlaps the on-premises network behind lng-office (192.168.0.0/16).',
        ],
      ],
    ],
    [
      '172.16.0.128/25',
      [
        [
          `problem AddressPoolTaken ${field}`,
          `172.16.0.128/25 overlaps the client address pool of vpn-spoke-0123456789ab (172.16.0.0/24). ${choose}`,
          '172.16.0.128/25 overlaps the client address pool of vpn-spoke-0123456789ab (172.16.0.0/24).',
        ],
      ],
    ],
    [
      '172.16.1.0/24',
      [
        [
          `problem AddressPoolHoldsRadiusServer ${field}`,
          `172.16.1.0/24 overlaps the RADIUS server 172.16.1.4 (172.16.1.4/32). ${choose}`,
          '172.16.1.0/24 overlaps the RADIUS server 172.16.1.4 (172.16.1.4/32).',
        ],
      ],
    ],
    [
      '172.30.0.0/25',
      [
        [
          `problem AddressPoolOverlapsGroupPool ${field}`,
          `172.30.0.0/25 overlaps the address pool of a user group of the gateway (172.30.0.0/24). ${choose}`,
          '172.30.0.0/25 overlaps the address pool of a user group of the gateway (172.30.0.0/24).',
        ],
      ],
    ],
    [
      '172.20.0.0/30',
      [[`problem AddressPoolTooSmall ${field}`, '172.20.0.0/30 is too small: a gateway needs /29 at least.']],
    ],
    [
      '169.254.1.0/24',
      [[`problem AddressPoolReserved ${field}`, '169.254.1.0/24 contains addresses that no host may have.']],
    ],
    [
      '20.0.0.0/24',
      [
        [
          `warning AddressPoolPublic ${field}`,
          '20.0.0.0/24 is not private address space: clients cannot reach the hosts of the Internet that have these addresses.',
        ],
      ],
    ],
  ])('%s is told with what it overlaps', (prefix, expected) => {
    expect(told(addressPoolFindings(named(prefix), around))).toEqual(expected);
  });

  it('says what else is wrong with one', () => {
    const messages = (wish: PoolWish) => told(addressPoolFindings(wish, around)).map(([, ...said]) => said);
    expect(messages({ ...named('172.20.0.0/29'), activeActive: true })).toEqual([
      ['172.20.0.0/29 is too small: an active-active gateway needs /28 at least.'],
    ]);
    expect(messages(named('172.20.0.0/16', '172.20.0.0/24'))).toEqual([
      ['172.20.0.0/24 overlaps 172.20.0.0/16 of the same pool.'],
    ]);
    expect(messages({ ...auto, current: ['10.1.0.0/24'] })).toEqual([
      [
        '10.1.0.0/24 overlaps the peered VNet /spoke (10.1.0.0/16). The gateway has this pool and keeps it.',
        '10.1.0.0/24 overlaps the peered VNet /spoke (10.1.0.0/16).',
      ],
    ]);
    expect(messages({ ...auto, supernet: '192.168.0.0/16' })).toEqual([
      [
        '192.168.0.0/16 (P2S_POOL_SUPERNET) has no free /24 that does not overlap the VNet, its connected networks or other pools. Name an addressPool, or make the setting larger.',
      ],
    ]);
  });
});

describe('a pool in the place of the one that the gateway has', () => {
  const kept = (asked: string[], current: string[]) =>
    findings({ ...named(...asked), current }).map((finding) => finding.split(' ')[0]);

  it.each<[string, string[], string[], string[]]>([
    [
      'the same in another order stays',
      ['10.1.0.0/24', '172.20.0.0/24'],
      ['172.20.0.0/24', '10.1.0.0/24'],
      ['warning'],
    ],
    ['one more is new', ['10.1.0.0/24', '172.20.0.0/24'], ['10.1.0.0/24'], ['problem']],
    ['one less is new', ['10.1.0.0/24'], ['10.1.0.0/24', '172.20.0.0/24'], ['problem']],
    [
      'one for another is new',
      ['10.1.0.0/24', '172.20.0.0/24'],
      ['10.1.0.0/24', '172.21.0.0/24'],
      ['problem'],
    ],
  ])('%s', (_, asked, current, expected) => {
    expect(kept(asked, current)).toEqual(expected);
  });

  it.each([
    ['a VNet in capitals', hubId.toUpperCase(), 'AddressPoolOverlapsConnection'],
    ['a connection of a VNet', `${hubId}/virtualNetworkPeerings/dc`, 'AddressPoolOverlapsOnPremises'],
  ])('knows what it overlaps by the id: %s', (_, by, code) => {
    const beside = { ...around, onPremises: [{ by, prefixes: ['10.99.0.0/16'] }] };
    expect(told(addressPoolFindings(named('10.99.0.0/24'), beside))[0]![0]).toContain(code);
  });
});
