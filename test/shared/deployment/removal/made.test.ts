import { expect, it } from 'vitest';
import { groupsWritten, madeOnNps } from '../../../../shared/deployment/removal/made.ts';
import type { GatewayWish, UserGroup } from '../../../../shared/gateway/model.ts';
import { gateway, gatewayId } from '../../hub.ts';

const host = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/nps-01';

it('counts as made what is new and for the gateway alone, and nothing that was there or that others meet', () => {
  const changes = [
    { id: 'client-added:vpngw-hub', scope: 'own' },
    { id: 'policy-added:VPN gateway vpngw-hub', scope: 'own' },
    { id: 'firewall-opened:vpngw-hub', scope: 'own' },
    { id: 'group-policies-added:vpngw-hub', scope: 'own' },
    { id: 'group-policies-set:vpngw-hub', scope: 'own' },
    { id: 'client-secret:vpngw-hub', scope: 'own' },
    { id: 'client-added:vpn-radius-probe', scope: 'own' },
    { id: 'policy-grant:Connections to Microsoft Routing and Remote Access server', scope: 'shared' },
    { id: 'role-installed', scope: 'server' },
    { id: 'firewall-opened:1812-from-anywhere', scope: 'server' },
    { id: 'policy-added:VPN: staff', scope: 'own' },
  ] as const;
  expect(madeOnNps(host, changes)).toEqual([
    { what: 'radiusClient', id: 'vpngw-hub', host },
    { what: 'networkPolicy', id: 'VPN gateway vpngw-hub', host },
    { what: 'firewallRule', id: 'vpngw-hub', host },
    { what: 'groupPolicies', id: 'vpngw-hub', host },
    { what: 'networkPolicy', id: 'VPN: staff', host },
  ]);
});

it('counts the user groups that a write of the gateway makes and removes, and none that it leaves', () => {
  const group = (name: string): UserGroup => ({
    name,
    isDefault: false,
    priority: 0,
    members: [],
    addressPool: [],
  });
  const wish = (groups?: UserGroup[]): GatewayWish => ({
    ...gateway(),
    pointToSite: { ...gateway().pointToSite!, ...(groups && { groups }) },
  });
  const before = wish([group('Finance'), group('gone')]);
  const id = (name: string) => `${gatewayId}/virtualNetworkGatewayPolicyGroups/${name}`;
  expect(groupsWritten(gatewayId, before, wish([group('finance'), group('new')]))).toEqual({
    made: [{ what: 'userGroup', id: id('new') }],
    removed: [{ what: 'userGroup', id: id('gone') }],
  });
  expect(groupsWritten(gatewayId, before, wish())).toEqual({ made: [], removed: [] });
  const bare = (({ pointToSite: _, ...without }) => without)(gateway());
  for (const nothing of [undefined, bare, gateway()])
    expect(groupsWritten(gatewayId, nothing, wish([group('new')]))).toEqual({
      made: [{ what: 'userGroup', id: id('new') }],
      removed: [],
    });
});
