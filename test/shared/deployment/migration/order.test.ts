import { describe, expect, it } from 'vitest';
import {
  isRotation,
  migrationOrder,
  migrationRequest,
} from '../../../../shared/deployment/migration/request.ts';
import { gateway, gatewayId, hubId, npsId, request } from '../../hub.ts';

const { ticket } = request();
const tenantId = '99999999-8888-4777-8666-555555555555';
const second = { address: '10.0.1.5', host: `${npsId}-2` };
const known = [{ address: '10.0.1.4', host: npsId }];
const order = (asked: object, standing = gateway(), machines = known) =>
  migrationOrder(
    { ...migrationRequest.parse({ virtualNetworkGatewayId: gatewayId, ...asked }), ticket },
    standing,
    hubId,
    machines,
  );

describe('the order of a migration', () => {
  it('names only what its path asks for', () => {
    const { order: its, problems } = order({ path: 'az-sku', approval: { required: true } });
    expect(problems).toEqual([]);
    expect(its.migrates).toStrictEqual({ gatewayId: gateway().id, path: 'az-sku' });
    expect(its.isSeen).toBe(true);
    expect(its.request).toMatchObject({
      ticket,
      virtualNetworkId: hubId,
      gateway: { name: 'vpngw-hub' },
      approval: { required: true, timeoutDays: 30 },
    });
    expect(its.request.pointToSite.protocols).toBeUndefined();
  });

  it('has the protocols that stay', () => {
    const { order: its } = order({ path: 'without-sstp', pointToSite: { protocols: ['IkeV2'] } });
    expect(its.request.pointToSite.protocols).toEqual(['IkeV2']);
    expect(its.migrates).toMatchObject({ protocols: ['IkeV2'] });
  });

  it('asks for a policy of its own', () => {
    expect(order({ path: 'own-policy' }).order.request.nps.networkPolicy).toBe('own');
    expect(order({ path: 'own-secrets' }).order.request.nps.networkPolicy).not.toBe('own');
  });

  it('takes what is asked of NPS', () => {
    const asked = { path: 'to-radius', radius: { servers: [second] }, nps: { networkPolicy: 'Staff' } };
    expect(order(asked).order.request).toMatchObject({
      nps: { networkPolicy: 'Staff' },
      radius: { servers: [second] },
    });
  });

  it('names the tenant of Entra as Azure wants it', () => {
    const { order: its } = order({ path: 'to-entra', entra: { tenantId, tenantReady: true } });
    expect(its.migrates!.entra).toEqual({
      tenant: `https://login.microsoftonline.com/${tenantId}`,
      audience: 'c632b3df-fb67-4d84-bdcf-b95ad541b5c8',
      issuer: `https://sts.windows.net/${tenantId}/`,
    });
  });

  it('is found by all that it asks for', () => {
    const of = (...given: Parameters<typeof order>) => order(...given).order.fingerprint;
    const usual = of({ path: 'own-policy' });
    expect(usual).toMatch(/^[0-9a-f]{32}$/);
    expect(of({ path: 'own-policy' }, gateway({ id: gatewayId.toUpperCase() }))).toBe(usual);
    const sstp = (...protocols: string[]) => of({ path: 'without-sstp', pointToSite: { protocols } });
    const all = [usual, of({ path: 'az-sku' }), sstp('IkeV2'), sstp('OpenVPN')];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('a second server', () => {
  const asked = (...servers: object[]) => ({ path: 'second-server', radius: { servers } });
  const one = { address: '10.0.1.4', host: npsId };

  it('comes beside the one that the gateway has, whose machine is known or named', () => {
    const both = [expect.objectContaining(one), expect.objectContaining(second)];
    expect(order(asked(second))).toMatchObject({
      problems: [],
      order: { request: { radius: { servers: both } } },
    });
    expect(order(asked(one, second), gateway(), [])).toMatchObject({
      problems: [],
      order: { request: { radius: { servers: both } } },
    });
  });

  it('comes beside the first of two machines that are known', () => {
    const machines = [{ address: '10.0.1.9', host: `${npsId}-9` }, ...known];
    expect(order(asked(second), gateway(), machines).order.request.radius.servers).toMatchObject([
      one,
      second,
    ]);
  });

  it('may be the machine of a server that another gateway has', () => {
    const machines = [...known, { address: '10.0.9.9', host: second.host }];
    expect(order(asked(second), gateway(), machines).problems).toEqual([]);
  });

  it('is refused for a gateway without point-to-site', () => {
    const { pointToSite: _, ...bare } = gateway();
    expect(order(asked(second), bare).problems).toMatchObject([
      { message: expect.stringContaining('names 1 servers together with those of vpngw-hub (none)') },
    ]);
  });

  it.each<[string, object[], typeof known, string]>([
    [
      'the gateway has two already',
      [{ address: '10.0.1.6', host: `${npsId}-3` }],
      [...known, second],
      'FieldInvalid: names 3 servers together with those of vpngw-hub (10.0.1.4, 10.0.1.5), but the path second-server needs one existing and one new server',
    ],
    [
      'the machine of the first is not known',
      [second],
      [],
      'NpsHostUnknown: It is not known which machine the RADIUS server 10.0.1.4 of vpngw-hub is. Name it too, with its host.',
    ],
    [
      'only the first is named',
      [one],
      known,
      'FieldInvalid: names 1 servers together with those of vpngw-hub (none), but the path second-server needs one existing and one new server',
    ],
    [
      'there would be three',
      [second, { address: '10.0.1.6', host: `${npsId}-3` }],
      known,
      'FieldInvalid: names 3 servers together with those of vpngw-hub (10.0.1.4), but the path second-server needs one existing and one new server',
    ],
    [
      'it is the machine of the first',
      [{ ...second, host: npsId.toUpperCase() }],
      known,
      `FieldInvalid: names ${npsId.toUpperCase()}, which is the machine of the first server`,
    ],
  ])('is refused where %s', (_, servers, machines, problem) => {
    const two = ['10.0.1.4', '10.0.1.5'].map((address) => ({ address, score: 30 }));
    const radiusServers = machines.length > 1 ? two : gateway().pointToSite!.radiusServers;
    const standing = gateway({ pointToSite: { ...gateway().pointToSite!, radiusServers } });
    const { problems } = order(asked(...servers), standing, machines);
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([problem]);
    expect(problems[0]!.target).toBe('radius.servers');
  });
});

it.each([
  ['own-secrets', true],
  ['own-policy', false],
] as const)('%s is a rotation: %s', (path, expected) => expect(isRotation(path)).toBe(expected));
