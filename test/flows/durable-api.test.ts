import { expect, it } from 'vitest';
import { gatewayId, nps02, stage } from './stage.ts';

/** Whoever holds the key of the durable management API starts an orchestration past our routes. */
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

it.each([
  ['configureNpsServer', npsOrder],
  ['provisionGateway', { gatewayId, wish: {}, secret: { name: 'radius-hub', version: '0' } }],
  ['repairGateway', { gatewayId }],
  ['testNpsServer', { runId: 'x', tests: [0] }],
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
