import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { gatewayDifferences } from '../../../shared/gateway/differences.ts';
import { gatewayIdOf, gatewayOfSubnet, gatewayWish } from '../../../shared/gateway/gateway.ts';
import type { GatewayWish } from '../../../shared/gateway/model.ts';
import { defaults, gateway, gatewayId, hub, inPlace, network, request } from '../hub.ts';

const wish = gatewayWish(makePlan(request(), inPlace(), defaults).plan!);

describe('which gateway a request is about', () => {
  it.each([
    ['the default', {}, undefined, 'vpngw-hub'],
    ['the named one', { name: 'edge' }, undefined, 'edge'],
    ['the one that is there', {}, 'corp', 'corp'],
    ['the named one, though another is there', { name: 'edge' }, 'corp', 'edge'],
  ])('%s', (_, named, standing, expected) => {
    const existing = standing
      ? gateway({ name: standing, id: network('virtualNetworkGateways', standing) })
      : undefined;
    expect(gatewayIdOf(request({ gateway: named }), hub(), existing)).toBe(
      network('virtualNetworkGateways', expected),
    );
  });

  it('keeps within 80 characters and ends in no dot or hyphen', () => {
    const name = `${'a'.repeat(73)}.b`;
    expect(gatewayIdOf(request(), hub({ name })).split('/').at(-1)).toBe(`vpngw-${'a'.repeat(73)}`);
  });

  it('prefers the VPN gateway to the ExpressRoute gateway beside it', () => {
    const expressRoute = gateway({ gatewayType: 'ExpressRoute', name: 'ergw' });
    expect(gatewayOfSubnet([expressRoute, gateway()])?.name).toBe('vpngw-hub');
    expect(gatewayOfSubnet([expressRoute])?.name).toBe('ergw');
    expect(gatewayOfSubnet([])).toBeUndefined();
  });
});

describe('differences', () => {
  it('are none for what Azure answers to the wish: other order, other case, no authentication types', () => {
    const wanted: GatewayWish = {
      ...wish,
      pointToSite: { ...wish.pointToSite, protocols: ['IkeV2', 'OpenVPN'] },
    };
    const answered = gateway({
      publicIpIds: wish.publicIpIds.map((id) => id.replace('resourceGroups', 'resourcegroups')),
      pointToSite: { ...gateway().pointToSite!, protocols: ['OpenVPN', 'IkeV2'], authenticationTypes: [] },
    });
    expect(gatewayDifferences(answered, wanted)).toEqual([]);
  });

  it('are told one by one', () => {
    const { pointToSite: _, ...siteToSite } = gateway({ sku: 'VpnGw2AZ', tags: { owner: 'net' } });
    expect(
      gatewayDifferences(siteToSite, {
        ...wish,
        activeActive: true,
        publicIpIds: [...wish.publicIpIds, '/pip-2'],
        tags: { 'vpn-radius': 'yes' },
      }).map(({ found }) => found),
    ).toEqual([
      'SKU is VpnGw2AZ, but VpnGw1AZ is wanted',
      'the gateway is active-standby, but active-active is wanted',
      'public IP address /pip-2 is missing',
      'tag vpn-radius is not set, but yes is wanted',
      'address pool 172.16.0.0/24 is missing',
      'protocol IkeV2 is missing',
      'authentication type Radius is missing',
      'RADIUS server 10.0.1.4 is missing',
    ]);
  });

  it('the id of the plan is that of the gateway in place', () => {
    expect(makePlan(request(), inPlace(), defaults).plan?.gatewayId).toBe(gatewayId);
  });
});
