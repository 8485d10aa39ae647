import { describe, expect, it } from 'vitest';
import { optInOf, orderFromTags, requestFromTags } from '../../../shared/deployment/vnet-tags.ts';

const id =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub';
const read = (tags: Record<string, string>) => requestFromTags(id, tags, 'event-1');

describe('the tags of a VNet', () => {
  it('say what its gateway shall be, and nothing of NPS servers and secrets', () => {
    const { request, problems } = read({
      'vpn-radius': 'enabled',
      'VPN-Radius-SKU': 'vpngw2az',
      'vpn-radius-active-active': 'yes',
      'vpn-radius-pool': '172.16.7.0/24',
      'vpn-radius-protocols': 'IKEv2, openvpn',
      'cost-centre': '4711',
    });
    expect(problems).toEqual([]);
    expect(request).toMatchObject({
      gateway: { sku: 'VpnGw2AZ', activeActive: true },
      pointToSite: { addressPool: ['172.16.7.0/24'], protocols: ['IkeV2', 'OpenVPN'] },
      radius: {},
      nps: {},
    });
  });

  it.each<[string, string, object]>([
    ['vpn-radius-pool', 'auto', { pointToSite: { addressPool: 'auto' } }],
    ['vpn-radius-pool', ' Auto ', { pointToSite: { addressPool: 'auto' } }],
    [
      'vpn-radius-pool',
      '172.16.7.0/24;172.16.8.0/24,  172.16.9.0/24 ',
      { pointToSite: { addressPool: ['172.16.7.0/24', '172.16.8.0/24', '172.16.9.0/24'] } },
    ],
    ['vpn-radius-protocols', ', IkeV2', { pointToSite: { protocols: ['IkeV2'] } }],
    ['vpn-radius-gateway-subnet', ' 10.0.255.0/27 ', { gatewaySubnetPrefix: '10.0.255.0/27' }],
    ['vpn-radius-sku', ' VpnGw3AZ ', { gateway: { sku: 'VpnGw3AZ' } }],
    ...['true', 'Yes', 'on', '1', 'enabled', 'required'].map((word): [string, string, object] => [
      'vpn-radius-approval',
      word,
      { approval: { required: true, timeoutDays: 7 } },
    ]),
    ...['false', 'No', 'off', '0', 'disabled'].map((word): [string, string, object] => [
      'vpn-radius-active-active',
      word,
      { gateway: { activeActive: false } },
    ]),
  ])('%s=%s is read as in a ticket', (tag, value, expected) => {
    const { request, problems } = read({ 'vpn-radius': 'enabled', [tag]: value });
    expect(problems).toEqual([]);
    expect(request).toMatchObject(expected);
  });

  it.each([
    ['vpn-radius-active-active', 'please', 'has the value "please": must be true or false.'],
    ['vpn-radius-active-active', '', 'has the value "": must be true or false.'],
    [
      'vpn-radius-pool',
      '172.16.7.1/24',
      'has the value "172.16.7.1/24": must be an IPv4 prefix without host bits, such as 10.0.255.0/27.',
    ],
    [
      'vpn-radius-sku',
      'Basic',
      'has the value "Basic": Basic is not offered: choose VpnGw1AZ to VpnGw5AZ. Basic has no RADIUS, legacy and non-AZ SKUs are retired.',
    ],
  ])('%s=%s is told with what would be right, and the other tags still count', (tag, value, message) => {
    const { request, problems } = read({
      'vpn-radius': 'enabled',
      [tag]: value,
      'vpn-radius-protocols': 'OpenVPN',
    });
    expect(problems).toEqual([{ code: 'TagInvalid', message: `The tag ${tag} ${message}`, target: tag }]);
    expect(request.pointToSite.protocols).toEqual(['OpenVPN']);
  });

  it('that accept a finding are no wish', () => {
    const { problems } = read({ 'vpn-radius': 'enabled', 'vpn-radius-waive-radius-single-server': 'x' });
    expect(problems).toEqual([]);
  });

  it('that are wrong are all told in one refusal', () => {
    const tags = { 'vpn-radius': 'please', 'vpn-radius-sku': 'Basic', 'vpn-radius-pool': 'x' };
    const { refused: it, ...order } = orderFromTags({ id, tags }, 'event-1')!;
    expect(it!.message).toBe(
      `Nothing was written, because the VNet's tags are not valid. The tag vpn-radius has the value "please". Write enabled, or write disabled when the VNet needs no VPN. ${it!
        .details!.slice(1)
        .map(({ message }) => message)
        .join(' ')}`,
    );
    expect(it!.details!.map(({ target }) => target)).toEqual(Object.keys(tags));
    expect(order).toMatchObject({ isSeen: true, tries: 1 });
  });

  it('that are right make an order without a refusal', () => {
    expect(orderFromTags({ id, tags: { 'vpn-radius': 'enabled' } }, 'event-1')).not.toHaveProperty('refused');
  });

  it.each([
    [{}, undefined],
    [{ 'cost-centre': 'enabled' }, undefined],
    [{ 'cost-centre': '4711', 'VPN-Radius': 'enabled' }, 'VPN-Radius'],
    [{ 'vpn-radius': ' Off ' }, undefined],
  ])('%j ask for VPN by %s', (tags, tag) => {
    expect(optInOf(tags as Record<string, string>)?.tag).toBe(tag);
  });

  it.each([
    ['vpn-radius-secret-name', 'radius-hub', 'TagNotAllowed', 'radius.secretName'],
    ['VPN-RADIUS-SECRET-NAME', 'radius-hub', 'TagNotAllowed', 'VPN-RADIUS-SECRET-NAME'],
    ['vpn-radius-server', '10.0.1.4', 'TagUnknown', 'vpn-radius-sku, '],
    ['vpn-radius-toString', 'x', 'TagUnknown', 'vpn-radius-toString'],
  ])('%s is no wish, and the deployment says so', (tag, value, code, named) => {
    const { request, problems } = read({ 'vpn-radius': 'enabled', [tag]: value });
    expect(problems).toEqual([{ code, message: expect.stringContaining(named), target: tag }]);
    expect(request.radius).toEqual({});
    const order = orderFromTags({ id, tags: { 'vpn-radius': 'enabled', [tag]: value } }, 'event-1');
    expect(order?.refused).toMatchObject({ code: 'InvalidTags', details: [{ target: tag }] });
  });

  it.each([
    ['true', undefined],
    [' YES ', undefined],
    ['please', 'TagInvalid'],
  ])('vpn-radius=%s counts as asked', (value, code) => {
    const order = orderFromTags({ id, tags: { 'vpn-radius': value } }, 'event-1');
    expect(order).toBeDefined();
    expect(order?.refused?.details?.[0]?.code).toBe(code);
  });

  it.each(['disabled', 'no', '', '0'])('vpn-radius=%s asks for nothing', (value) => {
    expect(
      orderFromTags({ id, tags: { 'vpn-radius': value, 'vpn-radius-sku': 'x' } }, 'event-1'),
    ).toBeUndefined();
  });
});
