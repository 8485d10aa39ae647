import { expect, it } from 'vitest';
import { actions, stage, stageOf } from '../stage/stage.ts';

/** Queues at their worst: every third message comes late, every third twice, and timers fire early or late. */
const queues = { lateTimers: 0.3, late: 0.3, twice: 0.3 };

it.each(['one', 'two', 'three'])(
  'messages that come early, late and twice change nothing of a deployment (seed %s)',
  async (seed) => {
    const story = await stage({ seed, queues });
    const id = await story.send(story.ticket());
    const deployment = await story.ended(id);
    expect(deployment).toMatchObject({ status: 'Succeeded', percent: 100 });
    expect(deployment.stages.filter(({ status }) => status !== 'Succeeded').map(({ name }) => name)).toEqual([
      'approval',
    ]);
    // Until the last copy of every message has come.
    await story.host.runFor(2);
    for (const action of [actions.gateway, actions.subnet, actions.publicIp, actions.runCommand])
      expect(story.requests('PUT', action), action).toHaveLength(1);
    expect(story.requests('PUT', 'Microsoft.KeyVault/vaults/secrets/write').length).toBeLessThanOrEqual(1);
    expect(story.answers().map(({ status }) => status)).toEqual(['Succeeded']);
  },
);

it('an approval that comes twice approves once, and a request to cancel that comes twice ends one deployment', async () => {
  const story = await stage({ seed: 'twice', queues: { twice: 1 } });
  const id = await story.send(story.ticket({ approval: { required: true } }));
  await story.until(id, ({ status }) => status === 'AwaitingApproval');
  const { digest: planDigest } = (await story.call('GET', `deployments/${id}/plan`)).body;
  const approval = { approved: true, by: 'grace@contoso.com', planDigest };
  expect((await story.call('POST', `deployments/${id}/approval`, approval)).status).toBe(202);
  await story.until(id, (deployment) => stageOf(deployment, 'gateway').status === 'Running');
  expect((await story.call('POST', `deployments/${id}/cancel`, { by: 'ada@contoso.com' })).status).toBe(202);
  expect((await story.ended(id)).status).toBe('Canceled');
  expect(story.answers().map(({ status }) => status)).toEqual(['AwaitingApproval', 'Canceled']);
});
