import { describe, expect, it } from 'vitest';
import { type Known, survey } from '../../../shared/compliance/survey.ts';
import type { Deployed } from '../../../shared/deployment/wished.ts';
import type { VpnGateway } from '../../../shared/gateway/model.ts';
import type { SecretEntry } from '../../../shared/secret/model.ts';
import { defaultSecretName } from '../../../shared/secret/names.ts';
import { defaults, gatewayId, npsId, request } from '../hub.ts';
import { deployment, gateway, pointToSite, userGroups, virtualNetwork } from './facts.ts';

const second = npsId.replace('nps-01', 'nps-02');
const other = gatewayId.replace('vpngw-hub', 'vpngw-edge');
const secret = (name: string, more: Partial<SecretEntry> = {}): SecretEntry => ({
  name,
  createdAt: '2030-05-01T00:00:00.000Z',
  enabled: true,
  ...more,
});
const deployed = (more: Partial<Deployed> = {}): Deployed => ({
  gatewayId,
  request: deployment,
  asked: deployment,
  secrets: [],
  isSettled: true,
  ...more,
});
const known = (more: Partial<Known> = {}): Known => ({
  virtualNetworkOf: () => virtualNetwork(),
  deployed: new Map([[gatewayId.toLowerCase(), deployed()]]),
  secrets: [],
  onPremises: [],
  connections: [],
  defaults,
  networkPolicy: 'Policy of the settings',
  mfaEndpoints: [],
  ...more,
});
const nobody = { deployed: new Map<string, Deployed>() };
const surveyed = (its: VpnGateway, more: Partial<Known> = {}) => {
  const { parts, tests, hosts } = survey([[its]], known(more));
  return { ...parts[0]![0]!, tests, hosts };
};
const stateOf = (tests: readonly { readonly desiredState: string }[], index = 0) =>
  JSON.parse(tests[index]!.desiredState);

describe('the NPS server of an address', () => {
  it('is the machine that the deployment named, and is asked about the gateway', () => {
    const { servers, tests, hosts } = surveyed(gateway({ id: gatewayId }));
    expect(servers).toMatchObject([
      { address: '10.0.1.4', host: npsId, test: 0 },
      { address: '10.0.1.5', host: second, test: 1 },
    ]);
    expect(tests.map(({ host, gatewayIds }) => [host, gatewayIds])).toEqual([
      [npsId, [gatewayId]],
      [second, [gatewayId]],
    ]);
    expect(hosts.map(({ host }) => host)).toEqual([npsId, second]);
  });

  it('is the one of the settings, where no deployment named one', () => {
    const settings = { ...defaults, radiusServers: [{ address: '10.0.1.5', host: second }] };
    const { servers, tests, isDeployed } = surveyed(gateway(), { ...nobody, defaults: settings });
    expect(servers).toEqual([{ address: '10.0.1.4' }, { address: '10.0.1.5', host: second, test: 0 }]);
    expect(tests).toHaveLength(1);
    expect(isDeployed).toBe(false);
  });

  it('is the one that the deployment named, whatever the settings say', () => {
    const settings = { ...defaults, radiusServers: [{ address: '10.0.1.4', host: second }] };
    expect(surveyed(gateway(), { defaults: settings }).servers[0]!.host).toBe(npsId);
  });

  it.each<[string, VpnGateway, Partial<Known>]>([
    [
      'whose users sign in another way',
      gateway({ pointToSite: pointToSite({ authenticationTypes: ['AAD'] }) }),
      {},
    ],
    [
      'that has only SSTP, which NPS needs no method for',
      gateway({ pointToSite: pointToSite({ protocols: ['SSTP'] }) }),
      {},
    ],
    ['whose VNet could not be read', gateway(), { virtualNetworkOf: () => undefined }],
    [
      'whose VNet has no GatewaySubnet',
      gateway(),
      { virtualNetworkOf: () => ({ ...virtualNetwork(), subnets: [] }) },
    ],
  ])('is not asked about a gateway %s', (_, its, more) => {
    const { tests, servers } = surveyed(its, more);
    expect(tests).toEqual([]);
    expect(servers[0]).toStrictEqual({ address: '10.0.1.4', host: npsId });
  });

  it.each([['SSTP', 'IKEv2'], ['openvpn']])('is asked about %s', (...protocols) => {
    expect(surveyed(gateway({ pointToSite: pointToSite({ protocols }) })).tests).toHaveLength(2);
  });

  it('is none of a gateway without point-to-site', () => {
    const { pointToSite: _, ...bare } = gateway();
    expect(surveyed(bare)).toMatchObject({ servers: [], tests: [], sharedPool: { count: 0 } });
  });

  it('is asked once about two gateways of one policy, and each gateway knows the answer that is about it', () => {
    const edge = gateway({ id: other, name: 'vpngw-edge' });
    const both = new Map([gatewayId, other].map((id) => [id.toLowerCase(), deployed({ gatewayId: id })]));
    const networks = (its: VpnGateway) =>
      virtualNetwork({ addressPrefixes: [its.name === 'vpngw-edge' ? '10.1.0.0/27' : '10.0.255.0/27'] });
    const { parts, tests } = survey(
      [[gateway()], [edge]],
      known({ deployed: both, virtualNetworkOf: networks }),
    );
    expect(tests.map(({ gatewayIds }) => gatewayIds)).toEqual([
      [gatewayId, other],
      [gatewayId, other],
    ]);
    expect(parts.map((part) => part[0]!.servers.map(({ test }) => test))).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});

describe('an NPS server is asked for', () => {
  it('the client of the subnet, the policy and the second factor of the deployment', () => {
    const asked = request({ ...deployment, nps: { networkPolicy: 'Staff', mfaExtension: 'skip' } });
    const { tests, hosts } = surveyed(gateway(), {
      deployed: new Map([[gatewayId.toLowerCase(), deployed({ asked })]]),
      mfaEndpoints: ['https://login.example'],
    });
    expect(stateOf(tests)).toMatchObject({
      radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
      networkPolicy: { name: 'Staff' },
    });
    expect(JSON.stringify(stateOf(tests))).toContain('https://login.example');
    expect(hosts[0]).toMatchObject({ mfaExtension: 'skip', protocols: ['IkeV2'] });
  });

  it.each([
    ['the policy of the settings and a second factor, where nothing was asked for', nobody],
    [
      'the same where something else of NPS was',
      {
        deployed: new Map([
          [
            gatewayId.toLowerCase(),
            deployed({ asked: { ...deployment, nps: { mfaExtension: 'install' as const } } }),
          ],
        ]),
      },
    ],
  ])('%s', (_, more) => {
    const settings = { ...defaults, radiusServers: [{ address: '10.0.1.4', host: npsId }] };
    const { tests, hosts } = surveyed(gateway(), { ...more, defaults: settings });
    expect(stateOf(tests).networkPolicy.name).toBe('Policy of the settings');
    expect(JSON.stringify(stateOf(tests))).not.toContain('mfaEndpoints');
    expect(hosts[0]).toMatchObject({ mfaExtension: 'require' });
  });

  it('a proof of the secret, by a key that is another one for each run', () => {
    const [one, two] = [survey([[gateway()]], known()), survey([[gateway()]], known())];
    expect(stateOf(one.tests).secretProofKey).toBe(one.secretProofKey);
    expect(Buffer.from(one.secretProofKey, 'base64')).toHaveLength(32);
    expect(one.secretProofKey).not.toBe(two.secretProofKey);
  });

  it('the policies of user groups that were asked for, also of a group that is gone from the gateway', () => {
    const groups = [
      { name: 'finance', windowsGroup: 'CONTOSO\\Finance', attribute: '6ad1bd01' },
      { name: 'ops', windowsGroup: 'CONTOSO\\Ops', attribute: '6ad1bd02' },
      { name: 'rest', default: true, attribute: '6ad1bd03' },
    ];
    const asked = request({ pointToSite: { groups }, radius: deployment.radius });
    const all = userGroups(
      groups.map(({ name, attribute }) => ({
        name,
        members: [{ name, type: 'RadiusAzureGroupId', value: attribute }],
      })),
    );
    const asks = (held: typeof all | undefined, wished = all) => {
      const its = gateway({ pointToSite: pointToSite({ ...(held && { groups: held }) }) });
      const wish = { ...its, pointToSite: { ...its.pointToSite!, groups: wished } };
      const { tests } = surveyed(its, {
        deployed: new Map([[gatewayId.toLowerCase(), deployed({ asked, wish: wish as never })]]),
      });
      return stateOf(tests).groupPolicies.wanted;
    };
    const whole = asks(all);
    expect(JSON.stringify(whole)).toContain('6ad1bd01');
    expect(JSON.stringify(whole)).toContain('6ad1bd02');
    expect(asks(all.slice(1))).toEqual(whole);
    expect(asks(undefined)).toEqual(whole);
    const renamed = all.map((group) => ({ ...group, name: group.name.toUpperCase() }));
    expect(asks(renamed, all)).toHaveLength(2);
  });

  it('no policies of user groups, where nobody asked for any', () => {
    const its = gateway({ pointToSite: pointToSite({ groups: userGroups([{ name: 'theirs' }]) }) });
    expect(stateOf(surveyed(its).tests)).not.toHaveProperty('groupPolicies');
  });
});

describe('the wish that a gateway is compared with', () => {
  it('is what the last deployment made', () => {
    const wish = { ...gateway(), sku: 'VpnGw5AZ' } as never;
    const found = surveyed(gateway(), { deployed: new Map([[gatewayId.toLowerCase(), deployed({ wish })]]) });
    expect(found.asked).toBe(wish);
    expect(found.isDeployed).toBe(true);
  });

  it('is what was asked for, where the deployment did not say what it made', () => {
    expect(surveyed(gateway()).asked).toMatchObject({
      sku: 'VpnGw1AZ',
      pointToSite: { addressPool: ['172.16.201.0/24'] },
    });
  });

  it('is none while a deployment runs, and of a gateway of others', () => {
    const running = new Map([[gatewayId.toLowerCase(), deployed({ isSettled: false })]]);
    expect(surveyed(gateway(), { deployed: running })).not.toHaveProperty('asked');
    expect(surveyed(gateway(), { deployed: running }).isDeployed).toBe(true);
    expect(surveyed(gateway(), nobody)).not.toHaveProperty('asked');
  });
});

describe('the secret of a server', () => {
  const ofFirst = (secrets: SecretEntry[], its?: Partial<Deployed>, id = gatewayId) => {
    const { servers } = surveyed(gateway({ id }), {
      secrets,
      deployed: new Map(its ? [[gatewayId.toLowerCase(), deployed(its)]] : []),
      defaults: { ...defaults, radiusServers: [{ address: '10.0.1.4', host: npsId }] },
    });
    const [{ secret: found, secretMissing }] = servers as [(typeof servers)[0]];
    return found?.name ?? (secretMissing && `missing: ${secretMissing}`);
  };
  const tagged = (name: string, more: Partial<SecretEntry> = {}) => secret(name, { gatewayId, ...more });
  const named = { secrets: [{ address: '10.0.1.4', name: 'Radius-Hub', version: 'v1' }] };

  it.each<[string, string | undefined, SecretEntry[], Partial<Deployed> | undefined]>([
    [
      'that its deployment gave it',
      'radius-hub',
      [tagged('other', { host: npsId }), secret('radius-hub')],
      named,
    ],
    [
      'that its deployment gave it, and that is gone',
      'missing: Radius-Hub',
      [tagged('other', { host: npsId })],
      named,
    ],
    [
      'that the request named, where the deployment gave another server one',
      'asked',
      [secret('asked'), secret('radius-hub')],
      {
        secrets: [{ address: '10.9.9.9', name: 'radius-hub', version: 'v1' }],
        asked: { ...deployment, radius: { ...deployment.radius, secretName: 'asked' } },
      },
    ],
    [
      'that is tagged with both',
      'both',
      [tagged('gateway-alone'), tagged('both', { host: npsId.toUpperCase() })],
      undefined,
    ],
    [
      'that all servers of the gateway share',
      'gateway-alone',
      [tagged('of-another', { host: second }), tagged('gateway-alone')],
      undefined,
    ],
    ['whose name says so', defaultSecretName(gatewayId), [secret(defaultSecretName(gatewayId))], undefined],
    ['of another server is none', undefined, [tagged('of-another', { host: second })], undefined],
    ['of another gateway is none', undefined, [secret('x', { gatewayId: other, host: npsId })], undefined],
    ['without a tag is none', undefined, [secret('x', { host: npsId })], undefined],
  ])('is the one %s', (_, name, secrets, its) => {
    expect(ofFirst(secrets, its)).toBe(name);
  });

  it('is found whatever the case of the gateway in its tag', () => {
    expect(ofFirst([tagged('x', { gatewayId: gatewayId.toUpperCase() })])).toBe('x');
  });

  it('of a server whose machine nobody knows is the one that all servers share', () => {
    const { servers } = surveyed(gateway(), {
      ...nobody,
      secrets: [tagged('of-a-machine', { host: npsId }), tagged('gateway-alone')],
    });
    expect(servers[0]!.secret?.name).toBe('gateway-alone');
  });

  it('goes with the question, so that the server can prove it', () => {
    const { servers, tests } = surveyed(gateway(), { secrets: [tagged('both', { host: npsId })] });
    expect(servers.map((one) => one.secret?.name)).toEqual(['both', undefined]);
    expect(JSON.stringify(tests[0])).toContain('both');
    expect(JSON.stringify(tests[1])).not.toContain('both');
  });
});

it('the pools of user groups and of other gateways are told where they overlap', () => {
  const edge = gateway({
    id: other,
    pointToSite: pointToSite({ addressPool: ['10.99.0.0/24'], groupPools: ['172.16.201.0/25'] }),
  });
  const { pointToSite: _, ...bare } = gateway({ id: `${gatewayId}-bare` });
  const { parts } = survey([[gateway(), bare], [edge]], known());
  expect(parts.map((part) => part.map(({ sharedPool }) => sharedPool))).toEqual([
    [
      { count: 1, first: [other] },
      { count: 0, first: [] },
    ],
    [{ count: 1, first: [gatewayId] }],
  ]);
});

it('the networks around each gateway are told', () => {
  const site = {
    by: gatewayId.replace('virtualNetworkGateways', 'localNetworkGateways'),
    prefixes: ['10.7.0.0/16'],
  };
  expect(surveyed(gateway(), { onPremises: [site] }).onPremises).toEqual([site]);
});
