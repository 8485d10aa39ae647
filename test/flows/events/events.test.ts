import { beforeAll, describe, expect, it } from 'vitest';
import { creationLooks } from '../../../shared/gateway/creation-looks.ts';
import type { OutgoingEvent } from '../../../simulator/azure/events/resource-events.ts';
import { actions, gatewayId, type Stage, stage, stageOf } from '../stage/stage.ts';

const minutes = (count: number) => count * 60_000;

/** A deployment that only the test wakes, of a gateway that takes `gatewayMinutes`. Azure's events wait in `events`. */
async function waiting(gatewayMinutes = 40) {
  const story = await stage({
    events: false,
    // The test compares the exact time of each look.
    queues: { early: false, lateTimers: 0, twice: 0 },
    scenario: { durations: { gatewayCreate: gatewayMinutes * 60 } },
  });
  const events: OutgoingEvent[] = [];
  story.world.azure.onEvent((event) => {
    if (event.subject.toLowerCase() === gatewayId.toLowerCase()) events.push(event);
  });
  const id = await story.send(story.ticket());
  await story.host.runUntil(() => story.properties(gatewayId) !== undefined);
  return { ...story, id, events };
}

const written = (id: string, more: object = {}) => ({
  id: 'e-1',
  type: 'Microsoft.Resources.ResourceWriteSuccess',
  source: '/subscriptions/x',
  specversion: '1.0',
  subject: id,
  data: { resourceUri: id, operationName: actions.gateway, status: 'Succeeded' },
  ...more,
});

/** Milliseconds from the end of Azure's operation to the moment at which the deployment knew of it. */
async function noticedAfter(story: Stage, id: string): Promise<number> {
  const deployment = await story.ended(id);
  expect(deployment.status).toBe('Succeeded');
  const operation = [...story.world.azure.world.operations.values()].find(
    ({ target, kind }) => target === gatewayId && kind === 'provision',
  )!;
  return Date.parse(stageOf(deployment, 'gateway').endedAt!) - Date.parse(operation.endsAt);
}

describe('the gateway is ready', () => {
  it.each([16, 40])('after %d minutes, and Event Grid says so: within five seconds', async (duration) => {
    const story = await stage({ scenario: { durations: { gatewayCreate: duration * 60 } } });
    expect(await noticedAfter(story, await story.send(story.ticket()))).toBeLessThanOrEqual(5_000);
  });

  it.each([16, 33, 36.2, 40, 44.55, 47.99])(
    'after %d minutes, and no event ever comes: at the next look of the pace',
    async (duration) => {
      const story = await waiting(duration);
      const next = creationLooks([]).find((time) => time >= minutes(duration))!;
      const late = await noticedAfter(story, story.id);
      expect(late).toBe(next - minutes(duration));
      const arm = story.world.azure.requests.filter(({ service }) => service === 'arm');
      expect(arm.length, 'requests of the whole deployment').toBeLessThanOrEqual(60);
    },
  );
});

describe('an event', () => {
  it('that comes early is answered by a look, and the wait goes on', async () => {
    const story = await waiting();
    await story.host.runFor(7);
    const looks = () => story.requests('GET', actions.gateway.replace('write', 'read')).length;
    const before = looks();
    await story.host.deliver('gatewayWritten', written(gatewayId));
    await story.host.settled();
    expect(looks()).toBe(before + 1);
    expect(stageOf(await story.deployment(story.id), 'gateway').status).toBe('Running');
    expect(await noticedAfter(story, story.id)).toBeLessThanOrEqual(90_000);
  });

  it('before anybody waits, and one of an older operation, do nothing', async () => {
    const story = await stage({ events: false });
    await story.host.deliver('gatewayWritten', written(gatewayId));
    const id = await story.send(story.ticket());
    await story.host.deliver('gatewayWritten', written(gatewayId, { id: 'older' }));
    expect(await noticedAfter(story, id)).toBeLessThanOrEqual(90_000);
  });

  it.each([
    ['in CloudEvents', 'cloudEvent'],
    ['in the Event Grid schema', 'eventGrid'],
  ] as const)(
    "twice, %s, with the group's name in lower case as Azure writes it: once is enough",
    async (_, schema) => {
      const story = await waiting(31);
      await story.host.runUntil(() => story.events.length > 0);
      const event = story.events[0]![schema];
      await Promise.all([1, 2].map(() => story.host.deliver('gatewayWritten', event)));
      expect(await noticedAfter(story, story.id)).toBeLessThanOrEqual(5_000);
      await story.host.deliver('gatewayWritten', event);
      await story.host.settled();
      expect((await story.deployment(story.id)).status).toBe('Succeeded');
      expect(story.answers()).toHaveLength(1);
    },
  );

  it('late, when the deployment has ended, does nothing', async () => {
    const story = await waiting();
    const ended = await story.ended(story.id);
    await story.host.runFor(60);
    const requests = story.world.azure.requests.length;
    await story.host.deliver('gatewayWritten', story.events.at(-1)!.cloudEvent);
    await story.host.settled();
    expect(await story.deployment(story.id)).toEqual(ended);
    expect(story.world.azure.requests.length).toBe(requests);
  });

  describe('of something else', () => {
    let story: Stage;
    beforeAll(async () => {
      story = await waiting();
      await story.host.runFor(7);
    });

    it.each([
      ["of somebody else's gateway", written(`${gatewayId}-other`)],
      ['of a gateway whose name begins alike', written(gatewayId.slice(0, -1))],
      ['of a connection', written(gatewayId.replace('virtualNetworkGateways', 'connections'))],
      ['of a deletion', written(gatewayId, { type: 'Microsoft.Resources.ResourceDeleteSuccess' })],
    ])('%s wakes nobody', async (_, event) => {
      const requests = story.world.azure.requests.length;
      await story.host.deliver('gatewayWritten', event);
      await story.host.settled();
      expect(story.world.azure.requests.length).toBe(requests);
    });
  });

  it('that is none throws, so that Event Grid keeps a dead letter', async () => {
    const story = await stage();
    await expect(story.host.deliver('gatewayWritten', { id: 'x' })).rejects.toThrow(
      'neither eventType nor type',
    );
  });

  it('that says the write has failed wakes nobody, and the next look tells the ticket', async () => {
    const story = await stage();
    const effect = {
      kind: 'failOperation',
      code: 'GatewayAllocationFailed',
      message: 'No capacity.',
    } as const;
    story.world.azure.faults.add({ match: { method: 'PUT', action: actions.gateway }, effect });
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'GatewayAllocationFailed' } });
  });
});
