import { describe, expect, it } from 'vitest';
import { grown, type OldGateway, oldGatewayId, oldSecrets } from '../../../simulator/demo/old-secrets.ts';
import { actions, beginning, type Stage, stage } from '../stage/stage.ts';

const gateways: readonly OldGateway[] = [
  { name: 'vpngw-north', servers: ['nps-01', 'nps-02'], daysOld: 300 },
  { name: 'vpngw-south', servers: ['nps-01', 'nps-02'], daysOld: 250 },
  { name: 'vpngw-west', servers: ['nps-01'], daysOld: 200 },
  { name: 'vpngw-young', servers: ['nps-01'], daysOld: 20 },
];

async function aged(settings: Record<string, string> = {}) {
  const { scenario, settings: its } = oldSecrets(gateways);
  const story = await stage({ scenario, settings: { ...its, ...settings } });
  grown(story.world, beginning, gateways);
  return story;
}

const rotations = async ({ call }: Stage, id: string) => (await call('GET', `rotations/${id}`)).body;
const ended = async (story: Stage, id: string) => {
  const { durable } = story.host;
  await story.host.runUntil(() => durable.instance('rotations-due')?.status === 'Completed', {
    limitMinutes: 3000,
  });
  return rotations(story, id);
};
const statuses = ({ gateways }: { gateways: { gatewayId: string; status: string }[] }) =>
  gateways.map(({ gatewayId, status }) => `${gatewayId.split('/').at(-1)} ${status}`);

describe('all secrets that are due', () => {
  it('are told first, and nothing is started', async () => {
    const story = await aged();
    const answer = await story.call('POST', 'rotations', { due: true, preview: true, window: '22:00-05:00' });
    expect(answer).toMatchObject({ status: 200, body: { due: 3, begins: '2030-01-01T00:00:00.000Z' } });
    expect(answer.body.gateways.map(({ gatewayId }: { gatewayId: string }) => gatewayId)).toEqual(
      ['vpngw-north', 'vpngw-south', 'vpngw-west'].map((name) => oldGatewayId(name).toLowerCase()),
    );
    expect(story.writes()).toEqual([]);
  });

  it('are rotated one gateway after the other in the window, and what came of each is kept', async () => {
    const story = await aged();
    const order = { due: true, atOnce: 1, window: '22:00-05:00' };
    const answer = await story.call('POST', 'rotations', order);
    expect(answer.status).toBe(202);
    const { id, statusUrl } = answer.body;
    expect(statusUrl).toMatch(new RegExp(`/api/rotations/${id}$`));
    expect((await story.call('POST', 'rotations', order)).body).toEqual({
      ...answer.body,
      alreadyRunning: true,
    });
    expect(await story.call('POST', 'rotations', { ...order, atOnce: 2 })).toMatchObject({
      status: 409,
      body: { error: { code: 'RotationsInProgress', target: id } },
    });
    const told = await ended(story, id);
    expect(told).toMatchObject({
      status: 'Succeeded',
      text: '3 of 3 gateways have a new secret.',
      windows: ['22:00 to 05:00 UTC'],
      counts: { due: 3, succeeded: 3, failed: 0, notStarted: 0 },
    });
    const list = (await story.call('GET', `deployments?ticket=rotation-${id}`)).body.deployments;
    expect(list.map(({ status }: { status: string }) => status)).toEqual([
      'Succeeded',
      'Succeeded',
      'Succeeded',
    ]);
    const west = await story.deployment(told.gateways.at(-1).deploymentId);
    expect(west.result!.signInGap!.seconds).toBeGreaterThan(60);
    expect((await story.call('POST', 'rotations', { due: true, preview: true })).body.due).toBe(0);
    expect(await story.call('POST', `rotations/${id}/cancel`)).toMatchObject({ status: 409 });
  });

  it('stop at the first that fails: which are done, which failed, which were not started', async () => {
    const story = await aged();
    story.world.azure.faults.add({
      match: { method: 'PUT', action: actions.gateway, url: 'vpngw-south' },
      effect: { kind: 'respond', status: 400, code: 'OutOfOrder', message: 'Not today.' },
    });
    const { id } = (await story.call('POST', 'rotations', { due: true, atOnce: 1 })).body;
    const told = await ended(story, id);
    expect(told).toMatchObject({ status: 'Failed', counts: { succeeded: 1, failed: 1, notStarted: 1 } });
    expect(statuses(told)).toEqual(['vpngw-north Succeeded', 'vpngw-south Failed', 'vpngw-west NotStarted']);
    expect(told.gateways[1].why).toContain('has version');
    expect(told.text).toBe(
      '1 of 3 gateways have a new secret, 1 failed, 1 not started. The rotation of vpngw-south has not succeeded.',
    );

    const again = await ended(story, (await story.call('POST', 'rotations', { due: true })).body.id);
    // Key Vault has a young version of the one that failed, but its rotation is still due.
    expect(statuses(again)).toEqual(['vpngw-west Succeeded', 'vpngw-south Succeeded']);
  });

  it('wait for the window, and are not started any more once somebody says so', async () => {
    const story = await aged({ COMPLIANCE_REPAIR_WINDOW: '22:00-23:00' });
    const { id } = (await story.call('POST', 'rotations', { due: true })).body;
    await story.host.runFor(60);
    expect(await rotations(story, id)).toMatchObject({
      status: 'Running',
      counts: { running: 0, notStarted: 3 },
    });
    expect(
      (await story.call('POST', `rotations/${id}/cancel`, { by: 'Maria', comment: 'incident' })).status,
    ).toBe(202);
    await story.host.runFor(5);
    expect(await rotations(story, id)).toMatchObject({
      status: 'Canceled',
      stopped: { why: 'Canceled by Maria: incident.' },
    });
    expect(story.writes()).toEqual([]);
  });

  it('are ordered by fields that make sense, or refused by their names', async () => {
    const story = await aged({ COMPLIANCE_REPAIR_WINDOW: '22:00-23:00' });
    for (const [body, target] of [
      [{ due: false }, 'due'],
      [{ due: true, atOnce: 11 }, 'atOnce'],
      [{ due: true, window: '25:00' }, 'window'],
      // These two windows never overlap.
      [{ due: true, window: '10:00-11:00' }, 'window'],
      [{ due: true, scope: ['everything'] }, 'scope[0]'],
      [{ due: true, virtualNetworkGatewayId: oldGatewayId('vpngw-north') }, 'virtualNetworkGatewayId'],
    ] as const) {
      const answer = await story.call('POST', 'rotations', body);
      const error = { code: 'InvalidRequest', details: [{ target }] };
      expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, body: { error } });
    }
    expect((await story.call('GET', 'rotations/due-20300101t000000000z-000000000000')).status).toBe(404);
  });
});
