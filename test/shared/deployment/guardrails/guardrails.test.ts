import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../../shared/config.ts';
import { guardrailFindings, guardrails } from '../../../../shared/deployment/guardrails/guardrails.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import { defaults, facts, group, hubId, npsHost, npsId, request } from '../../hub.ts';

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);
const server = { address: '10.0.1.4', host: npsId, score: 30 };
const claim = {
  virtualNetwork: { id: hubId, name: 'hub', tags: {} },
  servers: [server],
  npsHosts: [npsHost({ tags: { 'vpn-radius-nps': 'enabled' } })],
  networkPolicy: 'Connections to Microsoft Routing and Remote Access server',
  mfaExtension: 'require' as const,
};
type Claim = Parameters<typeof guardrailFindings>[2];
const found = (wish: Partial<Claim>, rails: object = {}, listed: (typeof server)[] = []) =>
  [...guardrailFindings(guardrails.parse(rails), listed, { ...claim, ...wish })].map(
    ({ code, target }) => `${code} ${target}`,
  );

describe('the guardrails that hold without being set', () => {
  it('let a tagged machine be configured, with the policy of the article and MFA required', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[string, Partial<Claim>, string]>([
    ['a machine without the tag', { npsHosts: [npsHost()] }, 'NpsMachineNotAllowed radius.servers[0].host'],
    [
      'a machine whose tag says no',
      { npsHosts: [npsHost({ tags: { 'vpn-radius-nps': 'disabled' } })] },
      'NpsMachineNotAllowed radius.servers[0].host',
    ],
    [
      'the catch-all policy of a server',
      { networkPolicy: 'Connections to other access servers' },
      'NetworkPolicyNotAllowed nps.networkPolicy',
    ],
    ['NPS without MFA', { mfaExtension: 'skip' }, 'MfaExtensionNotAllowed nps.mfaExtension'],
    [
      'an installation of the extension',
      { mfaExtension: 'install' },
      'MfaExtensionNotAllowed nps.mfaExtension',
    ],
  ])('refuse %s', (_, wish, problem) => {
    expect(found(wish)).toEqual([problem]);
  });

  it.each<[string, Partial<Claim>, object, string]>([
    [
      'of a VNet, who can let it in',
      {},
      { virtualNetworks: { tags: { vpn: 'yes' } } },
      'The guardrails of this app do not allow a gateway for hub. Ask the owner of the app to add its subscription, its resource group or one of its tags (GUARDRAILS, virtualNetworks).',
    ],
    [
      'of a machine, which tag its owner sets',
      { npsHosts: [npsHost()] },
      {},
      'This app may not configure nps-01. To allow it, its owner sets the tag vpn-radius-nps=enabled on the machine, or the owner of the app lists it (GUARDRAILS, npsMachines).',
    ],
    [
      'of a policy, which ones may be named',
      { networkPolicy: 'Catch all' },
      { networkPolicies: ['VPN staff'] },
      'The guardrails of this app do not allow the network policy "Catch all". Leave nps.networkPolicy out, or name one of "Connections to Microsoft Routing and Remote Access server", "own", "VPN staff".',
    ],
    [
      'of sign-in without a second factor, on which machines',
      { mfaExtension: 'skip', servers: [server, { ...server, host: `${npsId}-b` }], npsHosts: [undefined] },
      {},
      'The guardrails of this app do not allow NPS without a second factor ("skip") on nps-01 and nps-01-b. Ask for "require", or ask the owner of the app (GUARDRAILS, mfaExtension.skip).',
    ],
    [
      'of an installation, on the machine that is not allowed alone',
      {
        mfaExtension: 'install',
        servers: [server, { ...server, host: `${npsId}-b` }],
        npsHosts: [undefined],
      },
      { mfaExtension: { install: [npsId] } },
      'The guardrails of this app do not allow the installation of the MFA extension ("install") on nps-01-b. Ask for "require", or ask the owner of the app (GUARDRAILS, mfaExtension.install).',
    ],
  ])('say what to do: %s', (_, wish, rails, message) => {
    expect(
      [...guardrailFindings(guardrails.parse(rails), [], { ...claim, ...wish })].map((one) => one.message),
    ).toEqual([message]);
  });

  it('take the case of a tag as Azure does', () => {
    expect(found({ npsHosts: [npsHost({ tags: { 'VPN-Radius-NPS': 'Enabled' } })] })).toEqual([]);
  });

  it('take the machines of DEFAULT_NPS_SERVERS as listed', () => {
    expect(found({ npsHosts: [npsHost()] }, {}, [server])).toEqual([]);
  });

  it('say nothing of a machine that does not exist: that is told by another check', () => {
    expect(found({ npsHosts: [undefined] })).toEqual([]);
  });
});

describe('what an owner sets', () => {
  it.each<[string, Partial<Claim>, object]>([
    ['a listed machine', { npsHosts: [npsHost()] }, { npsMachines: [npsId.toUpperCase()] }],
    ['a listed policy', { networkPolicy: 'vpn staff' }, { networkPolicies: ['VPN staff'] }],
    ['a policy of its own, always', { networkPolicy: 'own' }, {}],
    ['skip on that machine', { mfaExtension: 'skip' }, { mfaExtension: { skip: [npsId] } }],
    ['install anywhere', { mfaExtension: 'install' }, { mfaExtension: { install: ['anywhere'] } }],
    [
      'the subscription',
      {},
      { virtualNetworks: { subscriptions: ['11111111-2222-4333-8444-555555555555'] } },
    ],
    ['the resource group', {}, { virtualNetworks: { resourceGroups: [group] } }],
    [
      'a tag',
      { virtualNetwork: { ...claim.virtualNetwork, tags: { Vpn: 'Yes' } } },
      { virtualNetworks: { tags: { vpn: 'yes' } } },
    ],
    [
      'one of several tags',
      { virtualNetwork: { ...claim.virtualNetwork, tags: { stage: 'test' } } },
      { virtualNetworks: { tags: { vpn: 'yes', stage: 'test' } } },
    ],
  ])('allows %s', (_, wish, rails) => {
    expect(found(wish, rails)).toEqual([]);
  });

  it('refuses a VNet that no subscription, group or tag of them holds', () => {
    expect(found({}, { virtualNetworks: { tags: { vpn: 'yes' } } })).toEqual([
      'VirtualNetworkNotAllowed virtualNetworkId',
    ]);
  });

  it.each<[string, string, string]>([
    ['an unknown field', '{"npsMachine":[]}', 'npsMachine'],
    ['a reason that does not exist', '{"approval":{"when":["friday"]}}', 'approval.when[0]'],
    ['costOver without an amount', '{"approval":{"when":["costOver"]}}', 'approval.costOver'],
    ['VNets, but none', '{"virtualNetworks":{}}', 'virtualNetworks'],
    ['no JSON', 'npsMachines: []', 'GUARDRAILS'],
    ['a file that is not there', '/nowhere/guardrails.json', 'GUARDRAILS'],
  ])('is refused at the start for %s, by name', (_, text, place) => {
    expect(() => readSettings({ KEY_VAULT_URL: 'https://vault.example', GUARDRAILS: text })).toThrow(place);
  });
});

describe('an address that is not the machine’s', () => {
  const planWith = (addresses: string[] | undefined, rails: object = { npsMachines: [npsId] }) =>
    codes(
      makePlan(request(), facts({ npsHosts: [npsHost({ ...(addresses && { addresses }) })] }), {
        ...defaults,
        guardrails: guardrails.parse(rails),
      }).problems,
    );

  it('is a problem of the plan, before anything is written', () => {
    expect(planWith(['10.0.66.66'])).toEqual(['RadiusAddressOfAnotherMachine']);
  });

  it('is none where it is one of several, where Azure tells none, and where the owner vouches for it', () => {
    expect(planWith(['10.0.9.9', '10.0.1.4'])).toEqual([]);
    expect(planWith(undefined)).toEqual([]);
    expect(planWith(['10.0.66.66'], { npsMachines: [{ host: npsId, addresses: ['10.0.1.4'] }] })).toEqual([]);
  });
});
