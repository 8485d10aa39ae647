import { expect, it } from 'vitest';
import {
  actions,
  gatewayId,
  hub,
  npsOnPremises,
  stage,
  stageOf,
  statuses,
  subnetId,
} from '../stage/stage.ts';

it('a ticket becomes a gateway that authenticates against NPS, and is answered', async () => {
  const story = await stage();
  const posted = await story.call('POST', 'tickets', story.ticket());
  expect(posted.status).toBe(202);
  const { id, ...rest } = posted.body;
  expect(rest).toEqual({
    virtualNetworkId: hub,
    statusUrl: `http://localhost/api/deployments/${id}`,
    alreadyRunning: false,
  });
  expect(posted.headers.get('location')).toBe(rest.statusUrl);
  expect(Number(posted.headers.get('retry-after'))).toBeGreaterThan(0);

  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({ status: 'Succeeded', percent: 100, virtualNetworkId: hub });
  expect(deployment.error).toBeUndefined();
  expect(statuses(deployment)).toEqual({
    plan: 'Succeeded',
    approval: 'Skipped',
    gatewaySubnet: 'Succeeded',
    publicIp: 'Succeeded',
    radiusSecret: 'Succeeded',
    gateway: 'Succeeded',
    nps: 'Succeeded',
    pointToSite: 'Succeeded',
    verify: 'Succeeded',
    answer: 'Succeeded',
  });

  // What a removal may remove again.
  expect(deployment.result?.made?.map(({ what, id: name }) => [what, name.split('/').at(-1)])).toEqual([
    ['gatewaySubnet', 'GatewaySubnet'],
    ['publicIp', 'vpngw-hub-pip'],
    ['secret', 'radius-hub'],
    ['radiusClient', 'vpngw-hub'],
    ['gateway', 'vpngw-hub'],
  ]);

  // Step 1 of the article: GatewaySubnet, a Standard static public IP, a route-based VPN gateway.
  const network = story.properties(hub)!;
  expect(network.addressSpace.addressPrefixes).toEqual(['10.0.0.0/16']);
  expect(
    network.subnets.map(({ name, properties }: { name: string; properties: object }) => [name, properties]),
  ).toMatchObject([
    ['servers', { addressPrefix: '10.0.1.0/24' }],
    ['GatewaySubnet', { addressPrefix: '10.0.255.0/27' }],
  ]);
  const gateway = story.properties(gatewayId)!;
  expect(gateway).toMatchObject({
    provisioningState: 'Succeeded',
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    activeActive: false,
    sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
  });
  expect(gateway.ipConfigurations).toHaveLength(1);
  const { subnet, publicIPAddress } = gateway.ipConfigurations[0].properties;
  expect(subnet.id).toBe(subnetId);
  const address = story.world.azure.resource(publicIPAddress.id)!;
  expect(address).toMatchObject({ sku: { name: 'Standard' }, zones: ['1', '2', '3'] });
  expect(address.properties).toMatchObject({
    publicIPAllocationMethod: 'Static',
    publicIPAddressVersion: 'IPv4',
  });

  // Step 2: the RADIUS client is the gateway's subnet, the policy grants.
  const nps = story.nps('nps-01').state();
  const secret = story.world.azure.world.vault.secrets.get('radius-hub')!.at(-1)!.value;
  expect(nps.radiusClients).toEqual([
    {
      name: 'vpngw-hub',
      address: '10.0.255.0/27',
      vendor: 'RADIUS Standard',
      enabled: true,
      authAttributeRequired: false,
      secret,
    },
  ]);
  expect(nps.networkPolicies[0]).toMatchObject({
    name: 'Connections to Microsoft Routing and Remote Access server',
    enabled: true,
    grant: true,
  });
  expect(story.nps('nps-02').state().radiusClients).toEqual([]);

  // Step 3: point-to-site with RADIUS, and the same secret on both sides.
  expect(gateway.vpnClientConfiguration).toMatchObject({
    vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
    vpnClientProtocols: ['IkeV2'],
    vpnAuthenticationTypes: ['Radius'],
    radiusServers: [{ radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: secret }],
  });
  expect(secret).toMatch(/^[\x21-\x7e]{32,128}$/);

  const answers = story.answers();
  expect(answers).toHaveLength(1);
  expect(answers[0]).toMatchObject({
    deploymentId: id,
    virtualNetworkId: hub,
    status: 'Succeeded',
    result: {
      gatewayId,
      gatewaySubnet: '10.0.255.0/27',
      publicIpAddresses: [address.properties.ipAddress],
      radiusClient: 'vpngw-hub (10.0.255.0/27)',
      networkPolicy: 'Connections to Microsoft Routing and Remote Access server',
      secretVersion: story.world.azure.world.vault.secrets.get('radius-hub')!.at(-1)!.version,
    },
  });
  expect(answers[0]!.text).toContain('GatewaySubnet 10.0.255.0/27 created');
  expect(deployment.result).toEqual(answers[0]!.result);
  expect(story.world.receiver.deliveries[0]).toMatchObject({ path: '/hooks/REQ0012345', verified: true });
  // Nothing is left on the machine, after the check that follows has asked its question too.
  await story.host.runFor(30);
  expect([...story.world.azure.world.resources].filter(({ type }) => /runCommands/i.test(type))).toEqual([]);
});

it('NPS is configured while the gateway provisions, and the VNet as a whole is never written', async () => {
  const story = await stage();
  const id = await story.send(story.ticket());
  await story.until(id, ({ stages }) =>
    stages.some(({ name, status }) => name === 'nps' && status === 'Succeeded'),
  );
  expect(story.minutes()).toBeLessThan(10);
  const during = await story.deployment(id);
  expect(stageOf(during, 'gateway')).toMatchObject({ status: 'Running' });
  expect(during.percent).toBeGreaterThan(0);
  expect(during.percent).toBeLessThan(100);
  expect(story.nps('nps-01').state().radiusClients).toHaveLength(1);

  const deployment = await story.ended(id);
  expect(deployment.status).toBe('Succeeded');
  expect(story.requests('PUT', 'Microsoft.Network/virtualNetworks/write')).toEqual([]);
  expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
});

it('what the ticket leaves out is chosen: the last free /27, vpngw-<VNet>, VpnGw1AZ, the default servers and the next free pool', async () => {
  const story = await stage();
  const id = await story.send({ ticket: story.webhook('REQ2'), virtualNetworkId: hub });
  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({
    status: 'Succeeded',
    result: { gatewayId, gatewaySubnet: '10.0.255.224/27' },
  });
  const gateway = story.properties(gatewayId)!;
  expect(gateway.sku.name).toBe('VpnGw1AZ');
  expect(gateway.vpnClientConfiguration).toMatchObject({
    vpnClientAddressPool: { addressPrefixes: ['172.16.0.0/24'] },
    vpnClientProtocols: ['IkeV2'],
    radiusServers: [{ radiusServerAddress: '10.0.1.4' }],
  });
  expect(story.nps('nps-01').state().radiusClients[0]).toMatchObject({ address: '10.0.255.224/27' });
});

it('an NPS server on premises is configured through Arc, and the gateway is pointed at it', async () => {
  const story = await stage();
  const servers = [{ address: '192.168.10.4', host: npsOnPremises }];
  const id = await story.send(story.ticket({ radius: { servers } }));
  const deployment = await story.ended(id);
  expect(deployment.status).toBe('Succeeded');
  expect(story.nps('nps-onprem').state().radiusClients).toMatchObject([
    { name: 'vpngw-hub', address: '10.0.255.0/27' },
  ]);
  expect(story.nps('nps-01').state().radiusClients).toEqual([]);
  const { radiusServers } = story.properties(gatewayId)!.vpnClientConfiguration;
  expect(radiusServers).toMatchObject([{ radiusServerAddress: '192.168.10.4' }]);
});

it('a ticket without a way to be answered still ends, and its answer is in the deployment', async () => {
  const story = await stage();
  const id = await story.send(story.ticket({ ticket: { system: 'webhook', id: 'REQ3' } }));
  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({ status: 'Succeeded', ticket: { id: 'REQ3' }, result: { gatewayId } });
  expect(stageOf(deployment, 'answer').detail).toContain('names no callbackUrl');
  expect(story.answers()).toEqual([]);
});
