import { describe, expect, it } from 'vitest';
import { VpnRadiusError } from '../../../shared/core/errors.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import {
  isNpsRunName,
  npsAbsentState,
  npsDesiredState,
  npsRunName,
  npsTestName,
  policyInWords,
} from '../../../shared/nps/desired-state.ts';
import { articlePolicy } from '../../../shared/nps/network-policy.ts';
import { type NpsAnswered, type NpsState, parseNpsResult } from '../../../shared/nps/result.ts';
import { defaults, facts, gatewayId, request } from '../hub.ts';

const planFor = (...protocols: string[]) =>
  makePlan(request({ pointToSite: { protocols } }), facts(), defaults).plan!;

describe('the desired state', () => {
  it('has GatewaySubnet as the one RADIUS client, named after the gateway', () => {
    expect(npsDesiredState(planFor('IkeV2')).radiusClients).toEqual([
      {
        name: 'vpngw-hub',
        address: '10.0.255.224/27',
        vendor: 'RADIUS Standard',
        authAttributeRequired: false,
        enabled: true,
      },
    ]);
  });

  it.each([
    [['IkeV2'], ['EAP'], true],
    [['OpenVPN'], ['PAP'], false],
    [['OpenVPN', 'IkeV2'], ['EAP', 'PAP'], false],
  ])('of %s allows %s', (protocols, methods, requireMessageAuthenticator) => {
    expect(npsDesiredState(planFor(...protocols))).toMatchObject({
      networkPolicy: { grant: true, authenticationMethods: methods },
      blastRadius: { limitProxyState: true, requireMessageAuthenticator },
    });
  });

  it('has a policy for each user group with a Windows group, by priority, where groups were ever asked for', () => {
    const finance = { name: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', priority: 9 };
    const groups = [
      { name: 'ops', windowsGroup: 'CONTOSO\\Ops', priority: 10 },
      finance,
      { name: 'rest', default: true },
    ];
    const plan = makePlan(request({ pointToSite: { groups } }), facts(), defaults).plan!;
    const prefix = 'VPN gateway vpngw-hub group ';
    expect(npsDesiredState(plan).groupPolicies).toEqual({
      prefix,
      wanted: [
        { group: 'finance', windowsGroup: finance.windowsGroup, attribute: '6ad1bd02' },
        { group: 'ops', windowsGroup: 'CONTOSO\\Ops', attribute: '6ad1bd01' },
      ],
    });
    expect(npsDesiredState(planFor('IkeV2'))).not.toHaveProperty('groupPolicies');
    const absent = npsAbsentState({
      gatewayId: plan.gatewayId,
      client: 'vpngw-hub',
      prefix: '10.0.255.0/27',
    });
    expect(absent).toStrictEqual({
      ensure: 'absent',
      radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
      networkPolicy: { ownName: 'VPN gateway vpngw-hub' },
      groupPolicies: { prefix },
    });
  });

  it('of a gateway that goes names what was approved', () => {
    const gone = { gatewayId, client: 'vpngw-hub', prefix: '10.0.255.0/27' };
    expect(npsAbsentState(gone, ['client-removed:vpngw-hub']).approvedChanges).toEqual([
      'client-removed:vpngw-hub',
    ]);
  });

  it.each([
    ['own', { kind: 'own', ownName: 'VPN gateway vpngw-hub' }],
    ['VPN of the staff', { name: 'VPN of the staff' }],
    [articlePolicy, { kind: 'auto', name: articlePolicy, ownName: 'VPN gateway vpngw-hub' }],
  ])('names the policy: %s', (networkPolicy, wish) => {
    const {
      grant: _,
      authenticationMethods: __,
      ...named
    } = npsDesiredState({
      ...planFor('IkeV2'),
      networkPolicy,
    }).networkPolicy;
    expect(named).toStrictEqual(wish);
  });

  it('has the subnet of the app as a client too, where the app probes', () => {
    const clients = npsDesiredState(planFor('IkeV2'), { probeSubnet: '10.9.0.0/28' }).radiusClients;
    expect(clients.map(({ name, address }) => [name, address])).toEqual([
      ['vpngw-hub', '10.0.255.224/27'],
      ['vpn-radius-probe', '10.9.0.0/28'],
    ]);
  });

  it('takes an installer and a proof key from outside', () => {
    const extras = {
      secretProofKey: 'a2V5',
      mfaInstaller: { source: '\\\\files\\mfa.exe', sha256: '0'.repeat(64) },
    };
    expect(npsDesiredState(planFor('IkeV2'), extras)).toMatchObject(extras);
  });
});

const state: NpsState = {
  server: { name: 'NPS-01', os: 'Windows Server 2022', npasInstalled: true, serviceRunning: true },
  radiusClients: [
    {
      name: 'VPNGW-HUB',
      address: '10.0.255.224/27',
      vendor: 'RADIUS Standard',
      enabled: true,
      authAttributeRequired: false,
    },
  ],
  networkPolicy: {
    name: 'Connections to Microsoft Routing and Remote Access server',
    exists: true,
    enabled: true,
    grant: true,
    order: 1,
    authenticationMethods: ['EAP', 'MSCHAPv2'],
  },
  mfa: { installed: true, loaded: true, overrideNumberMatching: 'FALSE' },
  blastRadius: { limitProxyState: true, requireMessageAuthenticator: true },
  audit: { success: true, failure: true },
  firewallOpen: true,
};

const change = { id: 'audit-on', what: 'one', scope: 'server' };

describe('the output of a run command', () => {
  const line = JSON.stringify({ changed: true, changes: [change], findings: [], state });

  it.each([
    ['alone', line],
    ['after warnings, one of them with a brace', `WARNING: x\r\n{not json\r\n${line}\r\n`],
    ['before what is no object', `${line}\n[]\n"done"\n{ cut`],
    ['after blanks', `  ${line}`],
    ['with an older result above it', `${line.replace('one', 'older')}\n${line}`],
    ['with null for an empty list', line.replace('"findings":[]', '"findings":null')],
  ])('%s', (_, output) => {
    expect(parseNpsResult(output)).toMatchObject({
      changed: true,
      changes: [{ ...change, restart: false, asks: false }],
      findings: [],
      state,
    });
  });

  it('of an operation that failed says what it had changed', () => {
    const error = { code: 'ApplyFailed', message: 'The policy could not be set.', target: null };
    expect(parseNpsResult(JSON.stringify({ error, changed: true, changes: [change] }))).toMatchObject({
      error,
      changed: true,
      changes: [change],
      findings: [],
    });
  });

  it('that tells one way of a sign-in without the vendor attribute means both', () => {
    const way = { client: 'vpngw-hub', tunnel: 'IkeV2', unknown: [] };
    const signInPath = [{ ...way, vendor311: true }, { ...way, vendor311: false }, way];
    const told = parseNpsResult(JSON.stringify({ state, signInPath })) as NpsAnswered;
    expect(told.signInPath.map(({ client, vendor311 }) => [client, vendor311])).toEqual([
      ['vpngw-hub', true],
      ['vpngw-hub', false],
      ['vpngw-hub', true],
      ['vpngw-hub', false],
    ]);
  });

  const secret = 'hunter2-hunter2';
  it.each([
    ['nothing', ' \r\n', /it is empty/],
    ['no JSON', `Access denied for ${secret}`, /holds no line of JSON/],
    ['the end of a long line', `"${'x'.repeat(4066)}","secret":"${secret}"}`, /cut at 4,096 bytes/],
    [
      'another shape',
      line.replace('"npasInstalled":true', `"npasInstalled":"${secret}"`),
      /state\.server\.npasInstalled/,
    ],
    ['no state', '{"changed":false}', /field state/],
  ])('that is %s cannot be read, and is not quoted', (_, output, why) => {
    let thrown: unknown;
    try {
      parseNpsResult(output);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(VpnRadiusError);
    const { code, message } = thrown as VpnRadiusError;
    expect(code).toBe('NpsOutputUnreadable');
    expect(message).toMatch(why);
    expect(message).not.toContain(secret);
  });
});

it.each([
  ['own', 'network policy "VPN gateway vpngw-hub", which is made only for this gateway,'],
  ['VPN of the staff', 'network policy "VPN of the staff"'],
  [
    'Connections to Microsoft Routing and Remote Access server',
    'network policy "Connections to Microsoft Routing and Remote Access server", or on a server with other RADIUS clients "VPN gateway vpngw-hub", which is made only for this gateway,',
  ],
])(
  'a plan names the policy that lets users in, also where the server decides: %s',
  (networkPolicy, words) => {
    const { gatewayId } = planFor('IkeV2');
    expect(policyInWords({ networkPolicy, gatewayId })).toBe(words);
  },
);

it('a plan says it so', () => {
  const { plan } = makePlan(request({ nps: { networkPolicy: 'own' } }), facts(), defaults);
  expect(plan?.steps.find(({ name }) => name === 'nps')?.changes).toContainEqual(
    expect.stringContaining(
      'network policy "VPN gateway vpngw-hub", which is made only for this gateway, grants access',
    ),
  );
});

it('names the run command of a deployment the same every time, as Azure takes it', () => {
  expect(npsRunName('vpn-hub-1')).toBe(npsRunName('vpn-hub-1'));
  expect(npsRunName('vpn-hub-1')).not.toBe(npsRunName('vpn-hub-2'));
  expect(npsRunName('vpn-hub-1')).toMatch(/^[a-z][a-z0-9-]{1,62}$/);
});

it.each([
  [npsRunName('vpn-hub-1'), true],
  [npsTestName('vpn-hub-1'), true],
  [`x-${npsRunName('vpn-hub-1')}`, false],
  [`${npsRunName('vpn-hub-1')}0`, false],
  ['vpn-radius-9-0123456789ab', false],
  ['vpn-radius-backup', false],
])('knows its own run commands on a machine: %s', (name, isOwn) => {
  expect(isNpsRunName(name)).toBe(isOwn);
});
