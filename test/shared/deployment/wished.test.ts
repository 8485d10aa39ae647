import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../shared/deployment/planning.ts';
import {
  againRequest,
  type Brought,
  type Deployed,
  keptRequest,
  npsWishOf,
  secretNamesOf,
  wishOf,
} from '../../../shared/deployment/wished.ts';
import { gatewayWish } from '../../../shared/gateway/gateway.ts';
import { defaults, facts, gateway, gatewayId, inPlace, npsId, request } from '../hub.ts';

const other = npsId.replace(/nps-01$/, 'nps-02');
const servers = [
  { address: '10.0.1.4', score: 30, host: npsId },
  { address: '10.0.1.5', score: 20, host: other },
];
const [two, none] = [request({ radius: { servers } }), request({ radius: {} })];
const { plan } = makePlan(request(), facts(), defaults);
const wish = gatewayWish(plan!);
const brings = (addresses: readonly string[]): Brought => ({
  wish: { ...wish, pointToSite: { ...wish.pointToSite, radiusServers: servers } },
  servers: servers.filter(({ address }) => addresses.includes(address)),
});

describe('what a request does not name of NPS', () => {
  const asked = request({ nps: { networkPolicy: 'own', mfaExtension: 'skip' } });
  it.each([
    ['named, it is taken', { networkPolicy: 'Staff', mfaExtension: 'require' }, asked, ['Staff', 'require']],
    ['the policy stays', { mfaExtension: 'require' }, asked, ['own', 'require']],
    ['the extension stays', { networkPolicy: 'Staff' }, asked, ['Staff', 'skip']],
    ['both stay', {}, asked, ['own', 'skip']],
    [
      'of a gateway that is new, it is what the article says',
      {},
      undefined,
      ['Connections to Microsoft Routing and Remote Access server', 'require'],
    ],
  ])('%s', (_, nps, before, [networkPolicy, mfaExtension]) => {
    expect(npsWishOf(request({ nps }), before)).toEqual({ networkPolicy, mfaExtension });
  });

  it('is planned as it was asked for last', () => {
    const planned = makePlan(
      none,
      { ...inPlace(gateway()), asked },
      {
        ...defaults,
        radiusServers: [servers[0]!],
      },
    );
    expect(planned.plan).toMatchObject({ networkPolicy: 'own', mfaExtension: 'skip' });
    expect(planned.warnings.map(({ code }) => code)).toContain('MfaNotChecked');
  });
});

describe('what is remembered of a request', () => {
  it('holds what the ones before it named, however many name nothing', () => {
    const first = keptRequest(
      request({
        radius: { servers, secretName: 'radius-hub' },
        nps: { networkPolicy: 'own', mfaExtension: 'skip' },
      }),
      undefined,
      undefined,
    );
    const third = keptRequest(none, keptRequest(none, first, undefined), undefined);
    expect(third).toMatchObject({
      radius: { secretName: 'radius-hub', servers },
      nps: { networkPolicy: 'own', mfaExtension: 'skip' },
    });
    expect(keptRequest(request({ radius: { secretName: 'other' } }), third, undefined).radius).toMatchObject({
      secretName: 'other',
      servers,
    });
  });

  it('holds the machines that were named before, where a deployment found out none', () => {
    expect(keptRequest(none, two, { wish }).radius.servers).toEqual(servers);
  });

  it('holds the machines that a deployment found out', () => {
    expect(keptRequest(none, undefined, brings(['10.0.1.4', '10.0.1.5'])).radius.servers).toEqual(servers);
    expect(keptRequest(request(), undefined, brings(['10.0.1.4', '10.0.1.5'])).radius.servers).toEqual(
      request().radius.servers,
    );
  });
});

describe('what a request asks of a gateway that is there', () => {
  const theirs = { ...defaults, sku: 'VpnGw2AZ', radiusServers: [{ address: '10.0.1.7', host: npsId }] };
  it('is what the settings say, of what neither names', () => {
    const { pointToSite: _, ...bare } = gateway();
    expect(wishOf(none, bare, theirs)).toMatchObject({
      location: bare.location,
      sku: bare.sku,
      subnetId: bare.subnetId,
      publicIpIds: bare.publicIpIds,
      pointToSite: {
        addressPool: [],
        protocols: ['IkeV2'],
        authenticationTypes: ['Radius'],
        radiusServers: [{ address: '10.0.1.7', score: 30 }],
      },
    });
  });
  it('is what the gateway has, whatever the settings say', () => {
    const { pointToSite } = gateway();
    expect(wishOf(none, gateway(), theirs)).toMatchObject({ sku: 'VpnGw1AZ', pointToSite });
  });
});

describe('the secret of a server', () => {
  const chosenFor = (asked: typeof two | undefined, machine: string, held = ['10.0.1.5', '10.0.1.4']) =>
    secretNamesOf(
      none,
      asked,
      {
        gatewayId,
        gateway: gateway({
          pointToSite: {
            ...gateway().pointToSite!,
            radiusServers: held.map((address) => ({ address, score: 30 })),
          },
        }),
      },
      [{ address: '10.0.1.4', host: machine }],
    ).chosen((name) => (/^radius-vpngw-hub-[0-9a-f]{12}$/.test(name) ? {} : undefined));
  const ofAll = expect.stringMatching(/^radius-vpngw-hub-[0-9a-f]{12}$/);
  const ofIts = (name: string) => expect.stringMatching(`-${name}-[0-9a-f]{8}$`);

  it.each<[string, () => string[], unknown]>([
    ['the one of the gateway, of the machine that was asked for', () => chosenFor(two, npsId), ofAll],
    ['its own, of another machine at that address', () => chosenFor(two, `${npsId}-b`), ofIts('nps-01-b')],
    ['the one of the gateway, where nobody has named the machine', () => chosenFor(undefined, npsId), ofAll],
    ['the one of the gateway, where requests name no machine', () => chosenFor(none, npsId), ofAll],
    [
      'its own, of a machine that the gateway does not ask',
      () => chosenFor(two, `${npsId}-c`, ['10.0.1.5']),
      ofIts('nps-01-c'),
    ],
    [
      'the one of the gateway, of a machine that moved to another address',
      () => chosenFor(two, other, ['10.0.1.5']),
      ofAll,
    ],
  ])('is %s', (_, names, expected) => {
    expect(names()).toEqual([expected]);
  });
});

describe('a repair applies again', () => {
  const deployed = (brought: Brought | undefined, last = none): Deployed => ({
    gatewayId,
    request: last,
    asked: keptRequest(last, two, brought),
    wish: brought?.wish,
    secrets: [],
    isSettled: true,
  });
  it('the servers of the last deployment, also where its request named none', () => {
    expect(againRequest(deployed(brings(['10.0.1.4', '10.0.1.5']))).radius.servers).toEqual(servers);
  });
  it('no servers where the machine of one is unknown: naming the others would take it away', () => {
    expect(againRequest(deployed(brings(['10.0.1.4']))).radius.servers).toBeUndefined();
  });
  it('the request, where none ever named a server', () => {
    const it = { ...deployed(undefined), asked: none, wish };
    expect(againRequest(it).radius.servers).toBeUndefined();
  });
  it('what the request named, where nothing more is known', () => {
    expect(againRequest(deployed(undefined, two)).radius.servers).toEqual(servers);
  });
});
