import { describe, expect, it } from 'vitest';
import type { Removal } from '../../../../shared/deployment/contract.ts';
import { removalFindings, sharedUses } from '../../../../shared/deployment/removal/checks.ts';
import type { RemovalFacts } from '../../../../shared/deployment/removal/facts.ts';
import { gateway, gatewayId, hub, hubId, npsId } from '../../hub.ts';
import {
  recordedOf,
  recordedWithout,
  removalFacts,
  version,
  virtualNetworkGateway,
  withoutGateway,
} from './made-for-hub.ts';

const pointToSite = gateway().pointToSite!;
const gatewayWith = (more: Partial<typeof pointToSite>) =>
  gateway({ pointToSite: { ...pointToSite, ...more } });
const spoke = virtualNetworkGateway('vpngw-spoke');
const connected = [{ connection: 'to-onprem', by: virtualNetworkGateway('lng-onprem'), prefixes: [] }];
const peering = (more: object) => ({
  virtualNetwork: hub({
    peerings: [
      { name: 'to-spoke', remoteVirtualNetworkId: `${hubId}-spoke`, remoteAddressPrefixes: [], ...more },
    ],
  }),
});
const other = (more: Partial<RemovalFacts['others'][number]> = {}) => ({
  others: [{ gatewayId: spoke, secretNames: [], hosts: [], ...more }],
});
/** A gateway of the same name in another group. */
const namesake = gatewayId.replace('rg-hub', 'rg-other');

const whole: Removal = { gatewayId };
const keeping: Removal = { gatewayId, keepsGateway: true };
const gone: Removal = { gatewayId, isGone: true };
/** Users sign in with Microsoft Entra ID by now, and RADIUS is to go. */
const entra = { authenticationTypes: ['AAD', 'Radius'], protocols: ['OpenVPN'] };
const onlyRadius: Removal = { gatewayId, onlyRadius: true };

const found = (facts: RemovalFacts, removal: Removal) =>
  [...removalFindings(facts, removal), ...sharedUses(facts)].map(({ code, message, target }) => ({
    code,
    message,
    target,
  }));

interface Case {
  readonly when: string;
  readonly facts: RemovalFacts;
  readonly removal?: Removal;
  /** The code, and the part of the message that a person needs to act. */
  readonly refused: readonly [string, ...string[]];
}

const refusals: Case[] = [
  {
    when: 'no record names anything',
    facts: removalFacts({ recorded: [] }),
    refused: ['NothingRecorded', 'vpngw-hub'],
  },
  {
    when: 'no record names anything, and the gateway is gone',
    facts: withoutGateway({ recorded: [] }),
    refused: ['NothingRecorded'],
  },
  {
    when: 'the gateway that was said to be gone is there',
    facts: removalFacts(),
    removal: gone,
    refused: ['GatewayThereAgain', 'send a removal of the gateway itself'],
  },
  {
    when: 'point-to-site was there before the app came',
    facts: removalFacts({ recorded: recordedWithout('gateway', 'pointToSite') }),
    refused: ['PointToSiteNotRecorded', 'Remove point-to-site from the gateway'],
  },
  {
    when: 'a connection leads through it',
    facts: removalFacts({ connected }),
    refused: ['GatewayInUse', 'to-onprem', 'lng-onprem', '"keepGateway": true'],
  },
  {
    when: 'a peered network uses it',
    facts: removalFacts(peering({ allowsGatewayTransit: true })),
    refused: ['GatewayTransitInUse', 'to-spoke', 'hub-spoke', '"keepGateway": true'],
  },
  {
    when: 'users sign in by certificate too',
    facts: removalFacts({ gateway: gatewayWith({ authenticationTypes: ['Radius', 'Certificate', 'AAD'] }) }),
    refused: ['OtherAuthenticationInUse', 'Certificate and AAD'],
  },
  {
    when: 'users sign in by certificate too, and point-to-site alone is to go',
    facts: removalFacts({
      gateway: gatewayWith({ authenticationTypes: [], rootCertificates: ['root'] }),
    }),
    removal: keeping,
    refused: ['OtherAuthenticationInUse', 'Certificate'],
  },
  {
    when: 'user groups have pools of their own',
    facts: removalFacts({ gateway: gatewayWith({ groupPools: ['172.17.0.0/24'] }) }),
    refused: ['UserGroupsInUse', '172.17.0.0/24'],
  },
  {
    when: 'user groups that it had before the app came have no pool of their own',
    facts: removalFacts({
      gateway: gatewayWith({
        groups: [{ name: 'entra', isDefault: true, priority: 0, members: [], addressPool: [] }],
      }),
    }),
    refused: ['UserGroupsInUse', 'entra'],
  },
  {
    when: 'user groups of others have pools of their own, each told by its name and by its pool',
    facts: removalFacts({
      gateway: gatewayWith({
        groups: [
          { name: 'entra', isDefault: true, priority: 0, members: [], addressPool: ['172.17.0.0/24'] },
        ],
        groupPools: ['172.17.0.0/24'],
      }),
    }),
    refused: ['UserGroupsInUse', '(entra, 172.17.0.0/24)'],
  },
  {
    when: 'its point-to-site is of others, whatever else it has',
    facts: removalFacts({
      recorded: recordedWithout('gateway', 'pointToSite'),
      gateway: gatewayWith({ authenticationTypes: ['Radius', 'AAD'], groupPools: ['172.17.0.0/24'] }),
    }),
    refused: ['PointToSiteNotRecorded'],
  },
  {
    when: 'it asks a RADIUS server of others',
    facts: removalFacts({
      gateway: gatewayWith({
        radiusServers: [...pointToSite.radiusServers, { address: '10.9.9.9', score: 1 }],
      }),
    }),
    removal: keeping,
    refused: ['RadiusServerOfOthers', '10.9.9.9', 'server '],
  },
  {
    when: 'another gateway was deployed with the secret, whose name it writes in other case',
    facts: removalFacts(other({ secretNames: ['Radius-Hub'] })),
    refused: [
      'SecretInUse',
      'vpngw-spoke also uses the Key Vault secret radius-hub. First give that gateway another secret with a rotation.',
    ],
  },
  {
    when: 'a version of the secret is tagged with another gateway',
    facts: removalFacts({
      secrets: [{ name: 'radius-hub', versions: [version('v1'), version('v2', { gatewayId: spoke })] }],
    }),
    refused: ['SecretInUse', 'vpngw-spoke'],
  },
  {
    when: 'another gateway uses the secret of one that is gone',
    facts: withoutGateway(other({ secretNames: ['radius-hub'] })),
    removal: gone,
    refused: ['SecretInUse', 'vpngw-spoke'],
  },
  {
    when: 'a gateway of the same name uses the NPS server',
    facts: removalFacts(other({ gatewayId: namesake, hosts: [npsId.toUpperCase()] })),
    refused: ['NpsClientInUse', 'vpngw-hub', 'nps-01', 'A person must decide'],
  },
  {
    when: 'RADIUS is to go, and nobody could sign in without it',
    facts: removalFacts(),
    removal: onlyRadius,
    refused: ['EntraSignInMissing', 'vpngw-hub no longer has Entra sign-in'],
  },
  {
    when: 'RADIUS is to go, and the gateway has no point-to-site any more',
    facts: removalFacts({ gateway: (({ pointToSite: _, ...without }) => without)(gateway()) }),
    removal: onlyRadius,
    refused: ['EntraSignInMissing'],
  },
  {
    when: 'RADIUS is to go, and tells user groups apart',
    facts: removalFacts({
      gateway: gatewayWith({ ...entra, groupPools: ['172.17.0.0/24', '172.18.0.0/24'] }),
    }),
    removal: onlyRadius,
    refused: ['UserGroupsInUse', '(172.17.0.0/24, 172.18.0.0/24)', 'make them groups of Entra ID'],
  },
  {
    when: 'RADIUS is to go, and the gateway asks a server of others',
    facts: removalFacts({ gateway: gatewayWith(entra), serverAddresses: [] }),
    removal: onlyRadius,
    refused: ['RadiusServerOfOthers', 'server 10.0.1.4,'],
  },
  {
    when: 'a gateway of the same name uses this NPS server and others',
    facts: removalFacts(other({ gatewayId: namesake, hosts: [`${npsId}-b`, npsId] })),
    refused: ['NpsClientInUse'],
  },
  {
    when: 'two gateways use the secret, each told once',
    facts: removalFacts({
      others: [spoke, spoke, virtualNetworkGateway('vpngw-edge')].map((id) => ({
        gatewayId: id,
        secretNames: ['radius-hub'],
        hosts: [],
      })),
    }),
    refused: [
      'SecretInUse',
      'vpngw-spoke and vpngw-edge also use the Key Vault secret radius-hub',
      'those gateways',
    ],
  },
];

describe('a removal is refused', () => {
  it.each(refusals)('when $when: $refused.0', ({ facts, removal = whole, refused }) => {
    const [code, ...texts] = refused;
    const problems = found(facts, removal);
    expect(problems.map((one) => one.code)).toEqual([code]);
    expect(problems[0]!.target).toBe('virtualNetworkGatewayId');
    for (const text of texts) expect(problems[0]!.message).toContain(text);
  });

  it('with everything that stands in the way at once', () => {
    const facts = removalFacts({
      connected,
      ...peering({ allowsGatewayTransit: true }),
      ...other({ secretNames: ['radius-hub'] }),
      gateway: gatewayWith({
        authenticationTypes: ['Radius', 'AAD'],
        groupPools: ['172.17.0.0/24'],
        radiusServers: ['10.8.8.8', '10.9.9.9'].map((address) => ({ address, score: 1 })),
      }),
    });
    const problems = found(facts, whole);
    expect(problems.map(({ code }) => code)).toEqual([
      'GatewayInUse',
      'GatewayTransitInUse',
      'OtherAuthenticationInUse',
      'UserGroupsInUse',
      'RadiusServerOfOthers',
      'SecretInUse',
    ]);
    expect(problems[4]!.message).toContain('servers 10.8.8.8 and 10.9.9.9');
  });
});

describe('nothing stands in the way', () => {
  const free: [string, RemovalFacts, Removal?][] = [
    [
      'of RADIUS where users sign in with Microsoft Entra ID, whoever else uses the gateway',
      removalFacts({ connected, gateway: gatewayWith(entra) }),
      onlyRadius,
    ],
    [
      'where the VNet of the gateway could not be read',
      (({ virtualNetwork: _, ...facts }) => facts)(removalFacts()),
    ],
    ['of what the app alone has made and uses', removalFacts()],
    [
      'of user groups that the app has made',
      removalFacts({
        gateway: gatewayWith({
          groups: [
            { name: 'Finance', isDefault: true, priority: 0, members: [], addressPool: ['172.17.0.0/24'] },
          ],
          groupPools: ['172.17.0.0/24'],
        }),
        recorded: [
          ...removalFacts().recorded,
          ...recordedOf([
            { what: 'userGroup', id: `${gatewayId}/virtualNetworkGatewayPolicyGroups/finance` },
          ]),
        ],
      }),
    ],
    ['of point-to-site alone on a gateway that others use', removalFacts({ connected }), keeping],
    [
      'of point-to-site alone on a gateway that peered networks use',
      removalFacts(peering({ allowsGatewayTransit: true })),
      keeping,
    ],
    ['where a peering lets nobody use it', removalFacts(peering({ allowsGatewayTransit: false }))],
    [
      'on a gateway of others without point-to-site',
      removalFacts({
        recorded: recordedWithout('gateway', 'pointToSite'),
        gateway: (({ pointToSite: _, ...without }) => without)(gateway()),
        connected,
      }),
    ],
    [
      'where the gateway is gone, whatever was connected to it',
      withoutGateway(peering({ allowsGatewayTransit: true })),
      gone,
    ],
    [
      'where another gateway has secrets of its own on the same server',
      removalFacts(other({ hosts: [npsId] })),
    ],
    [
      'where a gateway of the same name has other servers',
      removalFacts(other({ gatewayId: namesake, hosts: [`${npsId}-b`] })),
    ],
    [
      'where the client on the server was not made by the app',
      removalFacts({
        ...other({ gatewayId: namesake, hosts: [npsId] }),
        recorded: recordedWithout('radiusClient'),
      }),
    ],
    [
      'where the versions name the gateway in other case',
      removalFacts({
        secrets: [{ name: 'radius-hub', versions: [version('v1', { gatewayId: gatewayId.toUpperCase() })] }],
      }),
    ],
    [
      'where somebody stored a version without a tag',
      removalFacts({
        secrets: [{ name: 'radius-hub', versions: [version('v1'), { ...untagged(), version: 'v2' }] }],
      }),
    ],
    [
      'where one thing is recorded',
      removalFacts({ recorded: recordedOf([{ what: 'gateway', id: gatewayId }]) }),
    ],
  ];

  it.each(free)('%s', (_, facts, removal = whole) => {
    expect(found(facts, removal)).toEqual([]);
  });
});

function untagged() {
  const { gatewayId: _, host: __, ...plain } = version('v2');
  return plain;
}
