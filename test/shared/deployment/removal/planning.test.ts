import { describe, expect, it } from 'vitest';
import type { Removal, RemovalPlan } from '../../../../shared/deployment/contract.ts';
import type { RemovalFacts } from '../../../../shared/deployment/removal/facts.ts';
import { makeRemovalPlan } from '../../../../shared/deployment/removal/planning.ts';
import { gateway, gatewayId, hub, hubId, network, npsId } from '../../hub.ts';
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
    expect(plan.warnings).toEqual([]);
    expect(plan.removes).toMatchObject({ gateway: 'withoutPointToSite', publicIpIds: [] });
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

/** Users sign in with Microsoft Entra ID by now. */
const entraToo = (more: object = {}) =>
  gateway({ pointToSite: { ...gateway().pointToSite!, authenticationTypes: ['AAD', 'Radius'], ...more } });

describe('the plan of the end of RADIUS', () => {
  it.each<[string, string[], string]>([
    [
      'over OpenVPN',
      ['OpenVPN'],
      'RADIUS is removed from vpngw-hub. Users who still sign in by RADIUS cannot connect any more. Users who sign in with Microsoft Entra ID notice a short interruption.',
    ],
    [
      'and of IKEv2 with it',
      ['OpenVPN', 'ikev2'],
      'RADIUS is removed from vpngw-hub. Users who still sign in by RADIUS cannot connect any more, and nobody can connect over IKEv2. Users who sign in with Microsoft Entra ID notice a short interruption.',
    ],
  ])('%s says what users notice, and waits until they have moved', (_, protocols, message) => {
    const plan = planned(removalFacts({ gateway: entraToo({ protocols }) }), { onlyRadius: true });
    expect(plan.takesAway[0]).toEqual({ what: 'authenticationType', target: 'Radius', message });
    expect(plan.reasonsToAsk.map(({ reason }) => reason)).toEqual(['migration']);
    expect(plan.removes).toMatchObject({ gateway: 'withoutRadius', publicIpIds: [] });
    expect(plan.steps[0]).toEqual({
      name: 'pointToSite',
      action: 'update',
      target: gatewayId,
      changes: ['RADIUS is switched off'],
    });
  });

  it('where it went already only clears up on NPS and in Key Vault', () => {
    const plan = planned(removalFacts({ gateway: entraToo({ authenticationTypes: ['AAD'] }) }), {
      onlyRadius: true,
    });
    expect(plan.steps[0]).toEqual({ name: 'gateway', action: 'keep', target: gatewayId, changes: ['stays'] });
    expect(plan.takesAway.map(({ what }) => what)).toEqual(['secret']);
    expect(plan.estimatedMinutes).toBe(13);
  });
});

describe('how long a removal takes', () => {
  const noServer = { npsHosts: [] };
  it.each<[string, RemovalFacts, Partial<Removal>, number]>([
    ['of a gateway and what was made on NPS', removalFacts(), {}, 42],
    ['of a gateway alone', removalFacts(noServer), {}, 32],
    ['of point-to-site', removalFacts(), { keepsGateway: true }, 17],
    ['of RADIUS', removalFacts({ gateway: entraToo() }), { onlyRadius: true }, 17],
    ['of what a gateway that is gone has left', withoutGateway(noServer), { isGone: true }, 3],
  ])('%s', (_, facts, removal, minutes) => {
    expect(planned(facts, removal).estimatedMinutes).toBe(minutes);
  });
});

it('what users lose is told thing by thing', () => {
  const pool = { addressPool: ['172.16.0.0/24', '172.18.0.0/24'] };
  const held = gateway({ pointToSite: { ...gateway().pointToSite!, ...pool } });
  expect(planned(removalFacts({ gateway: held })).takesAway.map(({ message }) => message)).toEqual([
    'The gateway vpngw-hub is deleted: nobody can connect to the virtual network through it any more (client addresses 172.16.0.0/24, 172.18.0.0/24). A new gateway takes about 45 minutes and has another address.',
    'The shared secret radius-hub is disabled in Key Vault.',
    'The public IP address vpngw-hub-pip is deleted. Azure may give it to somebody else, so you cannot get it again.',
    'GatewaySubnet is deleted.',
  ]);
  const { pointToSite: _, ...bare } = gateway();
  expect(planned(removalFacts({ gateway: bare })).takesAway[0]!.message).toContain(
    'through it any more. A new gateway',
  );
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
  it('stays where another one is recorded', () => {
    const recorded = [
      ...recordedWithout('gatewaySubnet'),
      ...recordedOf([{ what: 'gatewaySubnet', id: `${hubId}-old/subnets/GatewaySubnet` }]),
    ];
    expect(planned(removalFacts({ recorded })).removes).not.toHaveProperty('gatewaySubnetId');
  });

  it('stays for everybody who is in it, each by name', () => {
    const gatewayIds = [gatewayId, virtualNetworkGateway('ergw-hub'), virtualNetworkGateway('ergw-2')];
    const plan = planned(removalFacts({ virtualNetwork: hub({ subnets: [gatewaySubnet({ gatewayIds })] }) }));
    expect(plan.warnings[0]!.message).toBe('GatewaySubnet also contains ergw-hub and ergw-2, so it stays.');
  });

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

  it('says in its step what is disabled and what is deleted', () => {
    const changes = (facts: RemovalFacts) =>
      planned(facts).steps.find(({ name }) => name === 'radiusSecret')!.changes;
    const recorded = [
      ...recordedWithout(),
      ...recordedOf([{ what: 'secret', id: 'radius-hub', version: 'v2' }]),
    ];
    const both = (enabled: boolean) =>
      removalFacts({ recorded, ...vault(version('v1', { enabled }), version('v2', { enabled })) });
    expect(changes(both(true))).toEqual(['disabled: v1, v2', 'deleted; Key Vault can still recover it']);
    expect(changes(both(false))).toEqual(['deleted; Key Vault can still recover it']);
  });

  it('of which the vault has no version left needs nothing', () => {
    const plan = planned(removalFacts(vault()));
    expect(plan.removes.secrets).toEqual([]);
    expect(plan.warnings).toEqual([]);
  });

  it('that another one has taken over goes, and the one with versions of others is told', () => {
    const recorded = [
      ...recordedWithout(),
      ...recordedOf([{ what: 'secret', id: 'radius-old', version: 'v1' }]),
    ];
    const secrets = [
      { name: 'radius-hub', versions: [version('v1')] },
      { name: 'radius-old', versions: [version('v0'), version('v1')] },
    ];
    expect(planned(removalFacts({ recorded, secrets })).warnings).toEqual([
      {
        code: 'SecretKept',
        message:
          'The Key Vault secret radius-old has versions that this app did not store, so it stays. The versions that the app stored are disabled.',
        target: 'radius-old',
      },
    ]);
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
