import { describe, expect, it } from 'vitest';
import { type PlanNeeds, planFromFacts, priced } from '../../../../functions/deployment/planning/facts.ts';
import { failed } from '../../../../shared/core/errors.ts';
import type { TakenPrefixes, VirtualNetwork, VpnGateway } from '../../../../shared/gateway/model.ts';
import type { Secret } from '../../../../shared/secret/model.ts';
import {
  defaults,
  gateway,
  gatewayId,
  hub,
  hubSecret,
  network,
  npsHost,
  npsId,
  request,
  subnet,
} from '../../../shared/hub.ts';
import { vault } from '../steps/vault.ts';

interface World {
  readonly virtualNetwork?: VirtualNetwork | undefined;
  readonly standing?: VpnGateway;
  readonly pools?: readonly TakenPrefixes[] | Error;
  readonly secret?: Partial<Secret>;
  /** What the gateway holds for its server. */
  readonly held?: string;
  readonly more?: Partial<PlanNeeds>;
}

/** Azure, NPS and Key Vault as `world` says, each counting what it is asked for. */
function needsOf({ standing, pools = [], secret, held = '', more, ...world }: World = {}) {
  const asked: string[] = [];
  const told = <T>(what: string, value: T) => {
    asked.push(what);
    if (value instanceof Error) throw value;
    return value;
  };
  const { secrets, rows } = vault(secret ? { [hubSecret().name]: secret } : {});
  const virtualNetwork = 'virtualNetwork' in world ? world.virtualNetwork : hub();
  const needs = {
    virtualNetworks: {
      read: async () => told('virtualNetwork', virtualNetwork),
      managerOf: async () => told('managerOf', undefined),
      readRouteTable: async (id: string) =>
        told(`routeTable ${id}`, { id, bgpRoutePropagationDisabled: false, routes: [] }),
      onPremisesPrefixes: async () => told('onPremises', []),
    },
    publicIps: { read: async () => told('publicIp', undefined) },
    gateways: {
      read: async (id: string) => told(`gateway ${id}`, standing),
      addressPools: async (ids: readonly string[]) => told(`pools ${ids.join()}`, pools),
      connectedNetworks: async () => told('connections', []),
      radiusSecrets: async () => told('radiusSecrets', [{ address: '10.0.1.4', secret: held }]),
    },
    npsServers: { readHost: async (id: string) => told(`host ${id}`, npsHost()) },
    prices: { gatewayMonth: async () => told('price', 140) },
    secrets,
    rows,
    defaults,
    subscriptionIds: ['99999999-2222-4333-8444-555555555555'],
    ...more,
  } as unknown as PlanNeeds;
  return { needs, asked };
}

const inSubnet = hub({
  subnets: [
    subnet('servers', '10.0.1.0/24'),
    subnet('GatewaySubnet', '10.0.255.224/27', { gatewayIds: [gatewayId] }),
  ],
});

describe('planning from what is read', () => {
  it('of a VNet that is not there asks for nothing else', async () => {
    const { needs, asked } = needsOf({ virtualNetwork: undefined });
    const { problems } = await planFromFacts(needs, request(), []);
    expect(problems).toMatchObject([{ code: 'VirtualNetworkNotFound', target: 'virtualNetworkId' }]);
    expect(asked).toEqual(['virtualNetwork']);
  });

  it('asks for the pools first, in the subscriptions of the settings and of the VNet', async () => {
    const { needs, asked } = needsOf({ pools: failed('AuthorizationFailed', 'Reader is missing.') });
    await expect(planFromFacts(needs, request(), [])).rejects.toMatchObject({ code: 'AuthorizationFailed' });
    expect(asked).toEqual([
      'virtualNetwork',
      `pools ${needs.subscriptionIds[0]},11111111-2222-4333-8444-555555555555`,
    ]);
  });

  it('writes nothing and creates what is missing', async () => {
    const { needs, asked } = needsOf();
    const { plan } = await planFromFacts(needs, request(), []);
    expect(plan?.steps.filter(({ action }) => action === 'create').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['gatewaySubnet', 'publicIp', 'radiusSecret', 'gateway']),
    );
    expect(asked).toContain(`host ${npsId}`);
    expect(asked).not.toContain('radiusSecrets');
    expect(asked).not.toContain('price');
  });

  it('finds the gateway by GatewaySubnet, whatever its name', async () => {
    const elsewhere = network('virtualNetworkGateways', 'of-an-earlier-year');
    const virtualNetwork = hub({ subnets: [{ ...inSubnet.subnets[1]!, gatewayIds: [elsewhere] }] });
    const { needs } = needsOf({
      virtualNetwork,
      standing: gateway({ id: elsewhere, name: 'of-an-earlier-year' }),
    });
    const { plan } = await planFromFacts(
      needs,
      request({ pointToSite: { addressPool: ['172.16.0.0/24'] } }),
      [],
    );
    expect(plan?.gatewayId).toBe(elsewhere);
  });

  it.each([
    ['the same secret', 'held-on-both-sides-4711', false],
    ['another', 'of-before', true],
  ])('compares what the gateway holds with Key Vault in memory: %s', async (_, held, replaces) => {
    const value = 'held-on-both-sides-4711';
    const secret = { value, gatewayId, host: npsId };
    const { needs } = needsOf({ virtualNetwork: inSubnet, standing: gateway(), secret, held });
    const planned = await planFromFacts(needs, request(), []);
    expect(planned.takesAway.some(({ what }) => /secret/i.test(what))).toBe(replaces);
    expect(JSON.stringify(planned)).not.toMatch(/4711|of-before/);
  });

  it("counts a pool that is claimed and known to Azure once, and never the VNet's own", async () => {
    const other = network('virtualNetworkGateways', 'vpngw-spoke');
    const claim = { by: other.toUpperCase(), prefixes: ['172.16.0.0/24'] };
    const own = { by: gatewayId, prefixes: ['172.16.1.0/24'] };
    const { needs } = needsOf({ pools: [{ ...claim, by: other }, own] });
    const wish = request({ pointToSite: { addressPool: ['172.16.0.0/24'] } });
    const { problems } = await planFromFacts(needs, wish, [claim]);
    expect(problems.filter(({ message }) => message.includes('vpngw-spoke'))).toHaveLength(1);
    expect(
      (await planFromFacts(needs, request({ pointToSite: { addressPool: ['172.16.1.0/24'] } }), [])).problems,
    ).toEqual([]);
  });
});

describe('what a gateway costs', () => {
  it('is asked for when it is created, and once', async () => {
    const { needs, asked } = needsOf();
    const { plan } = await planFromFacts(needs, request(), []);
    const known = await priced(needs.prices, plan!);
    expect(known.estimatedMonthlyCost).toBe(140);
    expect(await priced(needs.prices, known)).toBe(known);
    expect(asked.filter((what) => what === 'price')).toHaveLength(1);
  });

  it('is nothing more for one that exists', async () => {
    const secret = { value: 'held-on-both-sides-4711', gatewayId, host: npsId };
    const { needs, asked } = needsOf({
      virtualNetwork: inSubnet,
      standing: gateway(),
      secret,
      held: 'held-on-both-sides-4711',
    });
    const { plan } = await planFromFacts(needs, request(), []);
    expect(await priced(needs.prices, plan!)).toBe(plan);
    expect(asked).not.toContain('price');
  });
});
