import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../../shared/config.ts';
import type { Plan } from '../../../../shared/deployment/contract.ts';
import { guardrailFindings, guardrails } from '../../../../shared/deployment/guardrails/guardrails.ts';
import { reasonsToAsk } from '../../../../shared/deployment/guardrails/reasons-to-ask.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import { defaults, facts, group, hubId, npsHost, npsId, request } from '../../hub.ts';

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);
const nothingSet = guardrails.parse({});
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

describe('who is asked before a plan is carried out', () => {
  const plan = {
    steps: [],
    takesAway: [],
    servers: [],
    estimatedMonthlyCost: 365,
  } as unknown as Plan;
  const step = (name: string, action: string) => ({ name, action, target: 't' });
  const servers = [
    { address: '10.0.1.4', host: npsId, secretName: 'T' },
    { address: '10.0.1.5', host: `${npsId}-b`, secretName: 'kept' },
  ];
  const creates = {
    ...plan,
    servers,
    steps: [step('gateway', 'create'), step('radiusSecret', 'create')],
  } as unknown as Plan;
  const rotates = { ...plan, servers, steps: [step('radiusSecret', 'update')] } as unknown as Plan;
  const keeps = { ...plan, servers, steps: [step('radiusSecret', 'keep')] } as unknown as Plan;
  const loses = {
    ...plan,
    takesAway: [{ what: 'protocol', target: 'OpenVPN', message: 'OpenVPN goes.' }],
  } as Plan;
  const asks = (when: string[], of: Plan, ticketAsks = false, more: object = {}) =>
    reasonsToAsk(guardrails.parse({ approval: { when, ...more } }), of, ticketAsks).map(
      ({ reason }) => reason,
    );

  it('nobody by default, unless something is removed', () => {
    expect(reasonsToAsk(nothingSet, creates, false)).toEqual([]);
    expect(reasonsToAsk(nothingSet, loses, false)).toMatchObject([
      { reason: 'takesAway', message: expect.stringContaining('OpenVPN goes.') },
    ]);
  });

  it.each<[string[], Plan, boolean, object, string[]]>([
    [[], plan, true, {}, ['ticket']],
    [[], loses, false, {}, []],
    [['always'], plan, false, {}, ['always']],
    [['newGateway', 'newSecretOnServer'], creates, false, {}, ['newGateway', 'newSecretOnServer']],
    [['newGateway', 'newSecretOnServer'], plan, false, {}, []],
    [['newGateway', 'newSecretOnServer'], rotates, false, {}, ['newSecretOnServer']],
    [['newGateway', 'newSecretOnServer'], keeps, false, {}, []],
    [['costOver'], creates, false, { costOver: 300 }, ['costOver']],
    [['costOver'], creates, false, { costOver: 365 }, []],
    [
      ['costOver'],
      { ...creates, estimatedMonthlyCost: undefined } as unknown as Plan,
      false,
      { costOver: 9999 },
      ['costOver'],
    ],
  ])('%j', (when, of, ticketAsks, more, reasons) => {
    expect(asks(when, of, ticketAsks, more)).toEqual(reasons);
  });

  it('of a new secret it is named which servers get it', () => {
    const asked = reasonsToAsk(
      guardrails.parse({ approval: { when: ['newSecretOnServer'] } }),
      rotates,
      false,
    );
    expect(asked).toMatchObject([{ message: 'It puts a new shared secret on nps-01 (10.0.1.4).' }]);
  });
});
