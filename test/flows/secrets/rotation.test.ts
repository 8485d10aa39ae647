import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import { login } from '../../../simulator/nps/radius/login.ts';
import {
  actions,
  gatewayId,
  hub,
  nps01,
  nps02,
  type Stage,
  stage,
  stageAfter,
  stageOf,
  statuses,
} from '../stage/stage.ts';
import { formsOf, told } from '../stage/told.ts';

const one = [{ address: '10.0.1.4', score: 30, host: nps01 }];
const two = [...one, { address: '10.0.1.5', score: 10, host: nps02 }];
const hosts = { '10.0.1.4': 'nps-01', '10.0.1.5': 'nps-02' } as const;
type Address = keyof typeof hosts;

/** Versions in Key Vault, the oldest first. */
const versions = ({ world }: Stage, name = 'radius-hub') => world.azure.world.vault.secrets.get(name) ?? [];
/** The second server has a secret of its own. */
const ofSecond = (story: Stage) =>
  versions(
    story,
    [...story.world.azure.world.vault.secrets.keys()].find((name) => /^radius-hub-nps-02-/.test(name)),
  );
const onGateway = ({ properties }: Stage, address: string): string =>
  properties(gatewayId)!.vpnClientConfiguration.radiusServers.find(
    (server: JsonObject) => server.radiusServerAddress === address,
  ).radiusServerSecret;
const onNps = ({ nps }: Stage, address: Address): string | undefined =>
  nps(hosts[address])
    .state()
    .radiusClients.find(({ name }) => name === 'vpngw-hub')?.secret;
const agree = (story: Stage, address: Address) => onNps(story, address) === onGateway(story, address);

const deployed = (servers = one, options: Parameters<typeof stage>[0] = {}) =>
  stageAfter(
    async (story) => {
      const radius = { servers, secretName: 'radius-hub' };
      const deployment = await story.ended(await story.send(story.ticket({ radius })));
      expect(deployment.status).toBe('Succeeded');
      await story.host.runFor(60);
    },
    options,
    servers,
  );

const rotation = { virtualNetworkGatewayId: gatewayId };
const rotate = async (story: Stage) => story.ended(await story.send(rotation, 'rotations'));
const signIn = (story: Stage, address: Address) => {
  const ended = login(
    story.world.radius.get(hosts[address])!,
    story.clock,
    {
      user: 'anna',
      password: 'anna-password',
      tunnel: 'IkeV2',
      gatewayAddress: '10.0.255.4',
      secret: onGateway(story, address),
    },
    randomBytes,
  );
  return passing(story, ended);
};

async function passing<T>({ clock }: Stage, ended: Promise<T>): Promise<T> {
  let going = true;
  const result = ended.finally(() => {
    going = false;
  });
  while (going) {
    await setTimeout(5);
    if (going) clock.advance(500);
  }
  return result;
}

describe('the rotation of a gateway with one RADIUS server', () => {
  it('stores a new version, gives it to NPS and then to the gateway, and lets users in by it', async () => {
    const story = await deployed();
    const [old] = versions(story);
    const before = structuredClone(story.properties(gatewayId)!);
    const done = story.writes().length;
    const answer = await story.call('POST', 'rotations', rotation);
    expect(answer.status).toBe(202);
    const { id } = answer.body;
    expect(answer.body).toEqual({
      id,
      virtualNetworkId: hub,
      statusUrl: expect.stringMatching(new RegExp(`/api/deployments/${id}$`)),
      alreadyRunning: false,
    });
    expect((await story.call('POST', 'rotations', rotation)).body).toMatchObject({
      id,
      alreadyRunning: true,
    });
    const deployment = await story.ended(id);
    const [, renewed] = versions(story);

    expect(versions(story)).toHaveLength(2);
    expect(deployment).toMatchObject({
      status: 'Succeeded',
      ticket: { system: 'webhook', id: expect.stringMatching(/^rotation-/) },
      result: { gatewayId, secretVersion: renewed!.version, previousSecretVersion: old!.version },
    });
    expect(statuses(deployment)).toMatchObject({
      approval: 'Skipped',
      gateway: 'Skipped',
      nps: 'Succeeded',
      pointToSite: 'Succeeded',
      verify: 'Succeeded',
    });
    expect(stageOf(deployment, 'plan').detail).toContain('nobody can sign in');
    expect(onNps(story, '10.0.1.4')).toBe(renewed!.value);
    expect(onGateway(story, '10.0.1.4')).toBe(renewed!.value);
    expect((await signIn(story, '10.0.1.4')).outcome).toBe('accepted');

    const its = story.writes().slice(done);
    expect(
      its.map(({ service, method, action }) => (service === 'keyVault' ? service : `${method} ${action}`)),
    ).toEqual([
      'keyVault',
      `PUT ${actions.runCommand}`,
      'DELETE Microsoft.Compute/virtualMachines/runCommands/delete',
      `PUT ${actions.gateway}`,
    ]);
    before.vpnClientConfiguration.radiusServers[0].radiusServerSecret = renewed!.value;
    expect(story.properties(gatewayId)).toMatchObject(before);
  });

  it('leaves the app with what was asked for: the same ticket again changes nothing', async () => {
    const story = await deployed();
    await rotate(story);
    const writes = story.requests('PUT', actions.gateway).length;
    const radius = { servers: one, secretName: 'radius-hub' };
    const again = await story.ended(await story.send(story.ticket({ radius })));
    expect(again).toMatchObject({ status: 'Succeeded', result: { changes: [] } });
    expect(story.requests('PUT', actions.gateway)).toHaveLength(writes);
  });

  it('tells the topic, by versions alone', async () => {
    const story = await deployed();
    const { id } = await rotate(story);
    const [old, renewed] = versions(story);
    const told = story.world.azure.topicEvents.filter(({ type }) => type === 'VpnRadius.Secret.Rotated');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ subject: hub });
    expect(told[0]!.data).toEqual({
      deploymentId: id,
      virtualNetworkId: hub,
      gatewayId,
      secretName: 'radius-hub',
      secretVersion: renewed!.version,
      previousSecretVersion: old!.version,
      secrets: [
        { address: '10.0.1.4', name: 'radius-hub', version: renewed!.version, previous: old!.version },
      ],
    });
  });

  it('works with a secret that has expired, and the plan of a ticket says that it has', async () => {
    const story = await deployed();
    versions(story)[0]!.expires = story.clock.now().getTime() / 1000 - 60;
    const radius = { servers: one, secretName: 'radius-hub' };
    const { body } = await story.call('POST', 'deployments/plan', story.ticket({ radius }));
    expect(body.problems).toEqual([]);
    expect(body.warnings.map(({ code }: JsonObject) => code)).toContain('SecretExpired');
    expect((await rotate(story)).status).toBe('Succeeded');
    expect(versions(story)).toHaveLength(2);
  });

  it('with SECRET_MAX_AGE_DAYS=60 a generated secret expires after 60 days', async () => {
    const story = await deployed(one, { settings: { SECRET_MAX_AGE_DAYS: '60' } });
    await rotate(story);
    for (const { created, expires } of versions(story))
      expect(Math.round((expires! - created) / 86_400)).toBe(60);
  });
});

/** After every request of the app: which of the servers agree with the gateway. */
function agreements(story: Stage): boolean[][] {
  const seen: boolean[][] = [];
  const { azure } = story.world;
  const { handle } = azure;
  Object.assign(azure, {
    handle: async (request: Parameters<typeof handle>[0]) => {
      seen.push([agree(story, '10.0.1.5'), agree(story, '10.0.1.4')]);
      const response = await handle(request);
      seen.push([agree(story, '10.0.1.5'), agree(story, '10.0.1.4')]);
      return response;
    },
  });
  return seen;
}

const distinct = (seen: readonly boolean[][]) =>
  seen.filter((pair, index) => String(pair) !== String(seen[index - 1]));

describe('the rotation of a gateway with two RADIUS servers', () => {
  it('takes one after the other: at every moment one of them agrees with the gateway', async () => {
    const story = await deployed(two);
    const seen = agreements(story);
    const deployment = await rotate(story);
    expect(deployment.status).toBe('Succeeded');
    expect(distinct(seen)).toEqual([
      [true, true],
      [false, true],
      [true, true],
      [true, false],
      [true, true],
    ]);
    const [old, renewed] = versions(story);
    const [, renewedToo] = ofSecond(story);
    const bodies = story
      .requests('PUT', actions.gateway)
      .slice(-2)
      .map(({ body }) => JSON.parse(body!));
    expect(
      bodies.map(({ properties }) =>
        properties.vpnClientConfiguration.radiusServers.map(
          (server: JsonObject) => server.radiusServerSecret,
        ),
      ),
    ).toEqual([
      [old!.value, renewedToo!.value],
      [renewed!.value, renewedToo!.value],
    ]);
    expect(stageOf(deployment, 'plan').detail).not.toContain('nobody can sign in');
  });

  it('lets users in all the time', async () => {
    const story = await deployed(two);
    const id = await story.send(rotation, 'rotations');
    await story.until(id, () => !agree(story, '10.0.1.5'));
    expect((await signIn(story, '10.0.1.4')).outcome).toBe('accepted');
    await story.until(id, () => !agree(story, '10.0.1.4'));
    expect((await signIn(story, '10.0.1.5')).outcome).toBe('accepted');
    expect((await story.ended(id)).status).toBe('Succeeded');
    expect((await signIn(story, '10.0.1.4')).outcome).toBe('accepted');
  });

  it('keeps for the second what the gateway holds, also when Key Vault does not know it', async () => {
    const story = await deployed(two);
    const byHand = 'typed-by-hand-on-both-sides';
    story.properties(gatewayId)!.vpnClientConfiguration.radiusServers[0].radiusServerSecret = byHand;
    story.nps('nps-01').change((state) => {
      for (const client of state.radiusClients) client.secret = byHand;
    });
    const seen = agreements(story);
    const deployment = await rotate(story);
    expect(deployment.status).toBe('Succeeded');
    expect(seen.every((pair) => pair.includes(true))).toBe(true);
    // The gateway did not hold the newest version for the first server. So that version was brought there.
    expect([versions(story).length, ofSecond(story).length]).toEqual([1, 2]);
  });
});

it('a rotation that NPS would refuse stores no new version: it is told before', async () => {
  const story = await deployed(two);
  const before = versions(story).length;
  story.nps('nps-01').change((state) => {
    state.mfa.loaded = false;
  });
  const { error } = await rotate(story);
  expect(error).toMatchObject({ code: 'RequestRefused', details: [{ code: 'MfaExtensionMissing' }] });
  expect(versions(story)).toHaveLength(before);
});

describe('a rotation that stops midway', () => {
  const refusedGateway = (story: Stage, after = 0) =>
    story.world.azure.faults.add({
      match: { method: 'PUT', action: actions.gateway },
      after,
      effect: { kind: 'respond', status: 400, code: 'OutOfOrder', message: 'Not today.' },
    });

  it.each<[string, (story: Stage) => () => void, RegExp[]]>([
    [
      'at the first server: the gateway refuses',
      (story) => {
        refusedGateway(story);
        return () => {};
      },
      [
        /10\.0\.1\.5, Key Vault secret radius-hub\S*: nps-02 has version OLD again, the gateway has version OLD\./,
        /10\.0\.1\.4, Key Vault secret radius-hub\S*: nps-01 is unchanged, the gateway has version OLD\./,
      ],
    ],
    [
      'at the second server: NPS does not take the secret',
      (story) => {
        const fails = (failing: 'radius client' | null) =>
          story.nps('nps-01').change((state) => {
            state.failing = failing;
          });
        fails('radius client');
        return () => fails(null);
      },
      [
        /10\.0\.1\.5, Key Vault secret radius-hub\S*: nps-02 has version NEW, the gateway has version NEW\./,
        /10\.0\.1\.4, Key Vault secret radius-hub\S*: nps-01 has version OLD again, the gateway has version OLD\./,
      ],
    ],
    [
      'at the second server: the gateway refuses',
      (story) => {
        refusedGateway(story, 1);
        return () => {};
      },
      [
        /10\.0\.1\.5, Key Vault secret radius-hub\S*: nps-02 has version NEW, the gateway has version NEW\./,
        /10\.0\.1\.4, Key Vault secret radius-hub\S*: nps-01 has version OLD again, the gateway has version OLD\./,
      ],
    ],
  ])('%s', async (_, arrange, sides) => {
    const story = await deployed(two);
    const fix = arrange(story);
    const seen = agreements(story);
    const failed = await rotate(story);
    expect([agree(story, '10.0.1.4'), agree(story, '10.0.1.5')]).toEqual([true, true]);
    const [old, renewed] = versions(story);
    expect(failed.status).toBe('Failed');
    const both = [[old, renewed], ofSecond(story)];
    const message = both.reduce(
      (text, [before, after]) => text.replaceAll(before!.version, 'OLD').replaceAll(after!.version, 'NEW'),
      failed.error!.message,
    );
    for (const side of sides) expect(message).toMatch(side);
    expect(message).toContain('Send the rotation again: it continues with the versions that Key Vault has.');

    fix();
    const again = await rotate(story);
    expect(again).toMatchObject({
      status: 'Succeeded',
      result: { secretVersion: renewed!.version, previousSecretVersion: old!.version },
    });
    expect([versions(story).length, ofSecond(story).length]).toEqual([2, 2]);
    expect(seen.every((pair) => pair.includes(true))).toBe(true);
    expect([agree(story, '10.0.1.4'), agree(story, '10.0.1.5')]).toEqual([true, true]);
    expect(onGateway(story, '10.0.1.4')).toBe(renewed!.value);
  });

  it('with an only server: the same version again, never a third', async () => {
    const story = await deployed();
    story.world.azure.faults.add({
      match: { method: 'PUT', action: actions.gateway },
      effect: { kind: 'failOperation', code: 'InternalServerError', message: 'An error occurred.' },
    });
    const failed = await rotate(story);
    expect(failed).toMatchObject({ status: 'Failed', error: { code: 'InternalServerError' } });
    expect(agree(story, '10.0.1.4')).toBe(true);
    expect((await rotate(story)).status).toBe('Succeeded');
    expect(versions(story)).toHaveLength(2);
    expect(onGateway(story, '10.0.1.4')).toBe(versions(story)[1]!.value);
    expect(onNps(story, '10.0.1.4')).toBe(versions(story)[1]!.value);
  });

  it('at the last look: both sides have the version, which is carried on with all the same', async () => {
    const story = await deployed();
    let armed = true;
    story.world.azure.onEvent(({ subject, eventType }) => {
      if (!armed || !/virtualNetworkGateways/i.test(subject) || !eventType.endsWith('WriteSuccess')) return;
      armed = false;
      story.world.azure.faults.add({
        match: {
          method: 'POST',
          action: 'Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action',
        },
        after: 1,
        effect: { kind: 'respond', status: 400, code: 'OutOfOrder', message: 'Not today.' },
      });
    });
    const failed = await rotate(story);
    expect(stageOf(failed, 'verify').status).toBe('Failed');
    expect((await rotate(story)).status).toBe('Succeeded');
    expect(versions(story)).toHaveLength(2);
    // After a success, the next one is a new rotation.
    expect((await rotate(story)).status).toBe('Succeeded');
    expect(versions(story)).toHaveLength(3);
  });

  it('canceled between the servers: what was done is told, and the next one carries on', async () => {
    const story = await deployed(two);
    const id = await story.send(rotation, 'rotations');
    await story.until(id, () => !agree(story, '10.0.1.5'));
    await story.call('POST', `deployments/${id}/cancel`, { by: 'Maria' });
    const canceled = await story.ended(id);
    expect(canceled).toMatchObject({ status: 'Canceled', error: { code: 'Canceled' } });
    expect(canceled.error!.message).toMatch(
      /canceled by Maria\. RADIUS server 10\.0\.1\.5, Key Vault secret radius-hub-nps-02-/,
    );
    expect(canceled.error!.message).toContain('nps-02 has version');
    expect([agree(story, '10.0.1.4'), agree(story, '10.0.1.5')]).toEqual([true, true]);
    await story.host.runFor(30);
    expect((await rotate(story)).status).toBe('Succeeded');
    expect([versions(story).length, ofSecond(story).length]).toEqual([2, 2]);
  });
});

describe('a rotation beside other work on the VNet', () => {
  it('is refused while a deployment runs, as is a ticket while it runs itself', async () => {
    const story = await deployed();
    const radius = { servers: one, secretName: 'radius-hub' };
    const running = await story.send(story.ticket({ radius }));
    const refused = await story.call('POST', 'rotations', rotation);
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: 'DeploymentInProgress', target: running } },
    });
    await story.ended(running);
    const id = await story.send(rotation, 'rotations');
    expect(id > running).toBe(true);
    const ticket = await story.call('POST', 'tickets', story.ticket({ radius }));
    expect(ticket).toMatchObject({
      status: 409,
      body: { error: { code: 'DeploymentInProgress', target: id } },
    });
    expect((await story.ended(id)).status).toBe('Succeeded');
    expect(versions(story)).toHaveLength(2);
  });
});

it('waits while somebody else writes the gateway, and does not take that write for its own', async () => {
  const story = await deployed(two);
  const seen = agreements(story);
  const id = await story.send(rotation, 'rotations');
  await story.until(id, () => !agree(story, '10.0.1.5'));
  const { location, properties, tags } = story.world.azure.resource(gatewayId)! as never as JsonObject;
  const body = { location, properties, tags: { ...(tags as object), owner: 'network team' } } as JsonObject;
  expect(await story.armWrites('PUT', gatewayId, structuredClone(body))).toBe(200);
  expect((await story.ended(id)).status).toBe('Succeeded');
  expect(seen.every((pair) => pair.includes(true))).toBe(true);
  expect([agree(story, '10.0.1.4'), agree(story, '10.0.1.5')]).toEqual([true, true]);
  expect(onGateway(story, '10.0.1.4')).toBe(versions(story)[1]!.value);
  expect(story.world.azure.resource(gatewayId)!.tags).toMatchObject({ owner: 'network team' });
});

/** The same gateway, in an app that knows no deployment of it. */
async function ofOthers(scenario: JsonObject = {}) {
  const other = await deployed();
  const resource = (id: string) => structuredClone(other.world.azure.resource(id)!) as never;
  const pip = gatewayId.replace('virtualNetworkGateways/vpngw-hub', 'publicIPAddresses/vpngw-hub-pip');
  return stage({
    scenario: { ...scenario, resources: [hub, gatewayId, pip].map(resource) } as never,
    settings: { DEFAULT_NPS_SERVERS: JSON.stringify(one) },
  });
}

it('works for a gateway of others, whose servers DEFAULT_NPS_SERVERS knows, and leaves the rest of it alone', async () => {
  const story = await ofOthers();
  const before = structuredClone(story.properties(gatewayId)!.vpnClientConfiguration);
  const deployment = await rotate(story);
  expect(deployment).toMatchObject({ status: 'Succeeded', result: { gatewayId } });
  const name = [...story.world.azure.world.vault.secrets.keys()].find((one) =>
    one.startsWith('radius-vpngw'),
  );
  before.radiusServers[0].radiusServerSecret = versions(story, name)[0]!.value;
  expect(story.properties(gatewayId)!.vpnClientConfiguration).toMatchObject(before);
  expect((await signIn(story, '10.0.1.4')).outcome).toBe('accepted');
});

describe('a rotation that cannot be', () => {
  let refusing: Stage | undefined;
  it.each<[string, unknown, number, JsonObject]>([
    [
      'of a gateway that does not exist',
      { virtualNetworkGatewayId: gatewayId.replace('vpngw-hub', 'vpngw-none') },
      404,
      { code: 'NotFound', target: 'virtualNetworkGatewayId' },
    ],
    [
      'of a VNet',
      { virtualNetworkGatewayId: hub },
      400,
      { code: 'InvalidRequest', details: [{ code: 'FieldInvalid', target: 'virtualNetworkGatewayId' }] },
    ],
    [
      'of nothing',
      {},
      400,
      { code: 'InvalidRequest', details: [{ code: 'FieldMissing', target: 'virtualNetworkGatewayId' }] },
    ],
    [
      'with a field too many',
      { ...rotation, force: true },
      400,
      { code: 'InvalidRequest', details: [{ code: 'UnknownField', target: 'force' }] },
    ],
  ])('%s', async (_, body, status, error) => {
    refusing ??= await deployed();
    const story = refusing;
    const writes = story.writes().length;
    const answer = await story.call('POST', 'rotations', body);
    expect(answer).toMatchObject({ status, body: { error } });
    expect(story.writes()).toHaveLength(writes);
  });

  it('of a secret that is that of another gateway', async () => {
    const story = await deployed();
    versions(story)[0]!.tags = { 'vpn-radius-gateway': gatewayId.replace('vpngw-hub', 'vpngw-spoke') };
    const writes = story.writes().length;
    const deployment = await rotate(story);
    expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'RadiusSecretInvalid' } });
    expect(deployment.error!.message).toContain('vpngw-spoke');
    expect(story.writes()).toHaveLength(writes);
  });

  it('with a server whose machine nobody has named', async () => {
    const story = await deployed();
    story.properties(gatewayId)!.vpnClientConfiguration.radiusServers.push({
      radiusServerAddress: '10.0.1.9',
      radiusServerScore: 5,
      radiusServerSecret: 'of somebody else',
    });
    const answer = await story.call('POST', 'rotations', rotation);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidRequest', details: [{ code: 'NpsHostUnknown' }] } },
    });
    expect(answer.body.error.message).toContain('10.0.1.9 of vpngw-hub');
    expect(answer.body.error.message).toContain('DEFAULT_NPS_SERVERS');
    expect(versions(story)).toHaveLength(1);
  });
});

describe('a secret that nears its expiry', () => {
  const deployments = async (story: Stage) => (await story.call('GET', 'deployments')).body.deployments;
  const event = (name: string, version: string, schema: 'eventType' | 'type') => ({
    id: 'e-1',
    subject: name,
    [schema]: 'Microsoft.KeyVault.SecretNearExpiry',
    data: { ObjectType: 'Secret', ObjectName: name, Version: version, VaultName: 'kv' },
  });

  const nearing = (story: Stage, days = 29) => {
    const [first] = versions(story);
    first!.expires = story.clock.now().getTime() / 1000 + days * 86_400;
    return first!.version;
  };

  it.each([
    ['at once', {}, 90],
    ['in the repair window', { COMPLIANCE_REPAIR_WINDOW: '02:00-12:00' }, 90],
  ] as const)(
    'is rotated only when Key Vault says so too, and not because an event does: %s',
    async (_, settings, minutes) => {
      const story = await deployed(one, { events: false, settings });
      const far = nearing(story, 60);
      const deliver = (version: string) =>
        story.host.deliver('secretNearExpiry', event('RADIUS-hub', version, 'type'));
      await deliver(far);
      await deliver('0'.repeat(32));
      await expect(deliver('')).rejects.toThrow('data.Version');
      await expect(deliver('../../keys/x')).rejects.toThrow('data.Version');
      await story.host.runFor(minutes);
      expect(versions(story)).toHaveLength(1);
      expect(await deployments(story)).toHaveLength(1);

      await deliver(nearing(story));
      await story.host.runFor(minutes);
      expect(versions(story)).toHaveLength(2);
    },
  );

  it('is rotated, once for an event that comes twice', async () => {
    const story = await deployed();
    const [{ version } = { version: '' }] = versions(story);
    story.world.azure.emitSecretNearExpiry('radius-hub');
    await story.host.runFor(90);
    expect(await deployments(story)).toMatchObject([
      { status: 'Succeeded', ticket: { system: 'webhook', id: expect.stringMatching(/^rotation-/) } },
      { status: 'Succeeded' },
    ]);
    expect(versions(story)).toHaveLength(2);
    await story.host.deliver('secretNearExpiry', event('radius-hub', version, 'eventType'));
    await story.host.runFor(90);
    expect(versions(story)).toHaveLength(2);
  });

  it('waits for the repair window, because a rotation that nobody asked for drops users', async () => {
    const story = await deployed(one, { settings: { COMPLIANCE_REPAIR_WINDOW: '04:00-05:00' } });
    story.world.azure.emitSecretNearExpiry('radius-hub');
    story.world.azure.emitSecretNearExpiry('radius-hub');
    await story.host.runFor(60);
    expect(versions(story)).toHaveLength(1);
    await story.host.runFor(150);
    expect(versions(story)).toHaveLength(2);
    const written = new Date(versions(story)[1]!.created * 1000);
    expect(written.getUTCHours()).toBe(4);
    expect(onGateway(story, '10.0.1.4')).toBe(versions(story)[1]!.value);
  });

  it('is found by its tag where no deployment of the gateway is known', async () => {
    const story = await ofOthers({ secrets: [{ name: 'radius-old', value: 'of-earlier-times-4711' }] });
    versions(story, 'radius-old')[0]!.tags = { 'vpn-radius-gateway': gatewayId };
    story.world.azure.emitSecretNearExpiry('radius-old');
    await story.host.runFor(90);
    expect(await deployments(story)).toMatchObject([{ status: 'Succeeded' }]);
    const names = [...story.world.azure.world.vault.secrets.keys()];
    expect(names.filter((name) => name.startsWith('radius'))).toEqual(['radius-old']);
    expect(onGateway(story, '10.0.1.4')).toBe(versions(story, 'radius-old')[1]!.value);
  });

  it('is rotated also when the gateway holds another: a new version, for the newest is about to expire', async () => {
    const story = await deployed();
    story.properties(gatewayId)!.vpnClientConfiguration.radiusServers[0].radiusServerSecret = 'another';
    story.world.azure.emitSecretNearExpiry('radius-hub');
    await story.host.runFor(90);
    expect(versions(story)).toHaveLength(2);
    expect(onGateway(story, '10.0.1.4')).toBe(versions(story)[1]!.value);
  });

  it('that a person stored is used by one gateway, and refused for another', async () => {
    const story = await deployed(one, {
      scenario: { secrets: [{ name: 'radius-hub', value: 'wanted-by-two-gateways-4711' }] } as never,
    });
    expect(onGateway(story, '10.0.1.4')).toBe('wanted-by-two-gateways-4711');
    const spoke = hub.replace(/hub$/, 'spoke');
    await story.armWrites('PUT', spoke, {
      location: 'westeurope',
      properties: {
        addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
        subnets: [{ name: 'servers', properties: { addressPrefix: '10.1.1.0/24' } }],
      },
    });
    const radius = { servers: one, secretName: 'radius-hub' };
    const writes = story.writes().length;
    const second = await story.send({
      ...story.ticket({ radius, virtualNetworkId: spoke, pointToSite: { addressPool: 'auto' } }),
      gateway: {},
      gatewaySubnetPrefix: undefined,
    });
    expect(await story.ended(second)).toMatchObject({
      status: 'Failed',
      error: { code: 'RequestRefused', details: [{ code: 'SecretUnusable', target: 'radius.secretName' }] },
    });
    expect(story.writes()).toHaveLength(writes);
  });

  it('while a deployment runs: Event Grid has to deliver it again, and then it is rotated', async () => {
    const story = await deployed();
    const radius = { servers: one, secretName: 'radius-hub' };
    nearing(story);
    const id = await story.send(story.ticket({ radius }));
    await expect(
      story.host.deliver('secretNearExpiry', event('radius-hub', versions(story)[0]!.version, 'type')),
    ).rejects.toThrow('is running');
    await story.ended(id);
    await story.host.deliver('secretNearExpiry', event('radius-hub', versions(story)[0]!.version, 'type'));
    await story.host.runFor(90);
    expect(versions(story)).toHaveLength(2);
  });

  it('with a server whose machine nobody has named becomes a failed deployment that says so', async () => {
    const story = await deployed();
    story.properties(gatewayId)!.vpnClientConfiguration.radiusServers[0].radiusServerAddress = '10.0.1.9';
    story.world.azure.emitSecretNearExpiry('radius-hub');
    await story.host.runFor(5);
    expect(await deployments(story)).toMatchObject([
      { status: 'Failed', error: { code: 'RotationRefused', details: [{ code: 'NpsHostUnknown' }] } },
      { status: 'Succeeded' },
    ]);
    expect(versions(story)).toHaveLength(1);
  });

  it('is not told by an event of another kind, and one that says nothing is refused', async () => {
    const story = await stage();
    const deliver = (told: JsonObject) =>
      story.host.deliver('secretNearExpiry', { id: 'e', data: {}, ...told });
    await deliver({ eventType: 'Microsoft.KeyVault.SecretExpired' });
    await expect(deliver({})).rejects.toThrow('neither eventType nor type');
    await expect(deliver({ type: 'Microsoft.KeyVault.SecretNearExpiry' })).rejects.toThrow(
      'no secret in data',
    );
    expect(await deployments(story)).toEqual([]);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'rotation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the old and the new secret are found nowhere but where they must be, also after a failure', async () => {
  const story = await deployed(two, { stateDir: folder });
  story.world.azure.faults.add({
    match: { method: 'PUT', action: actions.gateway },
    effect: {
      kind: 'failOperation',
      code: 'InvalidSecret',
      message: `Neither '${onGateway(story, '10.0.1.4')}' is valid.`,
    },
  });
  expect((await rotate(story)).status).toBe('Failed');
  expect((await rotate(story)).status).toBe('Succeeded');
  await story.host.runFor(60);
  const stored = [...versions(story), ...ofSecond(story)];
  expect(stored).toHaveLength(4);
  const forms = stored.flatMap(({ value }) => formsOf(value));
  const texts = await told(story, folder);
  const found = texts.filter(([, text]) => forms.some((form) => text.includes(form)));
  expect(found.map(([where]) => where)).toEqual([]);
});
