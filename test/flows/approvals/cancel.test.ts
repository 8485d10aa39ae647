import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decisionKey } from '../../../functions/decisions/decision-key.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import { decisionProof } from '../../../shared/deployment/decisions/decision-proof.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { actions, gatewayId, hub, stage } from '../stage/stage.ts';

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
  // The NPS server is asked first, which takes less than a minute.
  const story = await canceledAfter(0.85);
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

it('raised past our routes is no cancel, neither of the deployment nor of what it waits for', async () => {
  const story = await stage();
  const id = await story.send(story.ticket());
  await story.host.runFor(3);
  const branches = story.host.durable.instances().map(({ instanceId }) => instanceId);
  expect(branches.length).toBeGreaterThan(2);
  for (const instanceId of branches) {
    for (const body of [{ by: 'ciso@contoso.com' }, { by: 'ciso@contoso.com', proof: 'guessed' }, true]) {
      const path = `/runtime/webhooks/durabletask/instances/${instanceId}/raiseEvent/cancel`;
      await story.host.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    }
  }
  expect((await story.ended(id)).status).toBe('Succeeded');
});

it('through our routes still counts after others were passed over', async () => {
  const story = await stage();
  const id = await story.send(story.ticket());
  await story.host.runFor(10);
  await story.host.fetch(`/runtime/webhooks/durabletask/instances/${id}/raiseEvent/cancel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"by":"nobody"}',
  });
  await story.host.runFor(1);
  expect((await story.deployment(id)).status).toBe('Running');
  await story.call('POST', `deployments/${id}/cancel`, { by: 'Maria' });
  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({ status: 'Canceled' });
  expect(deployment.error!.message).toContain('canceled by Maria');
});

it('that comes once more, long after its deployment, stops neither the next one nor the branch that writes the same gateway', async () => {
  const stateDir = join(temporaryFolder('vpn-radius-cancel-').folder, 'state');
  const story = await stage({ stateDir });
  const running = () =>
    story.host.durable.instances().filter(({ status }) => status === 'Running' || status === 'Pending');
  const gatewayBranch = () => running().find(({ instanceId }) => instanceId.startsWith('gateway-'))!;
  const first = await story.send(story.ticket());
  await story.host.runFor(5);
  const branchOfFirst = gatewayBranch().instanceId;
  await story.call('POST', `deployments/${first}/cancel`, { by: 'Maria' });
  expect((await story.ended(first)).status).toBe('Canceled');

  const next = await story.send(story.ticket());
  await story.host.runFor(5);
  expect(gatewayBranch().instanceId).not.toBe(branchOfFirst);
  const key = await decisionKey(rowsInFolder(join(stateDir, 'reports', 'rows')));
  const copy = { by: 'Maria', proof: decisionProof(key, first, 'cancel') };
  for (const { instanceId } of running())
    await story.host.fetch(`/runtime/webhooks/durabletask/instances/${instanceId}/raiseEvent/cancel`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(copy),
    });
  expect((await story.ended(next)).status).toBe('Succeeded');
});
