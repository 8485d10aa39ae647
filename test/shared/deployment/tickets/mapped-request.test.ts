import { describe, expect, it } from 'vitest';
import { requestFrom } from '../../../../shared/deployment/tickets/mapped-request.ts';

const sources = {
  'gateway.sku': 'sku',
  kind: 'what',
  'radius.servers.0.address': 'nps_1_address',
  'radius.servers.0.host': 'nps_1_host',
  'radius.servers.1.address': 'nps_2_address',
  'radius.servers.1.score': 'nps_2_score',
  'ticket.id': 'number',
  virtualNetworkId: 'vnet',
};
const from = (values: object, of: object = sources) =>
  requestFrom(new Map(Object.entries(values)), new Map(Object.entries(of)), false, undefined);

describe('the kind of a ticket', () => {
  it.each([
    ['remove', 'remove'],
    ['REMOVE', 'remove'],
    ['deploy', undefined],
    ['Deploy', undefined],
    ['Do not remove', 'Do not remove'],
    ['remove nothing', 'remove nothing'],
    ['redeploy', 'redeploy'],
    ['deploy later', 'deploy later'],
  ])('"%s" is %s', (kind, expected) => {
    const values = { kind, virtualNetworkId: '/vnet', keepGateway: true, 'gateway.sku': 'VpnGw1AZ' };
    const { input } = from(values);
    expect(input.kind).toBe(expected);
    expect(input.virtualNetworkId).toBe('/vnet');
    const isRemoval = expected === 'remove';
    expect([input.keepGateway, input.gateway !== undefined]).toEqual([
      isRemoval ? true : undefined,
      !isRemoval,
    ]);
  });

  it('that nobody asked for is a deployment, which names no gateway by its id', () => {
    const { input } = from({ virtualNetworkGatewayId: '/gateway', virtualNetworkId: '/vnet' });
    expect(input).toEqual({ virtualNetworkId: '/vnet' });
  });
});

describe('the servers of a form', () => {
  it('are a list without a gap', () => {
    expect(from({ 'radius.servers.1.address': '10.0.1.5', 'radius.servers.1.score': 7 }).input).toEqual({
      radius: { servers: [{ address: '10.0.1.5', score: 7 }] },
    });
    expect(from({ 'radius.servers.0.host': '/nps-01', 'radius.servers.1.host': '/nps-02' }).input).toEqual({
      radius: { servers: [{ host: '/nps-01' }, { host: '/nps-02' }] },
    });
  });

  it('are none where only a score is filled in, and a secret stays beside them', () => {
    expect(from({ 'radius.servers.1.score': 7, 'radius.secretName': 'radius-hub' }).input).toEqual({
      radius: { secretName: 'radius-hub' },
    });
    const { input } = from({ 'radius.servers.0.address': '10.0.1.4', 'radius.secretName': 'radius-hub' });
    expect(input).toEqual({ radius: { servers: [{ address: '10.0.1.4' }], secretName: 'radius-hub' } });
  });

  it('come whole from one field too', () => {
    expect(from({ 'radius.servers': [{ address: '10.0.1.4' }] }).input).toEqual({
      radius: { servers: [{ address: '10.0.1.4' }] },
    });
  });
});

describe('a ticket asks for something', () => {
  it.each<[string, object, boolean]>([
    ['where a field of the form is filled in', { 'gateway.sku': 'VpnGw1AZ', 'ticket.id': 'REQ1' }, false],
    ['not by its number alone', { 'ticket.id': 'REQ1' }, true],
    ['not by what every ticket gets', { 'approval.required': true, 'ticket.system': 'jira' }, true],
    ['not when it is empty', {}, true],
  ])('%s', (_, values, isEmpty) => {
    expect(from(values).isEmpty).toBe(isEmpty);
  });
});

describe('the field that a problem is about', () => {
  it.each([
    ['gateway.sku', 'sku'],
    ['virtualNetworkId', 'vnet'],
    ['radius.servers[0].address', 'nps_2_address'],
    ['radius.servers.0.address', 'nps_2_address'],
    ['radius.servers[0].score', 'nps_2_score'],
    ['radius.servers[12].address', 'radius.servers[12].address'],
    ['radius.servers', 'nps_1_address'],
    ['radius', 'nps_1_address'],
    ['kind.x[3]', 'what'],
    ['gateway', 'sku'],
    ['gateway.name', 'gateway.name'],
    ['gateway.skus', 'gateway.skus'],
    ['kind[12]', 'what'],
    ['approval.required', 'approval.required'],
  ])('%s is %s, where only the second server is filled in', (target, field) => {
    expect(from({ 'radius.servers.1.address': '10.0.1.5' }).targetInSource(target)).toBe(field);
  });

  it('of the first server is its own, where both are filled in', () => {
    const both = from({ 'radius.servers.0.address': '10.0.1.4', 'radius.servers.1.address': '10.0.1.5' });
    expect(both.targetInSource('radius.servers[0].address')).toBe('nps_1_address');
    expect(both.targetInSource('radius.servers[1].address')).toBe('nps_2_address');
  });

  it('of a removal that names neither is the gateway', () => {
    const of = { virtualNetworkGatewayId: 'gateway', virtualNetworkId: 'vnet' };
    expect(from({ kind: 'remove' }, of).targetInSource('virtualNetworkGatewayId')).toBe('gateway');
  });
});
