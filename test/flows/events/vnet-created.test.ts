import { beforeAll, describe, expect, it } from 'vitest';
import { sharedFolder } from '../../shared-folder.ts';
import { realBody, withReal } from '../stage/payloads.ts';
import { gatewayId, hub, inResourceGroup, nps01, type Stage, stage } from '../stage/stage.ts';

const spoke = inResourceGroup('Microsoft.Network/virtualNetworks/spoke');
const optIn = { 'vpn-radius': 'enabled' };

const tag = (story: Stage, id: string, tags: Record<string, string>) =>
  story.armWrites('PATCH', id, { tags });
const deployments = async (story: Stage) => (await story.call('GET', 'deployments')).body.deployments;
const createdSpoke = {
  location: 'westeurope',
  tags: optIn,
  properties: {
    addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
    subnets: [{ name: 'servers', properties: { addressPrefix: '10.1.1.0/24' } }],
  },
};

/** Lets everything that was started begin and end. */
async function quiet(story: Stage) {
  await story.host.runFor(90);
}

it('a new VNet with the tag gets its gateway, and further tags say how', async () => {
  const story = await stage();
  await story.armWrites('PUT', spoke, {
    ...createdSpoke,
    tags: {
      ...optIn,
      'vpn-radius-sku': 'VpnGw2AZ',
      'vpn-radius-pool': '172.20.0.0/24',
      'vpn-radius-protocols': 'OpenVPN',
    },
  });
  await quiet(story);
  expect(await deployments(story)).toMatchObject([{ virtualNetworkId: spoke, status: 'Succeeded' }]);
  const gateway = story.properties(gatewayId.replace('vpngw-hub', 'vpngw-spoke'))!;
  expect(gateway).toMatchObject({
    provisioningState: 'Succeeded',
    sku: { name: 'VpnGw2AZ' },
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ['172.20.0.0/24'] },
      vpnClientProtocols: ['OpenVPN'],
      radiusServers: [{ radiusServerAddress: '10.0.1.4' }],
    },
  });
  expect(story.world.azure.topicEvents[0]).toMatchObject({
    type: 'VpnRadius.Deployment.Succeeded',
    subject: spoke,
    data: { status: 'Succeeded' },
  });
});

it('a VNet without the tag, or that lost it before the event came, is left alone', async () => {
  const story = await stage();
  await tag(story, hub, { environment: 'test', 'vpn-radius': 'no' });
  await quiet(story);
  expect(await deployments(story)).toEqual([]);
  expect(story.properties(hub)!.subnets).toHaveLength(1);
});

it('a tag with a wrong value becomes a failed deployment that says so, and an event; nothing is written', async () => {
  const story = await stage();
  await tag(story, hub, { ...optIn, 'vpn-radius-sku': 'Basic', 'vpn-radius-poool': '172.16.0.0/24' });
  await quiet(story);
  const [summary] = await deployments(story);
  expect(summary).toMatchObject({ status: 'Failed', error: { code: 'InvalidTags' } });
  expect(summary.error.details.map(({ code, target }: Record<string, string>) => [code, target])).toEqual([
    ['TagInvalid', 'vpn-radius-sku'],
    ['TagUnknown', 'vpn-radius-poool'],
  ]);
  expect(story.writes().map(({ method }) => method)).toEqual(['PATCH']);
  expect(story.world.azure.topicEvents).toMatchObject([
    { type: 'VpnRadius.Deployment.Failed', subject: hub, data: { error: { code: 'InvalidTags' } } },
  ]);

  // After the tags are fixed, the next write of the VNet starts a deployment again.
  await tag(story, hub, optIn);
  await quiet(story);
  expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }, { status: 'Failed' }]);
});

it('updates of a VNet that has its deployment do nothing, nor do our own writes, nor the event again', async () => {
  const story = await stage();
  await tag(story, hub, optIn);
  await quiet(story);
  const ended = await deployments(story);
  expect(ended).toMatchObject([{ status: 'Succeeded' }]);
  const writes = story.writes().length;

  await tag(story, hub, { ...optIn, owner: 'somebody' });
  await quiet(story);
  expect(await deployments(story)).toEqual(ended);
  expect(story.writes().length).toBe(writes + 1);
});

it('tags that change start another deployment, which waits where it would take something away', async () => {
  const story = await stage();
  await tag(story, hub, { ...optIn, 'vpn-radius-pool': '172.20.0.0/24' });
  await quiet(story);
  const client = () => story.properties(gatewayId)!.vpnClientConfiguration;
  await tag(story, hub, { ...optIn, 'vpn-radius-pool': '172.20.0.0/24 172.20.1.0/24' });
  await quiet(story);
  expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }, { status: 'Succeeded' }]);
  expect(client().vpnClientAddressPool.addressPrefixes).toEqual(['172.20.0.0/24', '172.20.1.0/24']);

  await tag(story, hub, { ...optIn, 'vpn-radius-pool': '172.20.1.0/24' });
  await quiet(story);
  const [waiting] = await deployments(story);
  expect(waiting).toMatchObject({ status: 'AwaitingApproval' });
  expect((await story.call('GET', `deployments/${waiting.id}/plan`)).body.takesAway).toMatchObject([
    { what: 'addressPool', target: '172.20.0.0/24' },
  ]);
  expect(client().vpnClientAddressPool.addressPrefixes).toHaveLength(2);
});

it('tags that were there before a ticket do not undo what it brought about', async () => {
  const story = await stage({ events: false });
  await tag(story, hub, { ...optIn, 'vpn-radius-sku': 'VpnGw2AZ' });
  await story.ended(await story.send(story.ticket()));
  const event = {
    id: 'e-1',
    type: 'Microsoft.Resources.ResourceWriteSuccess',
    subject: hub,
    data: { resourceUri: hub, operationName: 'Microsoft.Network/virtualNetworks/write' },
  };
  await story.host.deliver('vnetCreated', event);
  await quiet(story);
  expect(await deployments(story)).toHaveLength(1);
  await tag(story, hub, { ...optIn, 'vpn-radius-protocols': 'IkeV2 OpenVPN' });
  await story.host.deliver('vnetCreated', event);
  await story.host.settled();
  expect(await deployments(story)).toHaveLength(2);
});

describe('tags that change while a deployment runs', () => {
  const withPool = (pool: string) => ({ ...optIn, 'vpn-radius-pool': pool });
  const pools = (story: Stage) =>
    story.properties(gatewayId)!.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes;

  it('are followed when it has ended, each delivery being taken; the last ones count', async () => {
    const story = await stage();
    await tag(story, hub, withPool('172.20.0.0/24'));
    await story.host.runFor(5);
    for (const pool of ['172.20.9.0/24', '172.20.0.0/24 172.20.1.0/24']) {
      await tag(story, hub, withPool(pool));
      await story.host.runFor(2);
    }
    expect(story.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await deployments(story)).toMatchObject([{ status: 'Running' }]);
    await quiet(story);
    expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }, { status: 'Succeeded' }]);
    expect(pools(story)).toEqual(['172.20.0.0/24', '172.20.1.0/24']);
    await quiet(story);
    expect(await deployments(story)).toHaveLength(2);
  });

  it('begin nothing when they have been changed back, or were there before the first ticket', async () => {
    const story = await stage();
    story.world.azure.resource(hub)!.tags = withPool('172.20.0.0/24');
    const id = await story.send(story.ticket());
    await story.host.runFor(5);
    await tag(story, hub, withPool('172.20.9.0/24'));
    await story.host.runFor(2);
    await tag(story, hub, withPool('172.20.0.0/24'));
    expect((await story.ended(id)).status).toBe('Succeeded');
    await quiet(story);
    expect(await deployments(story)).toHaveLength(1);
  });

  it('are followed though the VNet had none before a ticket, and by housekeeping after a deployment that was killed', async () => {
    const story = await stage();
    const id = await story.send(story.ticket());
    await story.host.runFor(5);
    await tag(story, hub, withPool('172.16.201.0/24 172.20.1.0/24'));
    await story.host.runFor(2);
    await story.host.fetch(`/runtime/webhooks/durabletask/instances/${id}/terminate?reason=test`, {
      method: 'POST',
    });
    await story.host.runFor(26 * 60);
    const [followed, ...others] = await deployments(story);
    expect(followed).toMatchObject({ ticket: { id: expect.stringMatching(/^event-/) } });
    const plan = (await story.call('GET', `deployments/${followed.id}/plan`)).text;
    expect(plan).toContain('172.20.1.0/24');
    expect(others).toMatchObject([{ id, status: 'Canceled' }]);
  });
});

describe('a deployment that failed for a passing reason', () => {
  const power = (story: Stage, state: 'running' | 'stopped') => {
    story.world.azure.resource(nps01)!.properties.powerState = state;
  };
  /** The NPS server is off when the VNet asks for its gateway. */
  async function failedOnce(): Promise<Stage> {
    const story = await stage();
    power(story, 'stopped');
    await tag(story, hub, optIn);
    await story.host.runFor(5);
    expect(await deployments(story)).toMatchObject([
      {
        status: 'Failed',
        error: { message: expect.stringContaining('tries again automatically at 2030-01-01') },
      },
    ]);
    power(story, 'running');
    return story;
  }

  it('is tried again by itself, and the events of its own writes begin nothing', async () => {
    const story = await failedOnce();
    await story.host.runFor(20);
    expect(await deployments(story)).toHaveLength(1);
    await story.host.runFor(120);
    expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }, { status: 'Failed' }]);
    await story.host.runFor(24 * 60);
    expect(await deployments(story)).toHaveLength(2);
  });

  it('is tried again when the VNet is written again, and then not by itself as well', async () => {
    const story = await failedOnce();
    await tag(story, hub, { ...optIn, owner: 'net' });
    await story.host.runFor(120);
    expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }, { status: 'Failed' }]);
  });

  it('is left alone once the VNet asks for nothing any more', async () => {
    const story = await failedOnce();
    await tag(story, hub, { 'vpn-radius': 'no' });
    await story.host.runFor(120);
    expect(await deployments(story)).toHaveLength(1);
    const again = story.host.durable.instances().filter(({ instanceId }) => instanceId.startsWith('again-'));
    expect(again).toMatchObject([{ status: 'Completed' }]);
  });
});

it('two VNets at once with the pool "auto" get different pools', async () => {
  const story = await stage();
  await Promise.all([tag(story, hub, optIn), story.armWrites('PUT', spoke, createdSpoke)]);
  await quiet(story);
  const pool = (id: string) =>
    story.properties(id)!.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes;
  const pools = [pool(gatewayId), pool(gatewayId.replace('vpngw-hub', 'vpngw-spoke'))].flat();
  expect(pools.toSorted()).toEqual(['172.16.0.0/24', '172.16.1.0/24']);
});

describe('events as Event Grid may deliver them', () => {
  const event = (id: string, more: object = {}) => ({
    id: 'e-1',
    type: 'Microsoft.Resources.ResourceWriteSuccess',
    source: '/subscriptions/x',
    specversion: '1.0',
    subject: id,
    data: { resourceUri: id, operationName: 'Microsoft.Network/virtualNetworks/write' },
    ...more,
  });
  const tagged = async () => {
    const story = await stage({ events: false });
    await tag(story, hub, optIn);
    return story;
  };

  it('late, twice, at once and in another case: one deployment', async () => {
    const story = await tagged();
    await Promise.all([
      story.host.deliver('vnetCreated', event(hub)),
      story.host.deliver('vnetCreated', event(hub.toUpperCase(), { id: 'e-2' })),
      story.host.deliver('vnetCreated', event(hub.replace('resourceGroups', 'resourcegroups'))),
    ]);
    await quiet(story);
    await story.host.deliver('vnetCreated', event(hub));
    await quiet(story);
    expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }]);
    expect(story.requests('PUT', 'Microsoft.Network/virtualNetworkGateways/write')).toHaveLength(1);
  });

  describe('that ask for nothing', () => {
    let story: Stage;
    beforeAll(async () => {
      story = await tagged();
    });

    it.each([
      ['of a VNet that is gone', event(`${hub}-gone`)],
      ['of a subnet', event(`${hub}/subnets/servers`)],
      ['of a deletion', event(hub, { type: 'Microsoft.Resources.ResourceDeleteSuccess' })],
      ['of a write that failed', event(hub, { type: 'Microsoft.Resources.ResourceWriteFailure' })],
    ])('%s: nothing happens', async (_, delivered) => {
      await story.host.deliver('vnetCreated', delivered);
      await story.host.settled();
      expect(await deployments(story)).toEqual([]);
    });

    it.each([
      ['without a type', { id: 'e-1', subject: hub, data: {} }, 'neither eventType nor type'],
      ['without a resource', event(hub, { subject: undefined, data: {} }), 'names no resource'],
      ['null', null, 'neither eventType nor type'],
    ])(
      'malformed (%s): it throws, so that Event Grid tries again and keeps a dead letter',
      async (_, delivered, why) => {
        await expect(story.host.deliver('vnetCreated', delivered)).rejects.toThrow(why);
        expect(await deployments(story)).toEqual([]);
      },
    );
  });

  it('while Azure cannot be read: it throws, and the next delivery finds the VNet', async () => {
    const story = await tagged();
    story.world.azure.faults.add({
      match: { method: 'GET', action: 'Microsoft.Network/virtualNetworks/read' },
      effect: { kind: 'respond', status: 503 },
    });
    await expect(story.host.deliver('vnetCreated', event(hub))).rejects.toThrow();
    await story.host.deliver('vnetCreated', event(hub));
    await quiet(story);
    expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }]);
  });
});

describe.skipIf(!sharedFolder)(`events as documented, with the placeholders filled in${withReal}`, () => {
  const filled = (name: string): unknown => {
    const [, , subscription, , group] = hub.split('/');
    const text = JSON.stringify(realBody(`events/resource_write_success.vnet.${name}.derived.json`))
      .replaceAll('{subscription-id}', subscription!)
      .replaceAll('{resource-group}', group!)
      .replaceAll('{vnet-name}', 'hub');
    return JSON.parse(text);
  };

  it.each([
    ['eventgrid', () => (filled('eventgrid') as unknown[])[0]],
    ['cloudevents', () => filled('cloudevents')],
  ])('%s: from the event to the gateway', async (_, delivered) => {
    const story = await stage({ events: false });
    await tag(story, hub, optIn);
    await story.host.deliver('vnetCreated', delivered());
    await quiet(story);
    expect(await deployments(story)).toMatchObject([
      { status: 'Succeeded', ticket: { id: 'event-4db48cba-50a2-455a-93b4-de41a3b5b7f6' } },
    ]);
    expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
  });
});
