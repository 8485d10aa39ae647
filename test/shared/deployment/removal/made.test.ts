import { expect, it } from 'vitest';
import { madeOnNps } from '../../../../shared/deployment/removal/made.ts';

const host = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/nps-01';

it('counts as made what is new and for the gateway alone, and nothing that was there or that others meet', () => {
  const changes = [
    { id: 'client-added:vpngw-hub', scope: 'own' },
    { id: 'policy-added:VPN gateway vpngw-hub', scope: 'own' },
    { id: 'firewall-opened:vpngw-hub', scope: 'own' },
    { id: 'client-secret:vpngw-hub', scope: 'own' },
    { id: 'client-added:vpn-radius-probe', scope: 'own' },
    { id: 'policy-grant:Connections to Microsoft Routing and Remote Access server', scope: 'shared' },
    { id: 'role-installed', scope: 'server' },
  ] as const;
  expect(madeOnNps(host, changes)).toEqual([
    { what: 'radiusClient', id: 'vpngw-hub', host },
    { what: 'networkPolicy', id: 'VPN gateway vpngw-hub', host },
    { what: 'firewallRule', id: 'vpngw-hub', host },
  ]);
});
