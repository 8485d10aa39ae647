import { describe, expect, it } from 'vitest';
import {
  npsHostsLeft,
  recordedHosts,
  removalServers,
} from '../../../../shared/deployment/removal/nps-servers.ts';
import { npsHost, npsId } from '../../hub.ts';
import { recordedOf, removalFacts, version } from './made-for-hub.ts';

const second = npsId.replace('nps-01', 'nps-02');

describe('the NPS servers of a removal', () => {
  it('are the machines on which something was made, each once, in whatever case it was recorded', () => {
    const recorded = recordedOf([
      { what: 'gateway', id: 'vpngw-hub' },
      { what: 'radiusClient', id: 'vpngw-hub', host: npsId },
      { what: 'firewallRule', id: 'vpngw-hub', host: npsId.toUpperCase() },
      { what: 'radiusClient', id: 'vpngw-hub', host: second },
    ]);
    expect(recordedHosts({ recorded })).toEqual([npsId, second]);
  });

  it('are each asked for what was made there, by the name of the client that was made there', () => {
    const servers = removalServers(
      removalFacts({
        recorded: recordedOf([
          { what: 'networkPolicy', id: 'VPN gateway vpngw-hub', host: npsId },
          { what: 'radiusClient', id: 'vpngw-hub-old', host: npsId },
          { what: 'groupPolicies', id: 'vpngw-hub-old', host: npsId },
          { what: 'firewallRule', id: 'vpngw-hub', host: second },
        ]),
        npsHosts: [
          { id: npsId, status: npsHost() },
          { id: second, status: npsHost({ id: second }) },
        ],
      }),
    );
    expect(servers.map(({ host, client, allowed }) => ({ host, client, allowed }))).toEqual([
      {
        host: npsId,
        client: 'vpngw-hub-old',
        allowed: [
          'policy-removed:VPN gateway vpngw-hub',
          'client-removed:vpngw-hub-old',
          'group-policies-removed:vpngw-hub-old',
        ],
      },
      { host: second, client: 'vpngw-hub', allowed: ['firewall-closed:vpngw-hub'] },
    ]);
  });

  it('have their own newest enabled secret left out of their texts', () => {
    const { host: _, ...ofNoServer } = version('v5');
    const versions = [
      version('v1'),
      version('v2'),
      version('v3', { enabled: false }),
      version('v4', { host: second }),
      ofNoServer,
    ];
    const [server] = removalServers(removalFacts({ secrets: [{ name: 'radius-hub', versions }] }));
    expect(server!.secret).toEqual({ name: 'radius-hub', version: 'v2' });
  });

  it('that nobody can ask are named with the reason', () => {
    const gone = npsHostsLeft(removalFacts({ npsHosts: [{ id: npsId }] }));
    expect(gone.map(({ message }) => message)).toEqual([
      'There is no machine nps-01 any more, or the app may not read it. If the machine still exists, what was made on its NPS stays there.',
    ]);
    const { prefix: _, ...facts } = removalFacts();
    expect(npsHostsLeft(facts).map(({ message }) => message)).toEqual([
      'No record says which prefix the RADIUS client on nps-01 has, so the app changes nothing on that NPS.',
    ]);
  });
});
