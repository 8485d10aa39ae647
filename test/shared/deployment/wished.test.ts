import { describe, expect, it } from 'vitest';
import { planDeployment } from '../../../shared/deployment/planning.ts';
import { defaultNps, deployedWish, keptRequest, npsWishOf } from '../../../shared/deployment/wished.ts';
import { defaults, facts, gateway, inPlace, npsId, request } from '../hub.ts';

const named = { networkPolicy: 'VPN of the staff', mfaExtension: 'skip' } as const;
const first = planDeployment(request({ nps: named }), facts(), defaults).plan!;
const before = deployedWish(first);

describe('the wishes for NPS', () => {
  it.each([
    ['are those of the article where nobody has said anything', {}, undefined, defaultNps],
    ['are those of the request', named, undefined, named],
    ['stay as they were asked for last', {}, named, named],
    ['change one by one', { mfaExtension: 'require' }, named, { ...named, mfaExtension: 'require' }],
  ])('%s', (_, nps, last, expected) => {
    expect(npsWishOf(request({ nps }), last && request({ nps: last }))).toEqual(expected);
  });

  it('are not reset by a ticket about something else', () => {
    const later = request({ radius: {}, pointToSite: { addressPool: ['172.20.0.0/24'] } });
    const asked = keptRequest(request({ radius: {} }), before);
    const { plan } = planDeployment(later, inPlace(gateway(), { asked }), defaults);
    expect(plan).toMatchObject({ ...named, servers: [{ address: '10.0.1.4', host: npsId }] });
  });
});

describe('a request over what was deployed before', () => {
  it('takes servers with their machines, secret and wishes for NPS from there', () => {
    expect(keptRequest(request({ radius: {} }), before)).toMatchObject({
      radius: { servers: [{ address: '10.0.1.4', host: npsId }], secretName: first.secretName },
      nps: named,
    });
  });

  it('keeps what it names', () => {
    const servers = [{ address: '10.0.1.5', host: npsId.replace('nps-01', 'nps-02') }];
    const wish = request({ radius: { servers, secretName: 'mine' }, nps: defaultNps });
    expect(keptRequest(wish, before)).toEqual(wish);
  });

  it('names no servers where the gateway has one whose machine nobody knows: naming the others would take it away', () => {
    const pointToSite = {
      ...before.gateway.pointToSite,
      radiusServers: [...before.gateway.pointToSite.radiusServers, { address: '10.0.9.9', score: 1 }],
    };
    const kept = keptRequest(request({ radius: {} }), {
      ...before,
      gateway: { ...before.gateway, pointToSite },
    });
    expect(kept.radius.servers).toBeUndefined();
  });

  it('is the request itself where nothing is known', () => {
    const wish = request();
    expect(keptRequest(wish, undefined)).toBe(wish);
  });
});
