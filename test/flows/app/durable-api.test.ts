import { expect, it } from 'vitest';
import { gatewayId, hub, nps02, stage } from '../stage/stage.ts';

/** Somebody who has the key of the durable management API starts an orchestration without our routes. */
async function started(story: Awaited<ReturnType<typeof stage>>, name: string, order: unknown) {
  const answer = await story.host.fetch(
    `/runtime/webhooks/durabletask/orchestrators/${name}/attack-${name}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    },
  );
  expect(answer.status).toBe(202);
  await story.host.runFor(120);
  return story.host.durable.instance(`attack-${name}`)!;
}

const npsOrder = {
  host: { id: nps02, kind: 'virtualMachine', location: 'westeurope' },
  runName: 'attack',
  operation: 'Set',
  desiredState: JSON.stringify({ radiusClients: [{ name: 'all', address: '10.0.0.0/8' }] }),
  secret: { name: 'radius-hub', version: '0' },
  timeoutMinutes: 25,
};
const branch = { orchestration: 'configureNpsServer', instanceId: 'attack-inside', input: npsOrder };

const request = {
  ticket: { system: 'jira', id: 'FIN-2' },
  virtualNetworkId: hub,
  gateway: {},
  pointToSite: { addressPool: 'auto' },
  radius: {},
  nps: {},
  approval: { required: false, timeoutDays: 7 },
};

it('a deployment started past the routes does nothing, and tells no ticket', async () => {
  const story = await stage();
  story.world.jira.create('FIN', {});
  story.world.jira.create('FIN', {});
  const order = { request, fingerprint: 'f' };
  const instance = await started(story, 'provisionVpnGateway', order);
  expect(instance.output).toMatchObject({ failure: { code: 'NotStartedByApp' } });
  expect(story.writes()).toEqual([]);
  expect(story.world.jira.comments('FIN-2')).toEqual([]);

  // Also not while the app has started one.
  const id = await story.send(story.ticket());
  const answer = await story.host.fetch(
    `/runtime/webhooks/durabletask/orchestrators/provisionVpnGateway/attack-again`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    },
  );
  expect(answer.status).toBe(202);
  expect(await story.ended(id)).toMatchObject({ status: 'Succeeded' });
  expect(story.host.durable.instance('attack-again')!.output).toMatchObject({
    failure: { code: 'NotStartedByApp' },
  });
});

it.each([
  ['configureNpsServer', npsOrder],
  ['provisionGateway', { gatewayId, wish: {}, secret: { name: 'radius-hub', version: '0' } }],
  ['repairGateway', { gatewayId }],
  ['askNpsServer', { runId: 'x', tests: [0] }],
  ['evaluatePart', { runId: 'x', part: 0 }],
  ['readSubscription', { runId: 'x', subscriptionId: 'x' }],
  ['runLane', [branch]],
])('%s started alone does nothing', async (name, order) => {
  const story = await stage({
    scenario: { secrets: [{ name: 'radius-hub', value: 'of-the-hub-gateway-4711' }] },
  });
  const instance = await started(story, name, order);
  expect(instance.output).toMatchObject({ failure: { code: 'NotStartedByDeployment' } });
  expect(story.writes()).toEqual([]);
  expect(story.host.durable.instances()).toHaveLength(1);
});
