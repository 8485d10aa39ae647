import { describe, expect, it } from 'vitest';
import type { GatewayReportFacts } from '../../../../shared/compliance/facts.ts';
import { radiusChecks, radiusRouteFindings } from '../../../../shared/gateway/checks/radius-checks.ts';
import { gateway, gatewayFacts, pointToSite, userGroups } from '../../compliance/facts.ts';
import { told } from '../../told.ts';

const verdict = (id: string, more: Partial<GatewayReportFacts>) =>
  radiusChecks.find((one) => one.id === id)!.check(gatewayFacts(more));
const having = (...more: Parameters<typeof pointToSite>) => ({
  gateway: gateway({ pointToSite: pointToSite(...more) }),
  asked: gatewayFacts().asked,
});
const { pointToSite: _, ...siteToSite } = gateway();
const nobodyAsked = { asked: undefined };

describe('the report of RADIUS', () => {
  it.each<[string, string, Partial<GatewayReportFacts>, object | string]>([
    [
      'tunnel-sstp',
      'one tunnel type beside SSTP',
      having({ protocols: ['IkeV2', 'sstp'] }),
      'The tunnel types are IkeV2, sstp.',
    ],
    ['tunnel-sstp', 'no point-to-site', { gateway: siteToSite }, { is: 'notApplicable' }],
    [
      'radius-missing',
      'two other ways to sign in',
      having({ authenticationTypes: ['Certificate', 'AAD'] }),
      'The authentication types are Certificate, AAD. RADIUS is not one of them.',
    ],
    [
      'radius-missing',
      'no way to sign in',
      having({ authenticationTypes: [], radiusServers: [] }),
      'The authentication types are none. RADIUS is not one of them.',
    ],
    [
      'radius-missing',
      'RADIUS without a server',
      having({ radiusServers: [] }),
      'RADIUS is the authentication type, but no RADIUS server is named.',
    ],
    [
      'radius-missing',
      'point-to-site is gone',
      { gateway: siteToSite, asked: gatewayFacts().asked },
      'The gateway has no point-to-site configuration.',
    ],
    [
      'radius-missing',
      'a gateway of others',
      { gateway: siteToSite, ...nobodyAsked },
      { is: 'notApplicable' },
    ],
    ['radius-servers-differ', 'another tunnel type', having({ protocols: ['OpenVPN'] }), { is: 'compliant' }],
    [
      'radius-servers-differ',
      'a gateway of others',
      { ...having(), ...nobodyAsked },
      { is: 'notApplicable' },
    ],
    [
      'radius-servers-differ',
      'another score',
      having({
        radiusServers: [
          { address: '10.0.1.4', score: 30 },
          { address: '10.0.1.5', score: 2 },
        ],
      }),
      'RADIUS server 10.0.1.5 has the score 2, but 1 is wanted.',
    ],
    ['point-to-site-differs', 'no server', having({ radiusServers: [] }), { is: 'compliant' }],
    [
      'point-to-site-differs',
      'groups, which have a check of their own',
      {
        ...having(),
        asked: { ...gatewayFacts().asked!, pointToSite: pointToSite({ groups: userGroups([{}]) }) },
      },
      { is: 'compliant' },
    ],
    [
      'point-to-site-differs',
      'another pool',
      having({ addressPool: ['172.16.9.0/24'] }),
      ['Address pool 172.16.201.0/24 is missing.', 'Address pool 172.16.9.0/24 is not wanted.'],
    ],
    [
      'point-to-site-differs',
      'a gateway of others',
      { ...having(), ...nobodyAsked },
      { is: 'notApplicable' },
    ],
    [
      'point-to-site-differs',
      'point-to-site is gone, which is told once',
      { gateway: siteToSite, asked: gatewayFacts().asked },
      { is: 'notApplicable' },
    ],
    [
      'radius-server-route',
      'the VNet could not be read',
      { ...having(), virtualNetwork: undefined, networkProblem: 'It is forbidden.' },
      { is: 'unknown', reason: 'It is forbidden.' },
    ],
    [
      'radius-server-route',
      'the VNet could not be read, and nobody knows why',
      { ...having(), virtualNetwork: undefined },
      { is: 'unknown', reason: 'The VNet could not be read.' },
    ],
  ])('%s: %s', (id, _, facts, expected) => {
    expect(verdict(id, facts)).toEqual(
      typeof expected === 'string' || Array.isArray(expected)
        ? { is: 'violated', evidence: [expected].flat() }
        : expected,
    );
  });
});

describe('how the gateway reaches a RADIUS server', () => {
  it.each<[string, string[][]]>([
    ['10.0.1.4', []],
    [
      '10.0.255.5',
      [
        [
          'problem RadiusServerInGatewaySubnet radius.servers[0].address',
          '10.0.255.5 is inside GatewaySubnet (10.0.255.0/27), which may contain only gateways.',
        ],
      ],
    ],
    ...['192.168.1.4', 'nps.contoso.com'].map((address): [string, string[][]] => [
      address,
      [
        [
          'warning RadiusServerRouteUnknown radius.servers[0].address',
          `${address} is not in the VNet, not in a peered VNet, and not behind a local network gateway. Make sure that the gateway can reach it. ExpressRoute does not carry RADIUS requests of a gateway.`,
          `${address} is in no network that is known to be connected.`,
        ],
      ],
    ]),
  ])('%s', (address, expected) => {
    const around = { gatewaySubnetPrefix: '10.0.255.0/27', reachable: ['10.0.0.0/16'] };
    expect(told(radiusRouteFindings({ addresses: [address], ...around }))).toEqual(expected);
  });
});
