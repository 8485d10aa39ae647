import { describe, expect, it } from 'vitest';
import { catalogue, rulesOfGateways, rulesOfNpsServers } from '../../../shared/compliance/catalogue.ts';
import type { GatewayReportFacts } from '../../../shared/compliance/facts.ts';
import type { NpsFacts } from '../../../shared/nps/checks/facts.ts';
import { npsChecks } from '../../../shared/nps/checks/table.ts';
import type { SecretFacts } from '../../../shared/secret/checks/facts.ts';
import { hubId, network, subnet } from '../hub.ts';
import {
  down,
  gateway,
  gatewayFacts,
  knownSecret,
  now,
  npsFacts,
  npsState,
  pointToSite,
  routeTable,
  server,
  userGroups,
  virtualNetwork,
} from './facts.ts';

type Case<F> = readonly [rule: string, facts: F, ...words: string[]];

const address = gatewayFacts().publicIps[0]!;
const inGroups = (some: Parameters<typeof userGroups>[0]) => ({
  gateway: gateway({ pointToSite: pointToSite({ groups: userGroups(some) }) }),
});

/** Rule, what is wrong, and words that the evidence must have. Every rule passes on the facts without the change. */
const gatewayCases: readonly Case<Partial<GatewayReportFacts>>[] = [
  ['gateway-sku-retired', { gateway: gateway({ sku: 'VpnGw1' }) }, 'VpnGw1'],
  ['gateway-sku-retired', { gateway: gateway({ sku: 'Basic' }) }, 'Basic'],
  ['gateway-sku-retired', { gateway: gateway({ sku: 'HighPerformance' }) }, 'HighPerformance'],
  ['gateway-not-route-based', { gateway: gateway({ vpnType: 'PolicyBased' }) }, 'PolicyBased'],
  ['gateway-failed', { gateway: gateway({ provisioningState: 'Failed' }) }, 'Failed'],
  [
    'gateway-differs',
    { gateway: gateway({ activeActive: true }), asked: gatewayFacts().asked },
    'active-standby',
  ],
  [
    'public-ip-basic',
    { publicIps: gatewayFacts().publicIps.map((one) => ({ ...one, sku: 'Basic' })) },
    'vpngw-hub-pip',
    'Basic',
  ],
  ['active-active-addresses', { gateway: gateway({ activeActive: true }) }, '1 of 3'],
  [
    'public-ip-zones',
    {
      gateway: gateway({ publicIpIds: [address.id, `${address.id}-2`] }),
      publicIps: [address, { ...address, id: `${address.id}-2`, zones: ['1'] }],
    },
    'vpngw-hub-pip-2',
    'zones 1',
  ],
  ['route-server-active-active', { virtualNetwork: withRouteServer() }, 'Route Server', 'active-standby'],
  [
    'route-server-asn',
    { virtualNetwork: withRouteServer(), gateway: gateway({ activeActive: true, bgpAsn: 65010 }) },
    '65010',
  ],
  [
    'gateway-subnet-nsg',
    { virtualNetwork: virtualNetwork({ networkSecurityGroupId: network('networkSecurityGroups', 'nsg') }) },
    'nsg',
  ],
  ...[
    [
      'gateway-subnet-default-route',
      routeTable({ routes: [{ name: 'out', addressPrefix: '0.0.0.0/0' }] }),
      'out',
    ],
    ['gateway-subnet-route-propagation', routeTable({ bgpRoutePropagationDisabled: true }), 'rt'],
    [
      'gateway-subnet-route-overlap',
      routeTable({ routes: [{ name: 'all', addressPrefix: '10.0.0.0/8' }] }),
      '10.0.0.0/8',
    ],
  ].map(
    ([rule, table, word]) =>
      [
        rule,
        { routeTable: table, virtualNetwork: virtualNetwork({ routeTableId: network('routeTables', 'rt') }) },
        word,
      ] as Case<Partial<GatewayReportFacts>>,
  ),
  ['gateway-subnet-small', { virtualNetwork: virtualNetwork({ addressPrefixes: ['10.0.255.0/28'] }) }, '/28'],
  [
    'gateway-subnet-prefixes',
    { virtualNetwork: virtualNetwork({ addressPrefixes: ['10.0.255.0/27', '10.0.254.0/27'] }) },
    '10.0.254.0/27',
  ],
  ['address-pool-overlap', pool('10.0.7.0/24'), '10.0.7.0/24', 'hub'],
  ['address-pool-overlap', pool('10.0.1.4/30'), '10.0.1.4'],
  ['group-default', inGroups([{}]), 'default'],
  ['group-limits', inGroups(Array.from({ length: 91 }, (_, index) => ({ isDefault: index === 0 }))), '91'],
  ['group-ambiguous', inGroups([{ isDefault: true, priority: 7 }, { priority: 7 }]), 'group-0', '7'],
  ['group-pool-small', inGroups([{ isDefault: true, addressPool: ['172.16.77.0/25'] }]), '172.16.77.0/25'],
  [
    'groups-differ',
    {
      asked: {
        ...gatewayFacts().asked!,
        pointToSite: pointToSite({
          groups: userGroups([{ name: 'finance', isAsked: true }, { name: 'of-others' }]),
        }),
      },
    },
    'User group finance is missing.',
  ],
  ['address-pool-small', pool('172.16.201.0/30'), '/29'],
  [
    'address-pool-small',
    {
      gateway: gateway({
        activeActive: true,
        pointToSite: pointToSite({ addressPool: ['172.16.201.0/29'] }),
      }),
    },
    '/28',
  ],
  [
    'address-pool-neighbour',
    { onPremises: [{ by: network('localNetworkGateways', 'onprem'), prefixes: ['172.16.0.0/16'] }] },
    'on-premises',
  ],
  [
    'address-pool-neighbour',
    {
      virtualNetwork: virtualNetwork(
        {},
        {
          peerings: [
            {
              name: 'to-2',
              remoteVirtualNetworkId: `${hubId}-2`,
              remoteAddressPrefixes: ['172.16.201.0/25'],
            },
          ],
        },
      ),
    },
    'peered',
  ],
  ['address-pool-public', pool('20.1.2.0/24'), '20.1.2.0/24'],
  [
    'address-pool-shared',
    { sharedPool: { count: 5, first: ['one', 'two', 'three'] } },
    'one, two, three and 2 more',
  ],
  [
    'tunnel-sstp',
    { gateway: gateway({ pointToSite: pointToSite({ protocols: ['IkeV2', 'SSTP'] }) }) },
    'SSTP',
  ],
  [
    'radius-missing',
    { gateway: gateway({ pointToSite: pointToSite({ authenticationTypes: ['Certificate'] }) }) },
    'Certificate',
  ],
  [
    'radius-missing',
    { gateway: gateway({ pointToSite: pointToSite({ radiusServers: [] }) }) },
    'no RADIUS server',
  ],
  [
    'radius-missing',
    { gateway: withoutPointToSite(), asked: gatewayFacts().asked },
    'no point-to-site configuration',
  ],
  [
    'radius-servers-differ',
    {
      gateway: gateway({ pointToSite: pointToSite({ radiusServers: [{ address: '10.0.9.9', score: 30 }] }) }),
    },
    '10.0.9.9',
    '10.0.1.4 is missing',
  ],
  [
    'point-to-site-differs',
    { gateway: gateway({ pointToSite: pointToSite({ protocols: ['OpenVPN'] }) }) },
    'IkeV2 is missing',
  ],
  [
    'radius-single-server',
    {
      gateway: gateway({ pointToSite: pointToSite({ radiusServers: [{ address: '10.0.1.4', score: 30 }] }) }),
    },
    '10.0.1.4',
  ],
  [
    'radius-server-route',
    {
      gateway: gateway({
        pointToSite: pointToSite({ radiusServers: [{ address: '192.168.1.4', score: 30 }] }),
      }),
    },
    '192.168.1.4',
  ],
  [
    'radius-server-elsewhere',
    { servers: [server('10.0.1.4', npsState({ addresses: ['10.0.1.9'] }))] },
    '10.0.1.4 is not an address of nps-01, which has 10.0.1.9',
  ],
  ['radius-server-down', { servers: [server('10.0.1.4', npsState(), { answer: down })] }, 'not running'],
  ['entra-id-alternative', {}, 'RADIUS'],
  [
    'radius-secret-gateway',
    { servers: [server('10.0.1.4'), withSecret(knownSecret({ differsOnGateway: true }), '10.0.1.5')] },
    '10.0.1.5',
  ],
  ['radius-secret-nps', { servers: [server('10.0.1.4', npsState(), { hasSameSecret: false })] }, 'nps-01'],
  [
    'radius-no-answer',
    {
      asked: gatewayFacts().asked,
      servers: [server('10.0.1.4', npsState(), { probe: { outcome: 'no answer', message: 'silence' } })],
    },
    '10.0.1.4: silence',
  ],
  [
    'radius-no-answer',
    {
      servers: [server('10.0.1.4', npsState(), { probe: { outcome: 'accepts anyone', message: 'let in' } })],
    },
    'let in',
  ],
  [
    'radius-secret-old',
    { servers: [withSecret(knownSecret({ createdAt: '2029-01-01T00:00:00.000Z' }))] },
    '516 days',
    '180',
  ],
  [
    'radius-secret-expired',
    { servers: [withSecret(knownSecret({ expiredAt: '2030-05-01T00:00:00Z' }))] },
    '2030-05-01',
  ],
  [
    'radius-secret-shared',
    { servers: [withSecret(knownSecret()), { ...withSecret(knownSecret()), address: '10.0.1.5' }] },
    'share the secret radius-hub',
  ],
  [
    'radius-secret-unusable',
    { servers: [withSecret(knownSecret({ problem: 'it is empty' }))] },
    'it is empty',
  ],
];

/** What a server must have told before the absence of a finding means that it complies. */
const silentCases: readonly (readonly [
  check: string,
  facts: NpsFacts,
  verdict: 'unknown' | 'notApplicable',
])[] = [
  ['npas-missing', npsFacts(npsState({ server: { npasInstalled: true } }), { answers: [down] }), 'unknown'],
  ...['nps-service', 'nps-ports', 'sidtype-restricted', 'policy-missing', 'policy-twice', 'audit-off'].map(
    (id) => [id, npsFacts(npsState({ server: { npasInstalled: false } })), 'unknown'] as const,
  ),
  ...['policy-not-granting', 'policy-disabled', 'policy-order', 'policy-conditions', 'policy-methods'].map(
    (id) => [id, npsFacts(npsState({ networkPolicy: { exists: false } })), 'notApplicable'] as const,
  ),
  ...['mfa-not-loaded', 'mfa-certificate', 'mfa-text-codes', 'mfa-ip-whitelist', 'mfa-version'].map(
    (id) => [id, npsFacts(npsState({ mfa: { installed: false } })), 'notApplicable'] as const,
  ),
  ['audit-off', npsFacts(npsState({ audit: { failure: null } })), 'unknown'],
  ['nps-firewall', npsFacts({ ...npsState(), firewallOpen: null }), 'unknown'],
  ['blast-radius-proxy-state', npsFacts(npsState({ blastRadius: { limitProxyState: null } })), 'unknown'],
  ['mfa-user-match', npsFacts(npsState({ mfa: { requireUserMatch: null } })), 'unknown'],
  ['mfa-endpoints', npsFacts(npsState({ mfa: { endpointsReachable: null } })), 'unknown'],
  ['mfa-version', npsFacts(npsState({ mfa: { version: null } })), 'unknown'],
  ['require-message-authenticator-on', npsFacts(), 'notApplicable'],
];

/** A gateway with RADIUS always violates some rules. They have a passing case of their own. */
const passing: Readonly<Record<string, Partial<GatewayReportFacts>>> = {
  'radius-no-answer': {
    servers: [server('10.0.1.4', npsState(), { probe: { outcome: 'ok', milliseconds: 3 } })],
  },
  'entra-id-alternative': {
    gateway: gateway({ pointToSite: pointToSite({ authenticationTypes: ['Radius', 'AAD'] }) }),
  },
  'active-active-addresses': { gateway: gateway({ activeActive: true, publicIpIds: ['/1', '/2', '/3'] }) },
};

describe('every rule of a gateway', () => {
  it.each(rulesOfGateways.map((rule) => [rule.id, rule] as const))('%s has what it asks for', (id, rule) => {
    expect(rule.check(gatewayFacts(passing[id]))).toEqual({ is: 'compliant' });
  });

  it.each(spread(gatewayCases))('%s tells what is wrong (%#)', (id, change, words) => {
    const verdict = ruleOf(rulesOfGateways, id).check(gatewayFacts(change));
    expect(verdict.is).toBe('violated');
    for (const word of words) expect(verdict).toHaveProperty('evidence', expect.toSatisfy(said(word)));
  });
});

/** For one rule, the passing facts of a server are those with OpenVPN. */
const passingOfServers = (id: string) =>
  npsFacts(npsState(), id === 'require-message-authenticator-on' ? { protocols: ['OpenVPN'] } : {});

describe('every rule of an NPS server', () => {
  it.each(rulesOfNpsServers.map((rule) => [rule.id, rule] as const))(
    '%s has what it asks for',
    (id, rule) => {
      expect(rule.check(passingOfServers(id))).toEqual({ is: 'compliant' });
    },
  );

  it.each(silentCases)('%s does not take silence for compliance (%#)', (id, facts, verdict) => {
    expect(ruleOf(rulesOfNpsServers, id).check(facts).is).toBe(verdict);
  });
});

const fromServers = npsChecks.filter(({ id }) => id !== 'radius-secret-nps');

describe('what an NPS server finds itself is told under the id of the table', () => {
  it.each(fromServers.map((check) => [check.id, check] as const))('%s', (id, { appliesTo }) => {
    const answered = (messages: readonly string[], findingsOmitted = 0, client = 'vpngw-hub') => {
      const findings = messages.map((message) => ({
        id,
        message,
        ...(appliesTo === 'gateway' && { client }),
      }));
      if (appliesTo === 'server') {
        const facts = passingOfServers(id);
        const answers = facts.answers.map((answer) => ({ ...answer, findings, findingsOmitted }));
        return ruleOf(rulesOfNpsServers, id).check({ ...facts, answers });
      }
      const facts = gatewayFacts({});
      const servers = facts.servers.map((one) => ({
        ...one,
        answer: { ...one.answer!, findings, findingsOmitted },
      }));
      return ruleOf(rulesOfGateways, id).check({ ...facts, servers });
    };
    expect(answered(['Said by the server.'])).toMatchObject({ is: 'violated' });
    expect(JSON.stringify(answered(['One.', 'Two.']))).toMatch(/One\..*Two\./);
    expect(answered([])).toEqual({ is: 'compliant' });
    expect(answered([], 2).is).toBe('unknown');
    if (appliesTo === 'gateway')
      expect(answered(['Of another gateway.'], 0, 'vpngw-spoke').is).toBe('compliant');
  });

  it('a server that was asked of two policies tells what it found of both', () => {
    const facts = npsFacts();
    const [answer] = facts.answers;
    const withFinding = (message: string) => ({
      ...answer!,
      findings: [{ id: 'policy-not-granting', message }],
    });
    const answers = [withFinding('"A" denies.'), down, withFinding('"B" denies.')];
    expect(ruleOf(rulesOfNpsServers, 'policy-not-granting').check({ ...facts, answers })).toEqual({
      is: 'violated',
      evidence: ['"A" denies.', '"B" denies.'],
    });
  });
});

it('no rule is without a failing case, and no two have the same id', () => {
  const tried = new Set([...gatewayCases.map(([id]) => id), ...fromServers.map(({ id }) => id)]);
  expect(
    [...rulesOfGateways, ...rulesOfNpsServers].map(({ id }) => id).filter((id) => !tried.has(id)),
  ).toEqual([]);
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
});

it('a secret may be as old as the setting says, to the day', () => {
  const aged = (days: number) => {
    const createdAt = new Date(Date.parse(now) - days * 86_400_000).toISOString();
    return ruleOf(rulesOfGateways, 'radius-secret-old').check(
      gatewayFacts({ servers: [withSecret(knownSecret({ createdAt }))] }),
    ).is;
  };
  expect([aged(180), aged(180.9), aged(181)]).toEqual(['compliant', 'compliant', 'violated']);
});

describe('the RADIUS probe', () => {
  const check = (facts: Partial<GatewayReportFacts>) =>
    ruleOf(rulesOfGateways, 'radius-no-answer').check(gatewayFacts(facts)).is;
  const probed = (outcome: 'no answer' | 'secret mismatch', hasSameSecret?: boolean) => ({
    servers: [server('10.0.1.4', npsState(), { probe: { outcome, message: 'said' }, hasSameSecret })],
  });

  it('accuses nobody of the secret of the RADIUS client that all gateways of a server share', () => {
    expect(check(probed('secret mismatch', true))).toBe('unknown');
    expect(check(probed('secret mismatch', false))).toBe('violated');
  });

  it('takes silence for unknown where no deployment made the app a RADIUS client', () => {
    expect(check({ ...probed('no answer'), asked: undefined })).toBe('unknown');
  });

  it('says nothing where nobody was asked', () => {
    expect(check({})).toBe('notApplicable');
  });
});

describe('what cannot be read is unknown, never compliant', () => {
  const about = (prefix: string) => rulesOfGateways.filter(({ id }) => id.startsWith(prefix));

  it.each([...about('gateway-subnet'), ...about('address-pool')].map((rule) => [rule.id, rule] as const))(
    '%s without the VNet',
    (id, rule) => {
      const verdict = rule.check(
        gatewayFacts({ virtualNetwork: undefined, networkProblem: 'The VNet is hidden.' }),
      );
      if (id !== 'address-pool-shared')
        expect(verdict).toEqual({ is: 'unknown', reason: 'The VNet is hidden.' });
    },
  );

  it.each(['radius-client-missing', 'radius-client-disabled', 'sign-in-blocked', 'radius-secret-nps'])(
    '%s with an NPS server that is off, and with one that nobody knows',
    (id) => {
      const rule = ruleOf(rulesOfGateways, id);
      const off = server('10.0.1.4', npsState(), { answer: down, hasSameSecret: undefined });
      expect(rule.check(gatewayFacts({ servers: [server('10.0.1.5'), off] })).is).toBe('unknown');
      const nobody = { address: '10.0.1.4', secret: knownSecret() };
      expect(rule.check(gatewayFacts({ servers: [server('10.0.1.5'), nobody] })).is).toBe('unknown');
    },
  );

  it.each(rulesOfNpsServers.map((rule) => [rule.id, rule] as const))(
    '%s of a server that did not answer',
    (_, rule) => {
      expect(rule.check(npsFacts(npsState(), { answers: [down] }))).toEqual({
        is: 'unknown',
        reason: 'nps-01 is not running.',
      });
    },
  );

  it.each(['radius-secret-gateway', 'radius-secret-nps', 'radius-secret-old'])(
    '%s without a known secret',
    (id) => {
      expect(
        ruleOf(rulesOfGateways, id).check(gatewayFacts({ servers: [withSecret({ is: 'untracked' })] })).is,
      ).toBe('unknown');
      const unreadable = { is: 'unreadable', reason: 'Key Vault is closed.' } as const;
      expect(ruleOf(rulesOfGateways, id).check(gatewayFacts({ servers: [withSecret(unreadable)] }))).toEqual({
        is: 'unknown',
        reason: 'Key Vault is closed.',
      });
    },
  );

  it('public IP addresses and route tables that were not in the list', () => {
    expect(ruleOf(rulesOfGateways, 'public-ip-basic').check(gatewayFacts({ publicIps: [] })).is).toBe(
      'unknown',
    );
    const hidden = virtualNetwork({ routeTableId: network('routeTables', 'rt') });
    const rule = ruleOf(rulesOfGateways, 'gateway-subnet-default-route');
    expect(rule.check(gatewayFacts({ virtualNetwork: hidden })).is).toBe('unknown');
  });
});

describe('what a rule has no business with is not applicable', () => {
  it('RADIUS on a gateway with certificates that this app has not deployed', () => {
    const certificates = gateway({
      pointToSite: pointToSite({ authenticationTypes: ['Certificate'], radiusServers: [] }),
    });
    const facts = gatewayFacts({ gateway: certificates, asked: undefined, servers: [] });
    for (const { id, check } of rulesOfGateways.filter(({ id }) => /^radius|^policy|^entra/.test(id)))
      expect([id, check(facts).is]).toEqual([id, 'notApplicable']);
  });

  it('the MFA extension where every gateway asked to skip it', () => {
    const facts = npsFacts(npsState({ mfa: { installed: false } }), { mfaExtension: 'skip' });
    for (const { id, check } of rulesOfNpsServers.filter(({ id }) => id.startsWith('mfa-')))
      expect([id, check(facts).is]).toEqual([id, 'notApplicable']);
  });

  it('Message-Authenticator where OpenVPN uses PAP', () => {
    const facts = npsFacts(npsState({ blastRadius: { requireMessageAuthenticator: false } }), {
      protocols: ['IkeV2', 'OpenVPN'],
    });
    expect(ruleOf(rulesOfNpsServers, 'blast-radius-message-authenticator').check(facts).is).toBe(
      'notApplicable',
    );
  });
});

const spread = <F>(cases: readonly Case<F>[]) =>
  cases.map(([rule, facts, ...words]) => [rule, facts, words] as const);

function ruleOf<F>(rules: readonly { readonly id: string; readonly check: F }[], id: string) {
  const rule = rules.find((one) => one.id === id);
  if (!rule) throw new Error(`There is no rule ${id}.`);
  return rule;
}

function pool(prefix: string): Partial<GatewayReportFacts> {
  return { gateway: gateway({ pointToSite: pointToSite({ addressPool: [prefix] }) }) };
}

function withRouteServer() {
  const around = virtualNetwork();
  const routeServerIds = [network('virtualHubs', 'rs')];
  return {
    ...around,
    subnets: [...around.subnets, subnet('RouteServerSubnet', '10.0.254.0/27', { routeServerIds })],
  };
}

function withoutPointToSite() {
  const { pointToSite: _, ...rest } = gateway();
  return rest;
}

function withSecret(secret: SecretFacts, address = '10.0.1.4') {
  return server(address, npsState(), { secret });
}

const said = (word: string) => (evidence: unknown) =>
  Array.isArray(evidence) && evidence.join(' ').toLowerCase().includes(word.toLowerCase());
