import { expect, it } from 'vitest';
import { stage } from '../stage/stage.ts';

/**
 * What a deployment may cost in requests and in storage; the benchmarks measure its time. The histories hold the plan
 * several times, and each time the public keys by which the secrets are encrypted for the NPS servers. A message that the
 * queue delivers twice is in them twice.
 */
const budget = { armRequests: 45, historyEvents: 250, historyBytes: 76 * 1024, customStatusBytes: 16 * 1024 };

it.each([
  ['one server', {}],
  ['a client pool that is chosen', { pointToSite: { addressPool: 'auto' } }],
])(
  'forty minutes of creation with an event, %s: within the budget of requests and history',
  async (_, changes) => {
    const story = await stage();
    const id = await story.send(story.ticket(changes));
    // Until the answer and no longer: the check of the gateway that follows is no part of the deployment.
    const deployment = await story.ended(id);
    expect(deployment.status).toBe('Succeeded');
    const until = Date.parse(deployment.endedAt!);
    const gatewayEnd = Date.parse(deployment.stages.find(({ name }) => name === 'gateway')!.endedAt!);
    expect(until - gatewayEnd).toBeLessThan(5_000);

    const own = story.host.durable
      .instances()
      .filter(({ name }) =>
        ['provisionVpnGateway', 'provisionGateway', 'configureNpsServer', 'keepTelling'].includes(name),
      );
    // The deployment, its gateway, and its NPS server twice: tested for the plan, then configured.
    expect(own).toHaveLength(4);
    const counts = own.map(({ instanceId }) => story.host.durable.counts(instanceId));
    const sum = (of: (count: (typeof counts)[number]) => number) =>
      counts.reduce((total, count) => total + of(count), 0);
    expect(sum(({ historyEvents }) => historyEvents)).toBeLessThanOrEqual(budget.historyEvents);
    expect(sum(({ historyBytes }) => historyBytes)).toBeLessThanOrEqual(budget.historyBytes);

    const answered = story.world.azure.requests.findLastIndex(
      ({ action }) => action === 'Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action',
    );
    const arm = story.world.azure.requests.slice(0, answered + 1).filter(({ service }) => service === 'arm');
    expect(arm.length).toBeGreaterThan(20);
    expect(arm.length).toBeLessThanOrEqual(budget.armRequests);

    // Durable Functions keeps 16 KB of UTF-16.
    const status = JSON.stringify(own.find(({ instanceId }) => instanceId === id)!.customStatus);
    expect(status.length * 2).toBeLessThanOrEqual(budget.customStatusBytes);
  },
);

// On average a creation needs half as many looks (test/shared/gateway/pace.test.ts), so 45 requests.
it('the longest creation, of which no event tells, costs 60 requests', async () => {
  const story = await stage({ events: false, scenario: { durations: { gatewayCreate: 48 * 60 } } });
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(deployment.status).toBe('Succeeded');
  const arm = story.world.azure.requests.filter(({ service }) => service === 'arm');
  expect(arm.length).toBeGreaterThan(45);
  expect(arm.length).toBeLessThanOrEqual(60);
});
