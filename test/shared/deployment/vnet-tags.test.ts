import { describe, expect, it } from 'vitest';
import { orderFromTags, requestFromTags } from '../../../shared/deployment/vnet-tags.ts';

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
    ['YES', undefined],
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
