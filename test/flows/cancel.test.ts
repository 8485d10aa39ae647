import { expect, it } from 'vitest';
import { actions, gatewayId, hub, stage } from './stage.ts';

async function canceledAfter(minutes: number, body: unknown = { by: 'Maria' }) {
  const story = await stage();
  const id = await story.send(story.ticket());
  await story.host.runFor(minutes);
  const cancel = () => story.call('POST', `deployments/${id}/cancel`, body);
  expect(await cancel()).toMatchObject({ status: 202, body: { id } });
  const canceledAt = story.minutes();
  const deployment = await story.ended(id);
  return { ...story, id, cancel, canceledAt, canceled: deployment };
}

it('before the gateway is written: the running step ends, and what exists is kept and listed', async () => {
  const story = await canceledAfter(0.1);
  expect(story.canceled).toMatchObject({ status: 'Canceled', error: { code: 'Canceled' } });
  expect(story.requests('PUT', actions.gateway)).toEqual([]);
  expect(story.properties(hub)!.subnets).toHaveLength(2);
  const answer = story.answers().at(-1)!;
  expect(answer.status).toBe('Canceled');
  expect(answer.text).toContain('canceled by Maria');
  expect(story.world.azure.topicEvents.at(-1)).toMatchObject({ data: { status: 'Canceled' } });
});

it('while the gateway provisions: at once, not forty minutes later; the gateway is listed, and Azure goes on with it', async () => {
  const story = await canceledAfter(15, undefined);
  expect(story.canceled).toMatchObject({ status: 'Canceled', result: { gatewayId } });
  expect(story.minutes() - story.canceledAt).toBeLessThan(1);
  const { text, result } = story.answers().at(-1)!;
  expect(text).toContain('GatewaySubnet 10.0.255.0/27 created');
  expect(text).toContain('public IP');
  expect(text).toContain('gateway vpngw-hub still being created');
  expect(text).toContain('nps-01: radiusClient vpngw-hub');
  expect(result).toEqual(story.canceled.result);

  await story.host.runFor(30);
  expect(story.properties(gatewayId)!.provisioningState).toBe('Succeeded');
  const again = await story.ended(await story.send(story.ticket()));
  expect(again.status).toBe('Succeeded');
  expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
});

it('while NPS is being configured: its run command does not stay behind', async () => {
  const story = await canceledAfter(3);
  expect(story.canceled.status).toBe('Canceled');
  // A check of the gateway follows every deployment, with a run command of its own.
  await story.host.runFor(30);
  expect([...story.world.azure.world.resources].filter(({ type }) => /runCommands/i.test(type))).toEqual([]);
});

it('when it has ended: 409, and nothing changes', async () => {
  const story = await stage();
  const deployment = await story.ended(await story.send(story.ticket()));
  const answer = await story.call('POST', `deployments/${deployment.id}/cancel`);
  expect(answer).toMatchObject({
    status: 409,
    body: { error: { code: 'DeploymentEnded', target: deployment.id } },
  });
  expect(await story.deployment(deployment.id)).toEqual(deployment);
});
