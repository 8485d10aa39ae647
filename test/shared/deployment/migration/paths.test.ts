import { describe, expect, it } from 'vitest';
import type { Facts, Migration } from '../../../../shared/deployment/contract.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import type { PointToSite, PublicIpAddress, VpnGateway } from '../../../../shared/gateway/model.ts';
import { defaults, gateway, gatewayId, inPlace, network, request } from '../../hub.ts';

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
      { authenticationTypes: ['Certificate', 'Radius'], migration: { part: 'first' } },
    ],
    [
      'RADIUS in place of certificates over IKEv2',
      client(certificates),
      { path: 'to-radius' },
      { authenticationTypes: ['Radius'], endsSignIn: ['Certificate'], migration: { part: 'only' } },
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
      { authenticationTypes: ['Radius', 'AAD'], protocols: ['IkeV2', 'OpenVPN'], entra, servers: [] },
    ],
  ])('%s', (_, standing, given, expected) => {
    const asks = given.path === 'to-radius' ? { radius: request().radius } : {};
    const { plan, problems } = plannedFor(standing, given, {}, asks);
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
    expect(codes(problems)).toContain('GatewayMissing');
  });

  it('at the end of a path that somebody else has gone to its end meanwhile is no problem', () => {
    const { problems } = plannedFor(client({ protocols: ['IkeV2'] }), {
      path: 'without-sstp',
      protocols: ['IkeV2'],
      isLastPart: true,
    });
    expect(problems).toEqual([]);
  });
});
