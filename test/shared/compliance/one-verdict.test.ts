import { describe, expect, it } from 'vitest';
import { verifyDeployment } from '../../../functions/deployment/steps/verify-deployment.ts';
import { catalogue, rulesOfGateways, rulesOfNpsServers } from '../../../shared/compliance/catalogue.ts';
import type { GatewayReportFacts } from '../../../shared/compliance/facts.ts';
import type { Plan } from '../../../shared/deployment/contract.ts';
import { guardrails } from '../../../shared/deployment/guardrails/guardrails.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { wishOf } from '../../../shared/deployment/wished.ts';
import type { VpnGateway } from '../../../shared/gateway/model.ts';
import { npsHostFindings } from '../../../shared/nps/checks/machine-checks.ts';
import { npsChecks } from '../../../shared/nps/checks/table.ts';
import { failing, worthTelling } from '../../../shared/nps/checks/verdicts.ts';
import { parseNpsResult } from '../../../shared/nps/result.ts';
import { defaultSecretName } from '../../../shared/secret/names.ts';
import { defaults, gatewayId, hubId, hubSecret, network, npsHost, npsId, request, subnet } from '../hub.ts';
import {
  gateway,
  gatewayFacts,
  knownSecret,
  member,
  npsFacts,
  npsState,
  pointToSite,
  routeTable,
  type ServerFacts,
  server,
  userGroups,
  virtualNetwork,
} from './facts.ts';

/** The same facts give the same verdict in the plan, when a deployment is verified, and in the compliance report. */

const both = request({
  radius: {
    servers: [
      { address: '10.0.1.4', host: npsId },
      { address: '10.0.1.5', score: 1, host: npsId.replace('nps-01', 'nps-02') },
    ],
  },
});
const nps02 = npsId.replace('nps-01', 'nps-02');
const owner = { ...defaults, guardrails: guardrails.parse({ npsMachines: [npsId, nps02] }) };

/** What planning says when it finds what the report found: the gateway exists, and its ticket is sent again. */
function plannedCodes(
  facts: GatewayReportFacts,
  more: { npsHosts?: object[]; secret?: object } = {},
): string[] {
  const { gateway: standing, virtualNetwork: around, publicIps, onPremises, routeTable: table } = facts;
  const radiusServers = standing.pointToSite?.radiusServers ?? [];
  const inside = around!.subnets.map((one) =>
    one.name === 'GatewaySubnet' ? { ...one, gatewayIds: [standing.id] } : one,
  );
  const planned = makePlan(
    radiusServers.some(({ address }) => address === '10.0.1.4')
      ? both
      : request({ radius: { servers: radiusServers.map(({ address }) => ({ address, host: npsId })) } }),
    {
      virtualNetwork: { ...around!, subnets: inside },
      gateway: standing,
      publicIps,
      onPremises,
      takenPools: facts.sharedPool.first.map((by) => ({ by, prefixes: standing.pointToSite!.addressPool })),
      ...(table && { routeTable: table }),
      npsHosts: radiusServers.map(() => npsHost(more.npsHosts?.[0] ?? {})),
      secrets: [hubSecret(more.secret)],
    },
    owner,
  );
  return [...(planned.problems ?? []), ...planned.warnings].map(({ code }) => code);
}

type Change = Partial<GatewayReportFacts>;
const pool = (prefix: string): Change => ({
  gateway: gateway({ pointToSite: pointToSite({ addressPool: [prefix] }) }),
});
const routes = (more: Parameters<typeof routeTable>[0]): Change => ({
  virtualNetwork: virtualNetwork({ routeTableId: network('routeTables', 'rt') }),
  routeTable: routeTable(more),
});
const inGroups = (some: Parameters<typeof userGroups>[0]): Change => ({
  gateway: gateway({ pointToSite: pointToSite({ groups: userGroups(some) }) }),
});
const radiusAt = (address: string): Change => ({
  gateway: gateway({ pointToSite: pointToSite({ radiusServers: [{ address, score: 30 }] }) }),
});
const withRouteServer = virtualNetwork();
const besideRouteServer = {
  ...withRouteServer,
  subnets: [
    ...withRouteServer.subnets,
    subnet('RouteServerSubnet', '10.0.254.0/27', { routeServerIds: [network('virtualHubs', 'rs')] }),
  ],
};
const address = gatewayFacts().publicIps[0]!;
const second = network('publicIPAddresses', 'vpngw-hub-pip-2');

/** Facts by check that planning makes too, each with the code that the plan must have. */
const cases: readonly (readonly [check: string, code: string, facts: Change])[] = [
  ['gateway-sku-retired', 'GatewaySkuRetired', { gateway: gateway({ sku: 'VpnGw1' }) }],
  ['gateway-sku-retired', 'GatewaySkuUnusable', { gateway: gateway({ sku: 'Basic' }) }],
  ['gateway-not-route-based', 'GatewayPolicyBased', { gateway: gateway({ vpnType: 'PolicyBased' }) }],
  ['gateway-failed', 'GatewayFailed', { gateway: gateway({ provisioningState: 'Failed' }) }],
  ['public-ip-basic', 'PublicIpBasic', { publicIps: [{ ...address, sku: 'Basic' }] }],
  [
    'public-ip-zones',
    'PublicIpZonesDiffer',
    {
      gateway: gateway({ publicIpIds: [address.id, second] }),
      publicIps: [address, { ...address, id: second, zones: ['1'] }],
    },
  ],
  ['route-server-active-active', 'RouteServerNeedsActiveActive', { virtualNetwork: besideRouteServer }],
  [
    'route-server-asn',
    'RouteServerNeedsAsn',
    { virtualNetwork: besideRouteServer, gateway: gateway({ bgpAsn: 65010 }) },
  ],
  [
    'gateway-subnet-nsg',
    'GatewaySubnetHasNetworkSecurityGroup',
    { virtualNetwork: virtualNetwork({ networkSecurityGroupId: network('networkSecurityGroups', 'nsg') }) },
  ],
  [
    'gateway-subnet-default-route',
    'GatewaySubnetDefaultRoute',
    routes({ routes: [{ name: 'out', addressPrefix: '0.0.0.0/0' }] }),
  ],
  [
    'gateway-subnet-route-propagation',
    'GatewaySubnetRoutePropagationDisabled',
    routes({ bgpRoutePropagationDisabled: true }),
  ],
  [
    'gateway-subnet-route-overlap',
    'GatewaySubnetRouteOverlaps',
    routes({ routes: [{ name: 'all', addressPrefix: '10.0.0.0/8' }] }),
  ],
  [
    'gateway-subnet-small',
    'GatewaySubnetSmall',
    { virtualNetwork: virtualNetwork({ addressPrefixes: ['10.0.255.0/28'] }) },
  ],
  [
    'gateway-subnet-small',
    'GatewaySubnetTooSmall',
    { virtualNetwork: virtualNetwork({ addressPrefixes: ['10.0.255.0/30'] }) },
  ],
  [
    'gateway-subnet-prefixes',
    'GatewaySubnetPrefixCount',
    { virtualNetwork: virtualNetwork({ addressPrefixes: ['10.0.255.0/27', '10.0.254.0/27'] }) },
  ],
  ['address-pool-overlap', 'AddressPoolOverlapsVirtualNetwork', pool('10.0.7.0/24')],
  ['address-pool-overlap', 'AddressPoolOverlapsGatewaySubnet', pool('10.0.255.0/27')],
  ['address-pool-overlap', 'AddressPoolHoldsRadiusServer', pool('10.0.1.0/28')],
  [
    'address-pool-overlap',
    'AddressPoolOverlapsItself',
    { gateway: gateway({ pointToSite: pointToSite({ addressPool: ['172.16.0.0/23', '172.16.1.0/24'] }) }) },
  ],
  [
    'address-pool-overlap',
    'AddressPoolOverlapsGroupPool',
    { gateway: gateway({ pointToSite: pointToSite({ groupPools: ['172.16.201.0/25'] }) }) },
  ],
  ['address-pool-overlap', 'AddressPoolReserved', pool('169.254.7.0/24')],
  ['address-pool-small', 'AddressPoolTooSmall', pool('172.16.201.0/30')],
  [
    'address-pool-neighbour',
    'AddressPoolOverlapsOnPremises',
    { onPremises: [{ by: network('localNetworkGateways', 'office'), prefixes: ['172.16.0.0/16'] }] },
  ],
  [
    'address-pool-neighbour',
    'AddressPoolOverlapsConnection',
    { onPremises: [{ by: `${hubId}-2`, prefixes: ['172.16.0.0/16'] }] },
  ],
  [
    'address-pool-neighbour',
    'AddressPoolOverlapsPeering',
    {
      virtualNetwork: virtualNetwork(
        {},
        {
          peerings: [
            { name: 'p', remoteVirtualNetworkId: `${hubId}-2`, remoteAddressPrefixes: ['172.16.0.0/16'] },
          ],
        },
      ),
    },
  ],
  ['address-pool-public', 'AddressPoolPublic', pool('20.1.2.0/24')],
  ['group-default', 'GroupDefaultMissing', inGroups([{}])],
  ['group-default', 'GroupDefaultTwice', inGroups([{ isDefault: true }, { isDefault: true }])],
  [
    'group-limits',
    'GroupsTooMany',
    inGroups(Array.from({ length: 91 }, (_, index) => ({ isDefault: index === 0 }))),
  ],
  [
    'group-limits',
    'GroupMembersTooMany',
    inGroups([
      { isDefault: true, members: Array.from({ length: 391 }, (_, index) => member(`AAD-${index}`)) },
    ]),
  ],
  [
    'group-ambiguous',
    'GroupValueTwice',
    inGroups([{ isDefault: true, members: [member('6ad1bd08')] }, { members: [member('6AD1BD08')] }]),
  ],
  ['group-ambiguous', 'GroupPriorityTwice', inGroups([{ isDefault: true, priority: 7 }, { priority: 7 }])],
  ['group-pool-small', 'GroupPoolTooSmall', inGroups([{ isDefault: true, addressPool: ['172.16.77.0/25'] }])],
  [
    'address-pool-shared',
    'AddressPoolTaken',
    { sharedPool: { count: 1, first: [`${gatewayId}-of-the-spoke`] } },
  ],
  ['radius-server-route', 'RadiusServerRouteUnknown', radiusAt('192.168.1.4')],
  ['radius-server-route', 'RadiusServerInGatewaySubnet', radiusAt('10.0.255.9')],
];

const verdictOf = (id: string, facts: GatewayReportFacts) =>
  rulesOfGateways.find((rule) => rule.id === id)!.check(facts).is;

describe('what planning checks as well', () => {
  it.each(cases)('%s: %s', (id, code, change) => {
    const facts = gatewayFacts(change);
    expect(catalogue.find((check) => check.id === id)!.codes).toContain(code);
    expect(plannedCodes(facts)).toContain(code);
    expect(verdictOf(id, facts)).toBe('violated');
  });

  it('of a gateway that has nothing wrong says nothing in either place', () => {
    const facts = gatewayFacts();
    const codes = new Set(rulesOfGateways.flatMap((check) => check.codes ?? []));
    expect(plannedCodes(facts).filter((code) => codes.has(code))).toEqual([]);
    for (const { id } of rulesOfGateways.filter((check) => check.codes))
      expect([id, verdictOf(id, facts)]).toEqual([id, 'compliant']);
  });

  it.each([
    ['NpsHostStopped', npsHost({ isRunning: false })],
    ['NpsHostAgentNotReady', npsHost({ isAgentReady: false })],
    ['NpsHostNotWindows', npsHost({ osType: 'Linux' })],
    ['NpsHostNotFound', null],
  ])('radius-server-down: %s', (code, host) => {
    // The compliance check asks the same function before it sends a test, and keeps its result as the answer.
    const [first] = [...npsHostFindings(npsId, host, npsId)];
    expect(first!.code).toBe(code);
    const answer = { host: npsId, problem: first!, isDown: true };
    const facts = gatewayFacts({ servers: [server('10.0.1.4', npsState(), { answer })] });
    expect(verdictOf('radius-server-down', facts)).toBe('violated');
    if (host) expect(plannedCodes(gatewayFacts(), { npsHosts: [host] })).toContain(code);
  });

  it('radius-server-elsewhere: RadiusAddressOfAnotherMachine, unless the owner vouches for the address', () => {
    const elsewhere = npsState({ addresses: ['10.0.1.9'] });
    const asked = server('10.0.1.4', elsewhere);
    const verdict = (one: ServerFacts) =>
      verdictOf('radius-server-elsewhere', gatewayFacts({ servers: [one] }));
    expect(verdict(asked)).toBe('violated');
    expect(verdict({ ...asked, vouched: ['10.0.1.4'] })).toBe('compliant');
    expect(verdict(server('10.0.1.4', npsState({ addresses: [] })))).toBe('unknown');
    const npsHosts = [{ addresses: ['10.0.1.9'] }];
    expect(plannedCodes(gatewayFacts(), { npsHosts })).toContain('RadiusAddressOfAnotherMachine');
  });

  it.each([
    ['radius-secret-unusable', 'SecretUnusable', { problem: 'it is empty' }],
    ['radius-secret-expired', 'SecretExpired', { expiredAt: '2030-01-01T00:00:00Z' }],
  ])('%s: %s', (id, code, secret) => {
    const facts = gatewayFacts({
      servers: [server('10.0.1.4', npsState(), { secret: knownSecret(secret) })],
    });
    expect(verdictOf(id, facts)).toBe('violated');
    expect(plannedCodes(oneServer(), { secret })).toContain(code);
  });

  it('radius-secret-shared: SecretShared', () => {
    const facts = gatewayFacts({ servers: [server('10.0.1.4'), server('10.0.1.5')] });
    expect(verdictOf('radius-secret-shared', facts)).toBe('violated');
    const ofBoth = { name: defaultSecretName(gatewayId) };
    expect(plannedCodes(gatewayFacts(), { secret: ofBoth })).toContain('SecretShared');
  });

  it('has a case for every code of the table', () => {
    const tried = new Set([
      ...cases.map(([, code]) => code),
      ...npsChecks.flatMap(({ blocks }) => blocks ?? []),
    ]);
    const elsewhere = /^NpsHost|^RadiusAddressOf|^Secret(Unusable|Expired|Shared)$/;
    const codes = catalogue.flatMap(({ codes = [] }) => codes);
    expect(codes.filter((code) => !tried.has(code) && !elsewhere.test(code))).toEqual([]);
  });
});

describe('how the gateway differs from what was asked', () => {
  const drifted: readonly (readonly [check: string, step: string, gateway: VpnGateway])[] = [
    ['gateway-differs', 'gateway', gateway({ sku: 'VpnGw1' })],
    [
      'point-to-site-differs',
      'pointToSite',
      gateway({ pointToSite: pointToSite({ protocols: ['OpenVPN'] }) }),
    ],
    [
      'radius-servers-differ',
      'pointToSite',
      gateway({ pointToSite: pointToSite({ radiusServers: [{ address: '10.0.1.4', score: 7 }] }) }),
    ],
  ];

  it.each(drifted)('%s', async (id, step, standing) => {
    const asked = gatewayFacts().asked!;
    const facts = gatewayFacts({ gateway: standing, asked });
    const verdict = rulesOfGateways.find((rule) => rule.id === id)!.check(facts);
    if (verdict.is !== 'violated') throw new Error(`${id} says ${verdict.is}.`);

    const wish = request({
      gateway: { sku: asked.sku },
      pointToSite: {
        addressPool: [...asked.pointToSite.addressPool],
        protocols: [...asked.pointToSite.protocols],
      },
      radius: {
        servers: asked.pointToSite.radiusServers.map((one, i) => ({ ...one, host: i ? nps02 : npsId })),
      },
    });
    const { plan } = makePlan(
      wish,
      {
        virtualNetwork: virtualNetwork({ gatewayIds: [standing.id] }),
        gateway: standing,
        publicIps: [],
        onPremises: [],
        takenPools: [],
        npsHosts: [npsHost(), npsHost()],
        secrets: [],
      },
      owner,
    );
    const changes = plan?.steps.find(({ name }) => name === step)?.changes ?? [];
    const told = verdict.evidence.map((text) => text.toLowerCase().replace(/\.$/, ''));
    for (const text of told) expect(changes.map((one) => one.toLowerCase())).toContain(text);

    const verified = verifyDeployment(
      { read: async () => standing, radiusSecrets: async () => [] } as never,
      { read: async () => undefined } as never,
      { read: async () => undefined } as never,
    )({
      gatewayId,
      wish: wishOf(wish, standing, owner),
      secrets: {},
      plan: { servers: [] } as unknown as Plan,
      deploymentId: 'vpn-1',
      npsServers: [],
      proofKey: '',
    });
    const failure = await verified.then(
      () => 'verified',
      (error: Error) => error.message.toLowerCase(),
    );
    for (const text of told) expect(failure).toContain(text);
  });
});

describe('what an NPS server answered', () => {
  const said = 'Said by the server.';

  it.each(npsChecks.map((check) => [check.id, check] as const))(
    '%s',
    (id, { appliesTo, severity, fails, blocks }) => {
      const line = JSON.stringify({
        findings: [
          { id, severity: 'info', message: said, ...(appliesTo === 'gateway' && { client: 'vpngw-hub' }) },
        ],
        state: npsState(),
      });
      const result = parseNpsResult(line);
      if ('error' in result) throw new Error('This answer has no error.');
      const { findings, findingsOmitted, state } = result;

      // The deployment fails or tells it: nothing that the server says to a person is dropped.
      expect(failing(findings)).toHaveLength(fails ? 1 : 0);
      expect(worthTelling(findings)).toHaveLength(severity === 'info' ? 0 : 1);
      // A finding that blocks is about a server that must not be written to. Only this one ends with the approved
      // restart.
      if (blocks && fails !== true) expect(id).toBe('mfa-loads-on-restart');

      const answer = { host: '/nps-01', state, findings, findingsOmitted };
      const verdict =
        appliesTo === 'server'
          ? rulesOfNpsServers.find((rule) => rule.id === id)!.check(npsFacts(state, { answers: [answer] }))
          : rulesOfGateways
              .find((rule) => rule.id === id)!
              .check(
                gatewayFacts({ servers: [server('10.0.1.4', state, { answer, hasSameSecret: false })] }),
              );
      expect(verdict).toMatchObject({ is: 'violated' });
    },
  );
});

/** One RADIUS server, so that one secret is compared. */
function oneServer(): GatewayReportFacts {
  return gatewayFacts(radiusAt('10.0.1.4'));
}
