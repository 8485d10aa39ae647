import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Estate, estate, networks } from '../../../simulator/fuzz/stories/estate.ts';
import { foreignOn } from '../../../simulator/fuzz/stories/foreign.ts';
import { broken, brokenAtTheEnd } from '../../../simulator/fuzz/stories/holds.ts';
import { deployHub } from '../../../simulator/fuzz/stories/moves.ts';
import { appFile } from '../../flows/stage/stage.ts';

/** What the stories of `npm run fuzz` look for is found when it happens. */
describe('of an estate with a gateway', () => {
  let of: Estate;
  beforeAll(async () => {
    of = await estate(appFile);
    await deployHub(of);
  });
  afterAll(() => of.local.close());

  const nps01 = () => of.local.world.npsServers.get('nps-01')!;
  const others = () => new Map([['nps-01', foreignOn(of, 'nps-01')]]);
  const resource = (id: string) => of.local.world.azure.resource(id)!;
  const secretOfNps01 = () => {
    const { secrets } = of.local.world.azure.world.vault;
    const [, versions = []] = [...secrets].find(([name]) => name.includes('-nps-01-'))!;
    return versions.at(-1)!.value;
  };

  it('nothing is broken, and its ticket is answered', async () => {
    expect(broken(of, others())).toBeUndefined();
    expect(await brokenAtTheEnd(of)).toBeUndefined();
    expect(of.taken).toHaveLength(1);
  });

  it('a second gateway is told', () => {
    const { resources } = of.local.world.azure.world;
    const second = structuredClone(resource(networks.hub.gatewayId));
    second.id = `${second.id}-two`;
    resources.set(second);
    expect(broken(of, others())).toContain('there are 2 gateways');
    resources.delete(second.id);
  });

  it('a secret that another server or another resource knows is told', () => {
    const secret = secretOfNps01();
    of.local.world.npsServers.get('nps-02')!.change((nps) => {
      nps.radiusClients[0]!.secret = secret;
    });
    expect(broken(of, others())).toMatch(/^nps-02 knows the secret radius-/);
    of.local.world.npsServers.get('nps-02')!.change((nps) => {
      nps.radiusClients[0]!.secret = 'held-by-the-wireless-controllers';
    });
    const { properties } = resource(networks.spoke.id);
    properties.note = secret;
    expect(broken(of, others())).toMatch(/virtualNetworks\/spoke knows the secret radius-/);
    delete properties.note;
  });

  it('a change of what others have on NPS, and of their subnets and routes, is told', () => {
    const before = others();
    nps01().change((nps) => {
      nps.radiusClients = nps.radiusClients.filter(({ name }) => name.startsWith('vpngw-'));
    });
    expect(broken(of, before)).toMatch(/^on nps-01 others had .*office wifi/);
    expect(broken(of, others())).toBeUndefined();
    of.foreign.set(`subnet ${networks.hub.id}/subnets/others-1`, '10.0.21.0/24');
    expect(broken(of, others())).toContain('others-1 was "10.0.21.0/24", is undefined');
    of.foreign.clear();
    of.foreign.set(`custom routes of ${networks.hub.gatewayId}`, { addressPrefixes: ['172.31.1.0/24'] });
    expect(broken(of, others())).toContain('custom routes of');
    of.foreign.clear();
  });

  it('a ticket without an answer, and a secret in a log, are told', async () => {
    of.taken.push('REQ-FORGOTTEN');
    expect(await brokenAtTheEnd(of)).toBe('ticket REQ-FORGOTTEN was answered 0 times: []');
    of.taken.pop();
    of.logged.push(`Set-NpsRadiusClient -SharedSecret ${secretOfNps01()}`);
    expect(await brokenAtTheEnd(of)).toMatch(/^a log line holds the secret radius-/);
  });
});
