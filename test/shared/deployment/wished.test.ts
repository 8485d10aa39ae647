import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../shared/deployment/planning.ts';
import {
  againRequest,
  type Brought,
  type Deployed,
  keptRequest,
  npsWishOf,
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

  it('holds the machines that a deployment found out', () => {
    expect(keptRequest(none, undefined, brings(['10.0.1.4', '10.0.1.5'])).radius.servers).toEqual(servers);
    expect(keptRequest(request(), undefined, brings(['10.0.1.4', '10.0.1.5'])).radius.servers).toEqual(
      request().radius.servers,
    );
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
  it('what the request named, where nothing more is known', () => {
    expect(againRequest(deployed(undefined, two)).radius.servers).toEqual(servers);
  });
});
