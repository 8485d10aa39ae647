import { describe, expect, it } from 'vitest';
import type { Removal, RemovalPlan } from '../../../../shared/deployment/contract.ts';
import type { RemovalFacts } from '../../../../shared/deployment/removal/facts.ts';
import { makeRemovalPlan } from '../../../../shared/deployment/removal/planning.ts';
import { gatewayId, hub, hubId, network, npsId } from '../../hub.ts';
import {
  address,
  gatewaySubnet,
  publicIpId,
  recordedOf,
  recordedWithout,
  removalFacts,
  version,
  virtualNetworkGateway,
  withoutGateway,
} from './made-for-hub.ts';

const subnetId = `${hubId}/subnets/GatewaySubnet`;
function planned(facts: RemovalFacts, more: Partial<Removal> = {}): RemovalPlan {
  const { plan, problems } = makeRemovalPlan(facts, { gatewayId, ...more });
  expect(problems).toEqual([]);
  return plan!;
}
const steps = ({ steps: all }: RemovalPlan) => all.map(({ name, action, target }) => [name, action, target]);
const warnings = (plan: RemovalPlan) => plan.warnings.map(({ code }) => code);
const vault = (...versions: RemovalFacts['secrets'][number]['versions']) => ({
  secrets: [{ name: 'radius-hub', versions }],
});
const anEnd = 'A new gateway takes about 45 minutes';

describe('the plan of a removal', () => {
  it('takes everything away that was made, the gateway first and what it stands on last', () => {
    const plan = planned(removalFacts());
    expect(steps(plan)).toEqual([
      ['gateway', 'delete', gatewayId],
      ['nps', 'update', npsId],
      ['radiusSecret', 'delete', 'radius-hub'],
      ['publicIp', 'delete', publicIpId],
      ['gatewaySubnet', 'delete', subnetId],
    ]);
    expect(plan.removes).toEqual({
      gateway: 'delete',
      publicIpIds: [publicIpId],
      gatewaySubnetId: subnetId,
      secrets: [{ name: 'radius-hub', versions: ['v1'], isWhole: true }],
    });
    expect(plan.warnings).toEqual([]);
    expect(plan.takesAway.map(({ what }) => what)).toEqual([
      'gateway',
      'secret',
      'publicIpAddress',
      'gatewaySubnet',
    ]);
    expect(plan.takesAway[0]!.message).toContain('172.16.0.0/24');
    expect(plan.takesAway[0]!.message).toContain(anEnd);
    expect(plan.reasonsToAsk.map(({ reason }) => reason)).toEqual(['removal']);
    expect(plan.servers).toEqual([
      {
        host: npsId,
        kind: 'virtualMachine',
        location: 'westeurope',
        client: 'vpngw-hub',
        prefix: '10.0.255.224/27',
        allowed: [
          'client-removed:vpngw-hub',
          'policy-removed:VPN gateway vpngw-hub',
          'firewall-closed:vpngw-hub',
        ],
        secret: { name: 'radius-hub', version: 'v1' },
      },
    ]);
  });

  it('for point-to-site alone leaves the gateway, its addresses and its subnet', () => {
    const plan = planned(removalFacts(), { keepsGateway: true });
    expect(steps(plan)).toEqual([
      ['pointToSite', 'delete', gatewayId],
      ['nps', 'update', npsId],
      ['radiusSecret', 'delete', 'radius-hub'],
    ]);
    expect(plan.takesAway.map(({ what }) => what)).toEqual(['pointToSite', 'secret']);
    expect(plan.takesAway[0]!.message).not.toContain(anEnd);
  });

  it('for a gateway that is gone is about what is left', () => {
    const plan = planned(withoutGateway(), { isGone: true });
    expect(steps(plan)).toEqual([
      ['gateway', 'keep', gatewayId],
      ['nps', 'update', npsId],
      ['radiusSecret', 'delete', 'radius-hub'],
      ['publicIp', 'delete', publicIpId],
      ['gatewaySubnet', 'delete', subnetId],
    ]);
    expect(plan.steps[0]!.changes).toEqual(['does not exist any more']);
  });

  it('for a VNet that is gone knows of no subnet any more', () => {
    const { virtualNetwork: _, ...facts } = withoutGateway({ publicIps: [] });
    expect(steps(planned(facts, { isGone: true }))).toEqual([
      ['gateway', 'keep', gatewayId],
      ['nps', 'update', npsId],
      ['radiusSecret', 'delete', 'radius-hub'],
    ]);
  });

  it('is no plan where something stands in the way, and says so', () => {
    const { plan, problems } = makeRemovalPlan(removalFacts({ recorded: [] }), { gatewayId });
    expect(plan).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'NothingRecorded', target: 'virtualNetworkGatewayId' }]);
  });
});

describe('an address', () => {
  it('that somebody else uses by now stays, and the plan says who', () => {
    const nic = `${network('networkInterfaces', 'nic')}/ipConfigurations/1`;
    const plan = planned(removalFacts({ publicIps: [address({ usedBy: nic })] }));
    expect(plan.removes.publicIpIds).toEqual([]);
    expect(warnings(plan)).toEqual(['PublicIpKept']);
    expect(plan.warnings[0]!.message).toContain(nic);
  });

  it('of a gateway whose name begins with that of this one is not its own', () => {
    const plan = planned(
      removalFacts({ publicIps: [address({ usedBy: `${gatewayId}-2/ipConfigurations/default` })] }),
    );
    expect(plan.removes.publicIpIds).toEqual([]);
  });
});

describe('GatewaySubnet', () => {
  it('that was there before stays, and nobody is told of it', () => {
    const plan = planned(removalFacts({ recorded: recordedWithout('gatewaySubnet') }));
    expect(plan.removes).not.toHaveProperty('gatewaySubnetId');
    expect(plan.warnings).toEqual([]);
  });

  it.each([
    ['an ExpressRoute gateway', { gatewayIds: [gatewayId, virtualNetworkGateway('ergw-hub')] }, 'ergw-hub'],
    ['a Route Server', { routeServerIds: [network('virtualHubs', 'route-server')] }, 'route-server'],
  ])('stays for %s', (_, more, name) => {
    const virtualNetwork = hub({ subnets: [gatewaySubnet(more)] });
    const plan = planned(removalFacts({ virtualNetwork }));
    expect(plan.removes).not.toHaveProperty('gatewaySubnetId');
    expect(plan.warnings).toMatchObject([
      { code: 'GatewaySubnetKept', message: expect.stringContaining(name), target: subnetId },
    ]);
  });
});

describe('the secret', () => {
  it('with versions of others stays; what the app stored is disabled', () => {
    const plan = planned(removalFacts(vault(version('v0'), version('v1'))));
    expect(plan.removes.secrets).toEqual([{ name: 'radius-hub', versions: ['v1'], isWhole: false }]);
    expect(plan.steps.find(({ name }) => name === 'radiusSecret')).toMatchObject({
      action: 'update',
      changes: ['disabled: v1'],
    });
    expect(warnings(plan)).toEqual(['SecretKept']);
  });

  it('with versions of others is left alone once the own ones are disabled', () => {
    const plan = planned(removalFacts(vault(version('v0'), version('v1', { enabled: false }))));
    expect(plan.removes.secrets).toEqual([]);
    expect(plan.takesAway.map(({ what }) => what)).not.toContain('secret');
    expect(warnings(plan)).toEqual(['SecretKept']);
  });

  it('of which an earlier removal disabled every version is deleted', () => {
    const plan = planned(removalFacts(vault(version('v1', { enabled: false }))));
    expect(plan.removes.secrets).toEqual([{ name: 'radius-hub', versions: [], isWhole: true }]);
    expect(plan.servers[0]).not.toHaveProperty('secret');
  });

  it('that is gone from the vault needs nothing', () => {
    const plan = planned(removalFacts({ secrets: [] }));
    expect(plan.removes.secrets).toEqual([]);
    expect(plan.warnings).toEqual([]);
  });
});

describe('an NPS server', () => {
  it('whose machine is gone is left, and the plan says so', () => {
    const plan = planned(removalFacts({ npsHosts: [{ id: npsId }] }));
    expect(plan.servers).toEqual([]);
    expect(plan.warnings).toMatchObject([{ code: 'NpsMachineGone', target: npsId }]);
  });

  it('is left where no record says which client it has', () => {
    const { prefix: _, ...facts } = removalFacts();
    const plan = planned(facts);
    expect(plan.servers).toEqual([]);
    expect(plan.warnings).toMatchObject([{ code: 'NpsMachineGone', target: npsId }]);
    expect(plan.warnings[0]!.message).toContain('prefix');
  });

  it('is only asked for what was made on it', () => {
    const recorded = recordedOf([
      { what: 'gateway', id: gatewayId },
      { what: 'firewallRule', id: 'vpngw-hub', host: npsId.toUpperCase() },
    ]);
    expect(planned(removalFacts({ recorded })).servers).toMatchObject([
      { client: 'vpngw-hub', allowed: ['firewall-closed:vpngw-hub'] },
    ]);
  });
});
