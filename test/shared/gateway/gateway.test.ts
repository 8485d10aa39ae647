import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../shared/deployment/planning.ts';
import {
  formDifferences,
  gatewayDifferences,
  secretDifference,
} from '../../../shared/gateway/differences.ts';
import {
  gatewayIdOf,
  gatewayInPlace,
  gatewayOfSubnet,
  gatewayWish,
} from '../../../shared/gateway/gateway.ts';
import type { GatewayWish } from '../../../shared/gateway/model.ts';
import { defaults, gateway, gatewayId, hub, hubId, inPlace, network, request } from '../hub.ts';

const other = { address: '10.0.1.5', score: 20 };
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

describe('the gateway that a plan writes', () => {
  it.each<[string, Parameters<typeof gateway>[0] | undefined, object, boolean]>([
    ['none', undefined, {}, false],
    ['that of GatewaySubnet', {}, {}, true],
    ['by its name, in any case', {}, { name: 'VPNGW-HUB' }, true],
    ['not under another name', {}, { name: 'edge' }, false],
    ['not one of ExpressRoute', { gatewayType: 'ExpressRoute' }, {}, false],
    ['not one of another VNet', { subnetId: `${hubId}-2/subnets/GatewaySubnet` }, {}, false],
  ])('%s', (_, its, named, expected) => {
    const standing = its && gateway(its);
    const inPlace = gatewayInPlace(request({ gateway: named }), hub(), standing);
    expect(inPlace).toBe(expected ? standing : undefined);
  });

  it('gets the Entra sign-in of a plan, and loses what the plan ends', () => {
    const { plan } = makePlan(request(), inPlace(), defaults);
    const entra = { tenant: 't', audience: 'a', issuer: 'i' };
    expect(gatewayWish({ ...plan!, entra, endsSignIn: ['Radius'] }, { owner: 'net' })).toMatchObject({
      pointToSite: { entra, endsSignIn: ['Radius'] },
      tags: { owner: 'net' },
    });
    for (const name of ['entra', 'endsSignIn', 'groups']) expect(wish.pointToSite).not.toHaveProperty(name);
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

  it('are told as done, and those that only give something back can be repaired without asking', () => {
    const its = gateway().pointToSite!;
    const standing = gateway({
      sku: 'VpnGw2AZ',
      tags: { owner: 'net', kept: 'yes' },
      pointToSite: {
        ...its,
        protocols: ['SSTP'],
        radiusServers: [{ address: '10.0.1.9', score: 30 }, other],
      },
    });
    const done = gatewayDifferences(standing, {
      ...wish,
      activeActive: true,
      tags: { owner: 'ops', kept: 'yes' },
      pointToSite: { ...its, radiusServers: [...its.radiusServers, { ...other, score: 7 }] },
    });
    expect(done.map(({ done: text, givesBack }) => `${text}${givesBack ? ' (gives back)' : ''}`)).toEqual([
      'SKU changed from VpnGw2AZ to VpnGw1AZ',
      'gateway made active-active',
      'tag owner set to ops',
      'protocol IkeV2 added',
      'protocol SSTP removed',
      'RADIUS server 10.0.1.4 added (gives back)',
      'RADIUS server 10.0.1.9 removed',
      'score of RADIUS server 10.0.1.5 changed from 20 to 7 (gives back)',
    ]);
    expect(done.find(({ found }) => found.includes('score'))!.found).toBe(
      'RADIUS server 10.0.1.5 has the score 20, but 7 is wanted',
    );
    expect(formDifferences(standing, { ...wish, sku: 'vpngw2az' })).toEqual([]);
    expect(secretDifference('10.0.1.4')).toEqual({
      found: 'the shared secret of RADIUS server 10.0.1.4 is different',
      done: 'shared secret of RADIUS server 10.0.1.4 replaced',
    });
  });

  it('the id of the plan is that of the gateway in place', () => {
    expect(makePlan(request(), inPlace(), defaults).plan?.gatewayId).toBe(gatewayId);
  });
});
