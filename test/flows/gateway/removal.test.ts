import { describe, expect, it } from 'vitest';
import { actions, gatewayId, hub, inResourceGroup, type Stage, stage, stageAfter } from '../stage/stage.ts';

const publicIp = inResourceGroup('Microsoft.Network/publicIPAddresses/vpngw-hub-pip');
const removal = { virtualNetworkGatewayId: gatewayId };

const deployed = (options: Parameters<typeof stage>[0] = {}) =>
  stageAfter(async (story) => {
    story.nps('nps-01').change((state) => {
      state.radiusClients.push({
        name: 'wifi-ap',
        address: '192.168.7.1',
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: false,
        secret: 'that-of-the-access-point',
      });
      state.firewallOpen = false;
    });
    const deployment = await story.ended(await story.agree(await story.send(story.ticket())));
    expect(deployment.status).toBe('Succeeded');
    await story.host.runFor(60);
  }, options);

const vault = ({ world }: Stage) => world.azure.world.vault;
const remove = async (story: Stage, body: unknown = { ...removal, ticket: story.webhook('REQ0019999') }) =>
  story.send(body, 'removals');
const agreed = async (story: Stage, body?: unknown) =>
  story.ended(await story.agree(await remove(story, body)));
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
/** What of the gateway is left anywhere. */
const left = (story: Stage) => ({
  gateway: story.properties(gatewayId) !== undefined,
  publicIp: story.properties(publicIp) !== undefined,
  gatewaySubnet: names(story.properties(hub)!.subnets).includes('GatewaySubnet'),
  secret: vault(story).secrets.has('radius-hub'),
  clients: names(story.nps('nps-01').state().radiusClients),
  policies: names(story.nps('nps-01').state().networkPolicies).filter((name) =>
    name.startsWith('VPN gateway'),
  ),
  rules: story.nps('nps-01').state().firewallRules,
});
const nothing = {
  gateway: false,
  publicIp: false,
  gatewaySubnet: false,
  secret: false,
  clients: ['wifi-ap'],
  policies: [],
  rules: [],
};

describe('the removal of a gateway', () => {
  it('is asked for by a native ticket of ServiceNow, which names the wrong kind or what is there', async () => {
    const story = await deployed();
    const item = (request_kind: string) => {
      const variables = { request_kind, virtual_network_id: hub, gateway_sku: 'VpnGw1AZ' };
      return { number: 'RITM0010009', sys_class_name: 'sc_req_item', operation: 'insert', variables };
    };
    const wrong = await story.call('POST', 'tickets/servicenow', item('Move'));
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: { details: [{ code: 'FieldInvalid', target: 'variables.request_kind' }] } },
    });
    const id = await story.send(item('remove'), 'tickets/servicenow');
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    expect(await story.deployment(id)).toMatchObject({ ticket: { system: 'servicenow', id: 'RITM0010009' } });
    expect((await story.call('GET', `deployments/${id}/plan`)).body.takesAway.length).toBeGreaterThan(0);
  });

  it('shows its plan, waits for an approval, removes what was made in order, and answers its ticket', async () => {
    const story = await deployed();
    const others = structuredClone(story.nps('nps-01').state());
    const writes = story.writes().length;
    const answer = await story.call('POST', 'removals', { ...removal, ticket: story.webhook('REQ0019999') });
    expect(answer.status).toBe(202);
    const { id } = answer.body;
    expect(answer.body).toMatchObject({ virtualNetworkId: hub, alreadyRunning: false });
    expect((await story.call('POST', 'removals', removal)).body).toMatchObject({ id, alreadyRunning: true });

    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    const { body: plan } = await story.call('GET', `deployments/${id}/plan`);
    expect(
      plan.steps.map(({ name, action }: { name: string; action: string }) => `${name} ${action}`),
    ).toEqual([
      'gateway delete',
      'nps delete',
      'radiusSecret delete',
      'publicIp delete',
      'gatewaySubnet delete',
    ]);
    expect(plan.takesAway.map(({ what }: { what: string }) => what)).toEqual([
      'gateway',
      'secret',
      'publicIpAddress',
      'gatewaySubnet',
      'radiusClient',
      'firewallRule',
      'networkPolicy',
    ]);
    expect(plan.reasonsToAsk).toMatchObject([{ reason: 'removal' }]);
    // NPS was asked, and nothing else was done.
    expect(
      story
        .writes()
        .slice(writes)
        .filter(({ url }) => !url.includes('/runCommands/')),
    ).toEqual([]);

    await story.agree(id);
    const deployment = await story.ended(id);
    expect(deployment).toMatchObject({ status: 'Succeeded', percent: 100 });
    expect(deployment.stages.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'plan Succeeded',
      'approval Succeeded',
      'pointToSite Skipped',
      'gateway Succeeded',
      'nps Succeeded',
      'radiusSecret Succeeded',
      'publicIp Succeeded',
      'gatewaySubnet Succeeded',
      'verify Succeeded',
      'answer Succeeded',
    ]);
    expect(left(story)).toEqual(nothing);
    // A soft delete: the secret can be recovered, and nobody uses it until somebody enables it.
    expect(vault(story).deleted.get('radius-hub')).toMatchObject([{ enabled: false }]);
    const now = story.nps('nps-01').state();
    expect(now.radiusClients).toEqual(others.radiusClients.filter(({ name }) => name === 'wifi-ap'));
    expect({ ...now.blastRadius, ...now.audit }).toEqual({ ...others.blastRadius, ...others.audit });

    const order = story
      .writes()
      .slice(writes)
      .filter(({ method, url }) => method === 'DELETE' && !url.includes('/runCommands/'))
      .map(({ url }) => new URL(url).pathname.split('/').at(-1));
    expect(order).toEqual(['vpngw-hub', 'radius-hub', 'vpngw-hub-pip', 'GatewaySubnet']);
    const told = story.answers().at(-1)!;
    expect(told).toMatchObject({ deploymentId: id, status: 'Succeeded' });
    expect(told.text).toContain('Everything that this app has made for vpngw-hub is removed');
    expect(told.text).toContain('gateway vpngw-hub deleted');
    expect(JSON.stringify(told)).not.toContain(
      others.radiusClients.find(({ name }) => name === 'vpngw-hub')!.secret,
    );

    const { body: record } = await story.call('GET', `deployments/${id}/record`);
    expect(JSON.stringify(record)).toContain('"kind":"removal"');
    // When the VNet is written now, nothing begins by itself, and nobody looks for the gateway any more.
    await story.host.runFor(24 * 60);
    expect(left(story)).toEqual(nothing);
    expect((await story.call('GET', 'deployments')).body.deployments).toHaveLength(2);
    expect((await story.call('POST', 'rotations', removal)).status).toBe(404);
  });
});

/** A VPN gateway of others in the hub, for site-to-site. */
const site = inResourceGroup('Microsoft.Network/localNetworkGateways/lng-onprem');
const connection = (name: string) => inResourceGroup(`Microsoft.Network/connections/${name}`);
const connect = (story: Stage) =>
  story.armWrites('PUT', connection('to-onprem'), {
    location: 'westeurope',
    properties: {
      connectionType: 'IPsec',
      virtualNetworkGateway1: { id: gatewayId },
      localNetworkGateway2: { id: site },
      sharedKey: 'not-a-real-key',
    },
  });

describe('what a removal refuses', () => {
  it('a gateway that others use: every use is told at once, and nothing is removed', async () => {
    const story = await deployed();
    expect(await connect(story)).toBe(201);
    await story.host.runFor(10);
    const before = left(story);
    const { status, error } = await story.ended(await remove(story));
    expect(status).toBe('Failed');
    expect(error).toMatchObject({ code: 'RequestRefused', details: [{ code: 'GatewayInUse' }] });
    expect(error!.message).toContain('to-onprem');
    expect(left(story)).toEqual(before);

    // Only point-to-site may go: the gateway stays for the connection.
    const kept = await agreed(story, { ...removal, keepGateway: true });
    expect(kept.status).toBe('Succeeded');
    expect(left(story)).toEqual({ ...nothing, gateway: true, publicIp: true, gatewaySubnet: true });
    const gateway = story.properties(gatewayId)!;
    expect(gateway).toMatchObject({ provisioningState: 'Succeeded' });
    expect(gateway.vpnClientConfiguration?.radiusServers ?? []).toEqual([]);
    expect(story.properties(connection('to-onprem'))).toBeDefined();
  });

  it('a gateway of which no record says that this app made anything, and one that is not there', async () => {
    const story = await stage();
    expect((await story.call('POST', 'removals', removal)).status).toBe(404);
    const { status, body } = await story.call('POST', 'removals', {
      virtualNetworkGatewayId: hub,
      keepGateway: 'no',
      approval: { required: false },
      force: true,
    });
    expect(status).toBe(400);
    expect(body.error.details.map(({ target }: { target: string }) => target).toSorted()).toEqual([
      'approval.required',
      'force',
      'keepGateway',
      'virtualNetworkGatewayId',
    ]);
  });
});

describe('what else asks for a removal', () => {
  it('a dry run and a ticket of the kind remove', async () => {
    const story = await deployed();
    const writes = story.writes().length;
    const dry = await story.call('POST', 'deployments/plan', { kind: 'remove', virtualNetworkId: hub });
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({
      problems: [],
      steps: [{ name: 'gateway', action: 'delete', target: gatewayId }, {}, {}, {}, {}],
    });
    expect(story.writes()).toHaveLength(writes);
    const wrong = await story.call('POST', 'tickets', { kind: 'move', ticket: story.webhook('REQ1') });
    expect(wrong.status).toBe(400);
    const id = await story.send({
      kind: 'remove',
      ticket: story.webhook('REQ0020000'),
      virtualNetworkId: hub,
    });
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    expect(story.answers().at(-1)).toMatchObject({ deploymentId: id, status: 'AwaitingApproval' });
    expect(story.answers().at(-1)!.text).toContain('The gateway vpngw-hub is deleted');
    // A VNet has one at a time, of deployments and removals together.
    expect((await story.call('POST', 'tickets', story.ticket())).body.error.code).toBe(
      'DeploymentInProgress',
    );
    const { body: plan } = await story.call('GET', `deployments/${id}/plan`);
    const no = { approved: false, by: 'Jonas', planDigest: plan.digest };
    expect((await story.call('POST', `deployments/${id}/approval`, no)).status).toBe(202);
    expect((await story.ended(id)).status).toBe('Rejected');
    expect(left(story)).toMatchObject({ gateway: true, secret: true });
  });

  it('the event of a gateway that somebody else deleted: a plan for what is left, which waits', async () => {
    const story = await deployed();
    expect(await story.armWrites('DELETE', gatewayId, {})).toBe(202);
    await story.host.runFor(60);
    const [waiting] = (await story.call('GET', 'deployments?status=AwaitingApproval')).body.deployments;
    expect(waiting).toMatchObject({ gatewayId, ticket: { id: expect.stringMatching(/^event-/) } });
    // An event deletes nothing.
    expect(left(story)).toMatchObject({ publicIp: true, gatewaySubnet: true, secret: true });
    expect(left(story).clients).toContain('vpngw-hub');
    const deployment = await story.ended(await story.agree(waiting.id));
    expect(deployment.status).toBe('Succeeded');
    expect(left(story)).toEqual(nothing);
    await story.host.runFor(24 * 60);
    expect((await story.call('GET', 'deployments')).body.deployments).toHaveLength(2);
  });

  it('the event of a VNet that somebody else deleted: a plan for what is left on NPS and in Key Vault', async () => {
    const story = await deployed();
    const { resources } = story.world.azure.world;
    for (const id of [gatewayId, publicIp, hub]) resources.delete(id);
    const event = {
      specversion: '1.0',
      id: 'vnet-gone',
      type: 'Microsoft.Resources.ResourceDeleteSuccess',
      time: story.clock.now().toISOString(),
      source: hub,
      subject: hub,
      data: {
        resourceUri: hub,
        operationName: 'Microsoft.Network/virtualNetworks/delete',
        status: 'Succeeded',
      },
    };
    await story.host.deliver('gatewayDeleted', event);
    await story.host.deliver('gatewayDeleted', event);
    const { deployments } = (await story.call('GET', 'deployments?ticket=event-vnet-gone')).body;
    expect(deployments).toMatchObject([{ gatewayId }]);
    const ended = await story.ended(await story.agree(deployments[0].id));
    expect(ended.status).toBe('Succeeded');
    expect(vault(story).deleted.has('radius-hub')).toBe(true);
    expect(names(story.nps('nps-01').state().radiusClients)).toEqual(['wifi-ap']);
  });
});

describe('a removal that is stopped', () => {
  it('is sent again and carries on with what is left', async () => {
    const story = await deployed();
    // Azure deletes the gateway, and then refuses for a while to delete the address.
    story.world.azure.faults.add({
      match: { action: 'Microsoft.Network/publicIPAddresses/delete' },
      effect: { kind: 'deny' },
    });
    const first = await agreed(story);
    expect(first).toMatchObject({ status: 'Failed', error: { code: 'AuthorizationFailed' } });
    expect(left(story)).toEqual({ ...nothing, publicIp: true, gatewaySubnet: true });
    expect(first.result?.removed?.map(({ what }) => what)).toContain('gateway');
    story.world.azure.faults.clear();
    const second = await agreed(story);
    expect(second.status).toBe('Succeeded');
    expect(left(story)).toEqual(nothing);
    expect(second.result?.changes).toEqual(['public IP vpngw-hub-pip deleted', 'GatewaySubnet deleted']);
  });
});

describe('a removal to which Azure does not show once what exists', () => {
  it.each([
    ['the gateway', 'Microsoft.Network/virtualNetworkGateways/read'],
    ['its public address', 'Microsoft.Network/publicIPAddresses/read'],
  ])(
    '%s, when it is planned again after the approval: it is not asked again, and everything goes',
    async (_, action) => {
      const story = await deployed();
      const id = await remove(story);
      await story.until(id, ({ status }) => status === 'AwaitingApproval');
      story.world.azure.faults.add({
        match: { method: 'GET', action },
        effect: { kind: 'respond', status: 404, code: 'ResourceNotFound' },
      });
      const { status } = await story.ended(await story.agree(id));
      expect(story.world.azure.faults.snapshot().map((fault) => fault.left)).toEqual([0]);
      expect(status).toBe('Succeeded');
      expect(left(story)).toEqual(nothing);
    },
  );
});

describe('a removal whose answers are lost', () => {
  const writes = [
    { method: 'DELETE', action: 'Microsoft.Network/virtualNetworkGateways/delete' },
    { method: 'DELETE', action: 'Microsoft.Network/publicIPAddresses/delete' },
    { method: 'DELETE', action: 'Microsoft.Network/virtualNetworks/subnets/delete' },
    { method: 'PUT', action: actions.runCommand },
    { method: 'PATCH', url: '/secrets/radius-hub' },
    { method: 'DELETE', url: '/secrets/radius-hub' },
  ];

  it.each([
    ['before it arrived', false],
    ['after it was carried out', true],
  ])('each of them once, %s: everything goes, and one answer tells it once', async (_, afterEffect) => {
    const story = await deployed();
    const id = await remove(story);
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    for (const match of writes)
      story.world.azure.faults.add({ match, effect: { kind: 'drop', afterEffect } });
    const { status, result } = await story.ended(await story.agree(id));
    expect(status).toBe('Succeeded');
    expect(left(story)).toEqual(nothing);
    expect(vault(story).deleted.get('radius-hub')).toMatchObject([{ enabled: false }]);
    expect(story.world.azure.faults.snapshot().map((fault) => fault.left)).toEqual(writes.map(() => 0));
    const changes = result!.changes!;
    expect(new Set(changes).size).toBe(changes.length);
    expect(changes).toContain('gateway vpngw-hub deleted');
    expect(
      story.answers().filter((answer) => answer.deploymentId === id && answer.status === 'Succeeded'),
    ).toHaveLength(1);
  });
});
