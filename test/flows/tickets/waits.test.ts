import { expect, it } from 'vitest';
import { actions, stage, stageOf } from '../stage/stage.ts';

it('a throttled step says in one GET why it waits and until when; each side ends its own stage', async () => {
  const story = await stage();
  const fix = story.world.azure.faults.add({
    match: { method: 'PUT', action: actions.publicIp },
    effect: { kind: 'respond', status: 429, code: 'TooManyRequests', message: 'Slow down.' },
    times: 'always',
  });
  const id = await story.send(story.ticket());
  await story.host.runFor(20);
  const early = await story.deployment(id);
  const waits = stageOf(early, 'publicIp');
  expect(waits).toMatchObject({
    status: 'Running',
    lastError: {
      code: 'TooManyRequests',
      message: 'Slow down.',
      correlationId: expect.any(String),
      requestId: expect.any(String),
    },
    detail: expect.stringMatching(/Slow down\. \(TooManyRequests\) Tried \d+ times; next try at /),
  });
  expect(waits.attempt).toBeGreaterThan(3);
  const now = new Date(story.clock.now()).toISOString();
  expect(waits.nextTryAt! > now && waits.waitingSince! < now).toBe(true);
  await story.host.runFor(20);
  const late = await story.deployment(id);
  expect(late.percent).toBe(early.percent);
  expect(late.expectedEndAt! > early.expectedEndAt!).toBe(true);

  fix();
  await story.until(id, (deployment) => stageOf(deployment, 'nps').status === 'Succeeded');
  const meanwhile = await story.deployment(id);
  expect(stageOf(meanwhile, 'gateway').status).toBe('Running');
  expect(meanwhile.result!.changes!.some((change) => change.startsWith('nps-01: '))).toBe(true);

  const ended = await story.ended(id);
  expect(ended.status).toBe('Succeeded');
  const [nps, gateway] = [stageOf(ended, 'nps'), stageOf(ended, 'gateway')];
  expect(nps).toEqual(stageOf(meanwhile, 'nps'));
  const minutes = ({ startedAt, endedAt }: typeof nps) =>
    (Date.parse(endedAt!) - Date.parse(startedAt!)) / 60_000;
  expect(minutes(nps)).toBeLessThan(9);
  expect(minutes(gateway)).toBeGreaterThan(39);
  expect(stageOf(ended, 'publicIp')).toMatchObject({
    status: 'Succeeded',
    attempt: expect.any(Number),
    lastError: { code: 'TooManyRequests' },
  });
  expect(stageOf(ended, 'publicIp')).not.toHaveProperty('nextTryAt');
});
