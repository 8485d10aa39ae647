import { describe, expect, it } from 'vitest';
import { isEnded } from '../../../shared/deployment/record/view.ts';
import { gatewayId, type Stage, stage, stageOf } from '../stage/stage.ts';

function unreachable(
  story: Stage,
  effect: 'dropBefore' | 'dropAfter' | { status: number },
  times: number,
): void {
  story.world.receiver.faults.push({ effect, times });
}

describe('the ticket system cannot be reached', () => {
  it('the deployment ends all the same, and its answer arrives as soon as the system is back', async () => {
    const story = await stage();
    unreachable(story, 'dropBefore', 6);
    const id = await story.send(story.ticket());
    await story.until(id, ({ status }) => isEnded(status));
    const ended = await story.deployment(id);
    expect(ended).toMatchObject({ status: 'Succeeded', result: { gatewayId } });
    expect(stageOf(ended, 'answer')).toMatchObject({
      status: 'Failed',
      detail: expect.stringContaining('tries again for one day'),
    });
    expect(story.answers()).toEqual([]);

    await story.host.runUntil(() => story.answers().length > 0);
    expect(story.answers()).toMatchObject([{ status: 'Succeeded', deploymentId: id }]);
    await story.host.settled();
    const later = await story.deployment(id);
    expect(stageOf(later, 'answer')).toMatchObject({ status: 'Succeeded' });
    expect(later.status).toBe('Succeeded');
  });

  it('after a day it is given up, and the deployment says so', async () => {
    const story = await stage();
    unreachable(story, { status: 503 }, 1_000);
    const deployment = await story.ended(await story.send(story.ticket()));
    const before = story.minutes();
    await story.host.runFor(26 * 60);
    const later = await story.deployment(deployment.id);
    const { status, detail, endedAt } = stageOf(later, 'answer');
    expect(status).toBe('Failed');
    expect(detail).not.toContain('tried again');
    const hours = (Date.parse(endedAt!) - Date.parse('2030-01-01')) / 3_600_000 - before / 60;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(25);
    expect(later).toMatchObject({ status: 'Succeeded', result: { gatewayId } });
    expect(story.answers()).toEqual([]);
  });

  it('it took the answer, but could not say so: the repeat has the same id, and is taken once', async () => {
    const story = await stage();
    unreachable(story, 'dropAfter', 1);
    await story.ended(await story.send(story.ticket()));
    await story.host.runFor(10);
    expect(story.answers()).toHaveLength(1);
  });

  it('it refuses the answer: that is not repeated, and stands in the deployment', async () => {
    const story = await stage();
    unreachable(story, { status: 404 }, 1_000);
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment.status).toBe('Succeeded');
    expect(stageOf(deployment, 'answer')).toMatchObject({
      status: 'Failed',
      detail: expect.stringMatching(/rejected with 404\.$/),
    });
  });

  it('the answer of a failure goes the same way, and the VNet is free for the next ticket meanwhile', async () => {
    const story = await stage();
    unreachable(story, { status: 503 }, 3);
    story.nps('nps-01').change((state) => {
      state.mfa.installed = false;
    });
    const failed = await story.ended(await story.send(story.ticket()));
    expect(failed.status).toBe('Failed');
    story.nps('nps-01').change((state) => {
      state.mfa.installed = true;
    });
    const again = await story.ended(await story.send(story.ticket()));
    expect(again.status).toBe('Succeeded');
    await story.host.runFor(60);
    expect(
      story
        .answers()
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual(['Failed', 'Succeeded']);
  });
});

it('what a topic and a callback could not be told is told once they are back, each once; health says so meanwhile', async () => {
  const story = await stage();
  const fix = story.world.azure.faults.add({
    match: { method: 'POST', url: '/api/events' },
    effect: { kind: 'respond', status: 503 },
    times: 'always',
  });
  unreachable(story, { status: 429 }, 3);
  const id = await story.send(story.ticket({ approval: { required: true } }));
  await story.host.runFor(1);
  const waits = stageOf(await story.deployment(id), 'approval');
  expect(waits).toMatchObject({ status: 'Running', lastError: { code: 'CallbackUnavailable' } });
  expect(waits.nextTryAt).toBeDefined();
  const health = await story.call('GET', 'health');
  const codes = health.body.undelivered.map(({ code }: { code: string }) => code);
  expect(codes).toContain('CallbackUnavailable');
  expect(health.text).not.toContain('REQ0012345');

  await story.host.runFor(60);
  expect(story.answers().map(({ status }) => status)).toEqual(['AwaitingApproval']);
  expect(story.world.azure.topicEvents).toEqual([]);
  await story.call('POST', `deployments/${id}/cancel`, {});
  await story.ended(id);
  fix();
  await story.host.runFor(120);
  const events = story.world.azure.topicEvents.map(({ id: its, type }) => [its, type]);
  // Both were told, late, with their own ids, and neither of them twice.
  expect(new Set(events.map(([its]) => its)).size).toBe(events.length);
  expect(events.map(([, type]) => type)).toEqual(
    expect.arrayContaining(['VpnRadius.Deployment.AwaitingApproval', 'VpnRadius.Deployment.Failed']),
  );
  expect(story.answers().map(({ status }) => status)).toEqual(['AwaitingApproval', 'Canceled']);
});
