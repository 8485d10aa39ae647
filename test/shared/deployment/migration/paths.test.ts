import { describe, expect, it } from 'vitest';
import type { Facts, Migration } from '../../../../shared/deployment/contract.ts';
import { guardrails } from '../../../../shared/deployment/guardrails/guardrails.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import type { PointToSite, PublicIpAddress, VpnGateway } from '../../../../shared/gateway/model.ts';
import { defaults, gateway, gatewayId, inPlace, network, npsHost, npsId, request } from '../../hub.ts';

const pip = (sku: string): PublicIpAddress => ({
  id: network('publicIPAddresses', 'vpngw-hub-pip'),
  sku,
  allocationMethod: 'Static',
  provisioningState: 'Succeeded',
  zones: ['1', '2', '3'],
});
const client = (more: Partial<PointToSite>): Partial<VpnGateway> => ({
  pointToSite: { ...gateway().pointToSite!, ...more },
});
const certificates = {
  authenticationTypes: ['Certificate'],
  radiusServers: [],
  rootCertificates: ['corp-root'],
};
const entraTypes = {
  authenticationTypes: ['AAD'],
  radiusServers: [],
  entraTenant: 'https://login.microsoftonline.com/t',
};
const entra = {
  tenant: 'https://login.microsoftonline.com/t',
  audience: 'a',
  issuer: 'https://sts.windows.net/t/',
};

type Given = Partial<Migration> & Pick<Migration, 'path'>;
const plannedFor = (standing: Partial<VpnGateway>, given: Given, more: Partial<Facts> = {}, asks = {}) =>
  makePlan(
    request({ radius: {}, ...asks }),
    inPlace(gateway(standing), {
      publicIps: [pip('Standard')],
      asked: request(),
      migrates: { gatewayId, ...given },
      ...more,
    }),
    defaults,
  );
const codes = (problems: readonly { readonly code: string; readonly target?: string }[]) =>
  problems.map(({ code }) => code);

describe('what a path brings', () => {
  it.each<[string, Partial<VpnGateway>, Given, object]>([
    [
      'the AZ SKU of the same number',
      { sku: 'VpnGw2' },
      { path: 'az-sku' },
      { sku: 'VpnGw2AZ', servers: [] },
    ],
    [
      'IKEv2 beside SSTP',
      client({ protocols: ['SSTP'] }),
      { path: 'without-sstp', protocols: ['IkeV2'] },
      { protocols: ['SSTP', 'IkeV2'], migration: { part: 'first' } },
    ],
    [
      'the end of SSTP',
      client({ protocols: ['SSTP', 'IkeV2'] }),
      { path: 'without-sstp', protocols: ['IkeV2'], isLastPart: true },
      { protocols: ['IkeV2'], servers: [], migration: { part: 'last' } },
    ],
    [
      'OpenVPN in place of SSTP at once, as both do not stand together',
      client({ protocols: ['SSTP'] }),
      { path: 'without-sstp', protocols: ['OpenVPN'] },
      { protocols: ['OpenVPN'], migration: { part: 'only' } },
    ],
    [
      'RADIUS beside certificates over OpenVPN',
      client({ ...certificates, protocols: ['OpenVPN'] }),
      { path: 'to-radius' },
      {
        authenticationTypes: ['Certificate', 'Radius'],
        servers: [{ host: npsId }],
        migration: { part: 'first' },
      },
    ],
    [
      'no change but its end, where RADIUS and Entra ID are there',
      client({ ...entraTypes, authenticationTypes: ['AAD', 'Radius'], protocols: ['IkeV2', 'OpenVPN'] }),
      { path: 'to-radius' },
      { authenticationTypes: ['AAD', 'Radius'], migration: { part: 'first' } },
    ],
    [
      'RADIUS in place of certificates over IKEv2',
      client(certificates),
      { path: 'to-radius' },
      { authenticationTypes: ['Radius'], endsSignIn: ['Certificate'], migration: { part: 'only' } },
    ],
    [
      'the end of certificates',
      client({ ...certificates, authenticationTypes: ['Certificate', 'Radius'], protocols: ['OpenVPN'] }),
      { path: 'to-radius', isLastPart: true },
      {
        authenticationTypes: ['Radius'],
        endsSignIn: ['Certificate'],
        servers: [],
        migration: { part: 'last' },
      },
    ],
    [
      'no other protocol before SSTP ends, where one of two does not stand beside it',
      client({ protocols: ['SSTP'] }),
      { path: 'without-sstp', protocols: ['IkeV2', 'OpenVPN'] },
      { protocols: ['IkeV2', 'OpenVPN'], migration: { part: 'only' } },
    ],
    [
      'the AZ SKU that stands for a legacy SKU',
      { sku: 'Standard' },
      { path: 'standard-public-ip' },
      { sku: 'VpnGw1AZ' },
    ],
    [
      'RADIUS beside Entra ID over IKEv2 and OpenVPN',
      client({ ...entraTypes, protocols: ['IkeV2', 'OpenVPN'] }),
      { path: 'to-radius' },
      { authenticationTypes: ['AAD', 'Radius'], migration: { part: 'first' } },
    ],
    [
      'Entra ID beside RADIUS, and OpenVPN for it',
      {},
      { path: 'to-entra', entra },
      {
        authenticationTypes: ['Radius', 'AAD'],
        protocols: ['IkeV2', 'OpenVPN'],
        entra,
        servers: [],
        migration: { part: 'first' },
      },
    ],
  ])('%s', (_, standing, given, expected) => {
    const asks = given.path === 'to-radius' ? { radius: request().radius } : {};
    const basic = given.path === 'standard-public-ip' ? { publicIps: [pip('Basic')] } : {};
    const { plan, problems } = plannedFor(standing, given, basic, asks);
    expect(problems).toEqual([]);
    expect(plan).toMatchObject({ migration: { path: given.path }, ...expected });
    expect(plan?.addressPool).toEqual(['172.16.0.0/24']);
  });

  it('a Standard address and the AZ SKU, by an operation that a legacy SKU takes too', () => {
    const facts = { publicIps: [pip('Basic')] };
    const { plan } = plannedFor({ sku: 'HighPerformance' }, { path: 'standard-public-ip' }, facts);
    expect(plan).toMatchObject({ sku: 'VpnGw2AZ', servers: [], migration: { part: 'first' } });
    expect(plan?.steps.find(({ name }) => name === 'publicIp')).toMatchObject({ action: 'update' });
  });

  it('what users who move one after the other lose at the end, and nothing where all move at once', () => {
    const toldOf = (protocols: string[], isLastPart = false) =>
      plannedFor(client({ protocols: ['SSTP'] }), { path: 'without-sstp', protocols, isLastPart }).plan!
        .migration!;
    expect(toldOf(['IkeV2']).atTheEnd).toBe('SSTP is switched off.');
    expect(toldOf(['IkeV2'], true).atTheEnd).toBe('SSTP is switched off.');
    expect(toldOf(['OpenVPN'])).not.toHaveProperty('atTheEnd');
    expect(plannedFor({ sku: 'VpnGw1' }, { path: 'az-sku' }).plan!.migration).not.toHaveProperty('atTheEnd');
  });

  it('NPS what IKEv2 needs, before the gateway allows it', () => {
    const sstp = client({ protocols: ['SSTP'] });
    const first = plannedFor(sstp, { path: 'without-sstp', protocols: ['IkeV2'] }).plan!;
    expect(first.servers.map(({ host }) => host)).toEqual([npsId]);
    const theirs = client({ ...certificates, protocols: ['SSTP'] });
    const alone = plannedFor(theirs, { path: 'without-sstp', protocols: ['IkeV2'] }, { asked: undefined! });
    expect(alone.plan!.servers).toEqual([]);
  });

  it('the second server, with what NPS needs there', () => {
    const second = { address: '10.0.1.5', host: npsId.replace('nps-01', 'nps-02') };
    const radius = { servers: [{ address: '10.0.1.4', host: npsId }, second] };
    const hosts = [npsHost(), npsHost({ id: second.host })];
    const rails = guardrails.parse({ npsMachines: [npsId, second.host] });
    const { plan } = makePlan(
      request({ radius }),
      inPlace(gateway(), {
        publicIps: [pip('Standard')],
        npsHosts: hosts,
        asked: request(),
        migrates: { gatewayId, path: 'second-server' },
      }),
      { ...defaults, guardrails: rails },
    );
    expect(plan!.servers.map(({ address }) => address)).toEqual(['10.0.1.4', '10.0.1.5']);
    expect(plan!.migration).toMatchObject({ part: 'only' });
  });

  it('of two addresses, the Basic one becomes Standard', () => {
    const other = { ...pip('Standard'), id: network('publicIPAddresses', 'vpngw-hub-pip-2') };
    const stranger = { ...pip('Basic'), id: network('publicIPAddresses', 'app') };
    const publicIpIds = [pip('Basic').id, other.id];
    const changesOf = (isLastPart: boolean, ...publicIps: PublicIpAddress[]) =>
      plannedFor({ publicIpIds }, { path: 'standard-public-ip', isLastPart }, { publicIps })
        .plan!.steps.filter(({ name }) => name === 'publicIp')
        .map(({ action, changes = [] }) => `${action} ${changes.join()}`);
    expect(changesOf(false, pip('Basic'), other, stranger)).toEqual([
      'update Basic becomes Standard, the address stays',
      'keep ',
    ]);
    expect(changesOf(true, pip('Basic'), other)).toEqual([
      'update the migration is committed: the Basic address is removed',
      'update the migration is committed: the Basic address is removed',
    ]);
    const isLastPart = true;
    const alone = plannedFor(
      { publicIpIds },
      { path: 'standard-public-ip', isLastPart },
      { publicIps: [pip('Basic')] },
    );
    expect(alone.plan!.steps.find(({ name }) => name === 'gatewaySubnet')!.action).toBe('keep');
    const both = client({
      ...certificates,
      authenticationTypes: ['Certificate', 'Radius'],
      protocols: ['OpenVPN'],
    });
    const others = plannedFor(both, { path: 'to-radius', isLastPart }).plan!;
    expect(others.steps.find(({ name }) => name === 'publicIp')!.action).toBe('keep');
  });

  it('the AZ SKU, whatever address of others is Basic', () => {
    const stranger = { ...pip('Basic'), id: network('publicIPAddresses', 'app') };
    const { problems } = plannedFor(
      { sku: 'VpnGw1' },
      { path: 'az-sku' },
      { publicIps: [pip('Standard'), stranger] },
    );
    expect(problems).toEqual([]);
  });

  it('nothing but its own change: whatever else the gateway has stays, whoever configured it', () => {
    const theirs = client({ ...certificates, protocols: ['IkeV2'], addressPool: ['10.99.0.0/24'] });
    const { plan, problems } = plannedFor(
      { sku: 'VpnGw1', ...theirs },
      { path: 'az-sku' },
      { asked: undefined! },
    );
    expect(problems).toEqual([]);
    expect(plan).toMatchObject({
      authenticationTypes: ['Certificate'],
      protocols: ['IkeV2'],
      addressPool: ['10.99.0.0/24'],
      servers: [],
      otherServers: [],
    });
    expect(plan?.steps.filter(({ action }) => action !== 'keep').map(({ name }) => name)).toEqual([
      'gateway',
    ]);
  });
});

describe('what a gateway need not or cannot go', () => {
  const withoutNps = { asked: undefined! };
  it.each<[string, Partial<VpnGateway>, Given, Partial<Facts>]>([
    ['MigrationNotNeeded', {}, { path: 'az-sku' }, {}],
    ['MigrationNotNeeded', {}, { path: 'standard-public-ip' }, {}],
    ['MigrationNotNeeded', {}, { path: 'without-sstp', protocols: ['IkeV2'] }, {}],
    ['MigrationNotNeeded', {}, { path: 'to-radius' }, {}],
    ['MigrationNotNeeded', {}, { path: 'own-secrets' }, {}],
    ['MigrationNotNeeded', {}, { path: 'own-policy' }, { asked: request({ nps: { networkPolicy: 'own' } }) }],
    ['MigrationNotPossible', { sku: 'VpnGw1' }, { path: 'az-sku' }, { publicIps: [pip('Basic')] }],
    ['MigrationNotPossible', { sku: 'Standard' }, { path: 'az-sku' }, {}],
    ['MigrationNotPossible', { sku: 'Basic' }, { path: 'az-sku' }, {}],
    [
      'MigrationNotPossible',
      { activeActive: true },
      { path: 'standard-public-ip' },
      { publicIps: [pip('Basic')] },
    ],
    ['MigrationNotPossible', { sku: 'Basic' }, { path: 'standard-public-ip' }, { publicIps: [pip('Basic')] }],
    ['MigrationNotPossible', client({ protocols: ['SSTP'] }), { path: 'to-entra', entra }, {}],
    ['MigrationNotPossible', {}, { path: 'to-entra', entra }, withoutNps],
    ['MigrationNotPossible', client(certificates), { path: 'second-server' }, {}],
    ['MigrationNotPossible', client(certificates), { path: 'own-policy' }, {}],
  ])('%s', (code, standing, given, more) => {
    const { plan, problems } = plannedFor(standing, given, more);
    expect(plan).toBeUndefined();
    expect(codes(problems)).toContain(code);
    expect(problems.find((one) => one.code === code)?.target).toBe('path');
  });

  it('without a gateway: a plan would create one', () => {
    const { gateway: _, ...facts } = inPlace();
    const { problems } = makePlan(request(), { ...facts, migrates: { gatewayId, path: 'az-sku' } }, defaults);
    expect(problems).toContainEqual({
      code: 'GatewayMissing',
      message: `There is no VPN gateway ${gatewayId} to migrate.`,
      target: 'virtualNetworkGatewayId',
    });
  });

  it('at the end of a path that somebody else has gone to its end meanwhile is no problem', () => {
    const { problems } = plannedFor(client({ protocols: ['IkeV2'] }), {
      path: 'without-sstp',
      protocols: ['IkeV2'],
      isLastPart: true,
    });
    expect(problems).toEqual([]);
  });

  it('at its end still stops what Azure would refuse by now', () => {
    const { problems } = plannedFor(
      { activeActive: true },
      { path: 'standard-public-ip', isLastPart: true },
      { publicIps: [pip('Basic')] },
    );
    expect(codes(problems)).toContain('MigrationNotPossible');
  });
});
